import { randomUUID } from 'node:crypto'
import type { TableClient } from '@azure/data-tables'
import type { CampaignId, ClientId, CommandId } from '../../../orchestrations/domain/ids.ts'
import type { Clocks } from '../clock.ts'
import { decode } from './codec.ts'
import { commit, type Write } from './commit.ts'
import { isOutage, patience, statusOf } from './connect.ts'
import { nextLedgerRow, sha256, type LedgerEntry } from './ledger.ts'
import { Partition } from './partition.ts'
import { LedgerRow, rowKeys, type LedgerRow as LedgerRowValue } from './rows.ts'
import { backOff, Turns } from './turns.ts'

export type { Write } from './commit.ts'

export type Decision<T> =
  | {
      readonly kind: 'write'
      readonly rows: readonly Write[]
      readonly ledger: LedgerEntry
      readonly value: T
    }
  | { readonly kind: 'nothing'; readonly value: T }

export interface Needs {
  readonly campaign?: CampaignId
  readonly commands?: readonly CommandId[]
  /** A campaign's preparation. */
  readonly prepared?: CampaignId
}

export interface Committed {
  readonly clientId: ClientId
  readonly partition: Partition
  readonly ledger: LedgerRowValue
  /** The campaign that the transaction was about, when it was about one. */
  readonly campaign: CampaignId | undefined
}

export interface ClientStore {
  /**
   * The only way in which anything of a client changes. `decide` gets the partition as of one head and may be
   * called several times; what it returns is committed in one entity-group transaction with the next ledger
   * row, or not at all. What writes nothing, also what `decide` throws, is judged on the current head. Throws
   * `StoreUnavailable` when the outcome can't be established.
   */
  transact<T>(clientId: ClientId, needs: Needs, decide: (partition: Partition) => Decision<T>): Promise<T>
  /** A look at the partition that is current as of this call. */
  read<T>(clientId: ClientId, needs: Needs, look: (partition: Partition) => T): Promise<T>
  /** Like `read`, but what this process saw last is good enough: for rows that can't change any more. */
  glance<T>(clientId: ClientId, look: (partition: Partition) => T): T | undefined
}

export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable'
}

/** Azure's limit is 100 operations a transaction: head and ledger take two. */
export const maxRowsPerTransaction = 98
const maxAttempts = 12
const partitionsKept = 400

const abandoned = (clientId: ClientId): LedgerEntry => ({
  actor: 'atlas',
  action: 'write.abandoned',
  object: clientId,
})

/** A write that was sent. `finish` is how the call ends if it turns out to be stored. */
interface Tried<T> {
  readonly ledger: LedgerRowValue
  readonly headEtag: string | undefined
  readonly finish: () => T
  /** Whether it is known not to be stored, now or later. */
  refused: boolean
}

type Judged<T> = Decision<T> | { readonly kind: 'threw'; readonly error: unknown }

function judge<T>(partition: Partition, decide: (partition: Partition) => Decision<T>): Judged<T> {
  try {
    return decide(partition)
  } catch (error) {
    return { kind: 'threw', error }
  }
}

export function createClientStore(options: {
  readonly table: TableClient
  readonly clocks: Clocks
  readonly random: () => number
  readonly onCommit?: (committed: Committed) => void
}): ClientStore {
  const { table, clocks, random } = options
  const partitions = new Map<ClientId, Partition>()
  const turns = new Turns<ClientId>()

  function partitionOf(clientId: ClientId): Partition {
    const known = partitions.get(clientId) ?? new Partition(table, clientId)
    partitions.delete(clientId)
    partitions.set(clientId, known)
    for (const [oldest] of partitions) {
      if (partitions.size <= partitionsKept) break
      if (!turns.has(oldest)) partitions.delete(oldest)
      else break
    }
    return known
  }

  async function ledgerRowAt(clientId: ClientId, sequence: number): Promise<LedgerRowValue | undefined> {
    try {
      return decode(LedgerRow, await table.getEntity(clientId, rowKeys.ledger(sequence), patience()))
    } catch (error) {
      if (statusOf(error) === 404) return undefined
      throw error
    }
  }

  /** The write among those tried so far that did commit although its answer was lost. */
  async function findOwn<T>(clientId: ClientId, tried: readonly Tried<T>[]): Promise<Tried<T> | undefined> {
    for (const attempt of tried) {
      const stored = await ledgerRowAt(clientId, attempt.ledger.sequence)
      if (stored?.writeId === attempt.ledger.writeId) return attempt
    }
    return undefined
  }

  async function judgeOnCurrentHead<T>(
    partition: Partition,
    needs: Needs,
    decide: (partition: Partition) => Decision<T>,
  ): Promise<Judged<T>> {
    for (let round = 0; round < maxAttempts; round++) {
      if (!partition.trusted) await partition.refreshHead()
      await partition.load(needs)
      const judged = judge(partition, decide)
      // A write proves its head by If-Match; everything else proves it here.
      if (judged.kind === 'write' || !(await partition.refreshHead())) return judged
    }
    throw new StoreUnavailable(`A client's head moved ${maxAttempts} times while it was looked at`)
  }

  interface Work<T> {
    readonly clientId: ClientId
    readonly needs: Needs
    readonly decide: (partition: Partition) => Decision<T>
    readonly partition: Partition
    readonly tried: Tried<T>[]
  }

  /** One attempt; answers how the call ends, or why it has to be tried again. */
  async function attemptOnce<T>(work: Work<T>): Promise<Tried<T>['finish'] | string> {
    const { clientId, needs, decide, partition, tried } = work
    const own = await findOwn(clientId, tried)
    if (own) {
      await announceOwn(work, own)
      return own.finish
    }
    const judged = await judgeOnCurrentHead(partition, needs, decide)
    const finish = () => {
      if (judged.kind === 'threw') throw judged.error
      return judged.value
    }
    const { headEtag } = partition
    // A delayed request may still commit on this head, unless the head moves: then only nothing is nothing.
    const mayCommitYet = tried.some((one) => !one.refused && one.headEtag === headEtag)
    if (judged.kind !== 'write' && !mayCommitYet) return finish
    const rows = judged.kind === 'write' ? judged.rows : []
    const entry = judged.kind === 'write' ? judged.ledger : abandoned(clientId)
    if (rows.length > maxRowsPerTransaction)
      throw new RangeError(
        `A transaction of client ${clientId} has ${rows.length} rows; ${maxRowsPerTransaction} fit`,
      )
    const ledger = nextLedgerRow(clientId, partition.head, entry, {
      writeId: randomUUID(),
      payload: sha256(JSON.stringify(rows)),
      at: clocks.wire(),
      planAt: clocks.plan(),
    })
    const attempt = { ledger, headEtag, finish, refused: false }
    tried.push(attempt)
    const outcome = await commit(table, clientId, headEtag, ledger, rows)
    if (outcome.kind !== 'committed') {
      attempt.refused = outcome.kind === 'refused'
      partition.forget()
      return outcome.why
    }
    partition.advance(
      { sequence: ledger.sequence, hash: ledger.hash },
      outcome.etag,
      new Map(rows.map((row) => [row.rowKey, row.mode === 'delete' ? undefined : row.value])),
    )
    options.onCommit?.({ clientId, partition, ledger, campaign: needs.campaign })
    return finish
  }

  /** The write is stored, whatever happens here: a viewer who isn't told sees it with the next change. */
  async function announceOwn<T>({ clientId, needs, partition }: Work<T>, own: Tried<T>): Promise<void> {
    try {
      await partition.refreshHead()
      await partition.load(needs)
    } catch {
      partition.forget()
      return
    }
    options.onCommit?.({ clientId, partition, ledger: own.ledger, campaign: needs.campaign })
  }

  async function attempts<T>(
    clientId: ClientId,
    needs: Needs,
    decide: (partition: Partition) => Decision<T>,
  ): Promise<T> {
    const partition = partitionOf(clientId)
    const work: Work<T> = { clientId, needs, decide, partition, tried: [] }
    let failure = ''
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      if (attempt > 0) await backOff(attempt, random)
      const end = await attemptOnce(work).catch((error: unknown) => {
        partition.forget()
        if (!isOutage(error)) throw error
        return String(error)
      })
      if (typeof end !== 'string') return end()
      failure = end
    }
    const own = await findOwn(clientId, work.tried).catch(() => undefined)
    if (own) return own.finish()
    throw new StoreUnavailable(
      `Client ${clientId}: no certain outcome after ${maxAttempts} attempts (${failure})`,
    )
  }

  return {
    transact: (clientId, needs, decide) => turns.take(clientId, () => attempts(clientId, needs, decide)),
    read: (clientId, needs, look) =>
      turns.take(clientId, () =>
        attempts(clientId, needs, (partition) => ({ kind: 'nothing', value: look(partition) })),
      ),
    glance: (clientId, look) => {
      const known = partitions.get(clientId)
      return known?.complete ? look(known) : undefined
    },
  }
}
