import { randomUUID } from 'node:crypto'
import type { TableClient, TransactionAction } from '@azure/data-tables'
import type { CampaignId, ClientId, CommandId } from '../../../orchestrations/domain/ids.ts'
import type { Clocks } from '../clock.ts'
import { decode, encode } from './codec.ts'
import { patience, statusOf } from './connect.ts'
import { nextLedgerRow, sha256, type LedgerEntry } from './ledger.ts'
import { Partition } from './partition.ts'
import { LedgerRow, rowKeys, type LedgerRow as LedgerRowValue } from './rows.ts'

export interface Write {
  readonly rowKey: string
  readonly value: unknown
  /** `insert` fails when the row exists; the default replaces it whole. */
  readonly mode?: 'insert' | 'replace' | 'delete'
}

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
   * row, or not at all. Throws `StoreUnavailable` when the outcome can't be established.
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
const longestPauseMs = 2_000
const partitionsKept = 400

type Commit = { readonly kind: 'committed'; readonly etag: string } | { readonly kind: 'lost' }

/** Conflict, failed precondition, throttling; or no answer at all, so that nobody knows. */
function mayTryAgain(error: unknown): boolean {
  const status = statusOf(error)
  if (status !== undefined)
    return status === 412 || status === 409 || status === 408 || status === 429 || status >= 500
  return error instanceof Error && ['RestError', 'AbortError', 'TimeoutError'].includes(error.name)
}

export function createClientStore(options: {
  readonly table: TableClient
  readonly clocks: Clocks
  readonly random: () => number
  readonly onCommit?: (committed: Committed) => void
}): ClientStore {
  const { table, clocks, random } = options
  const partitions = new Map<ClientId, Partition>()
  const queues = new Map<ClientId, Promise<unknown>>()

  function partitionOf(clientId: ClientId): Partition {
    const known = partitions.get(clientId) ?? new Partition(table, clientId)
    partitions.delete(clientId)
    partitions.set(clientId, known)
    for (const [oldest] of partitions) {
      if (partitions.size <= partitionsKept) break
      if (!queues.has(oldest)) partitions.delete(oldest)
      else break
    }
    return known
  }

  /** One at a time per client: most conflicts never happen. */
  async function inTurn<T>(clientId: ClientId, work: () => Promise<T>): Promise<T> {
    const before = queues.get(clientId) ?? Promise.resolve()
    const mine = before.then(work, work)
    const settled = mine.then(
      () => undefined,
      () => undefined,
    )
    queues.set(clientId, settled)
    try {
      return await mine
    } finally {
      if (queues.get(clientId) === settled) queues.delete(clientId)
    }
  }

  async function ledgerRowAt(clientId: ClientId, sequence: number): Promise<LedgerRowValue | undefined> {
    try {
      return decode(LedgerRow, await table.getEntity(clientId, rowKeys.ledger(sequence), patience()))
    } catch (error) {
      if (statusOf(error) === 404) return undefined
      throw error
    }
  }

  async function commit(
    partition: Partition,
    clientId: ClientId,
    writes: readonly Write[],
    ledger: LedgerRowValue,
  ) {
    const head = encode(clientId, rowKeys.head, { sequence: ledger.sequence, hash: ledger.hash })
    const etag = partition.headEtag
    const actions: TransactionAction[] = [
      etag === undefined ? ['create', head] : ['update', head, 'Replace', { etag }],
      ['create', encode(clientId, rowKeys.ledger(ledger.sequence), ledger)],
    ]
    for (const { rowKey, value, mode } of writes) {
      if (mode === 'delete') actions.push(['delete', { partitionKey: clientId, rowKey }])
      else if (mode === 'insert') actions.push(['create', encode(clientId, rowKey, value)])
      else actions.push(['upsert', encode(clientId, rowKey, value), 'Replace'])
    }
    const answer = await table.submitTransaction(actions, patience())
    return answer.getResponseForEntity(rowKeys.head)?.etag ?? answer.subResponses[0]?.etag
  }

  async function tryCommit(
    partition: Partition,
    clientId: ClientId,
    writes: readonly Write[],
    ledger: LedgerRowValue,
  ): Promise<Commit> {
    try {
      const etag = await commit(partition, clientId, writes, ledger)
      return etag === undefined ? { kind: 'lost' } : { kind: 'committed', etag }
    } catch (error) {
      if (!mayTryAgain(error)) throw error
      return { kind: 'lost' }
    }
  }

  const pause = (attempt: number) =>
    new Promise((resolve) => setTimeout(resolve, random() * Math.min(longestPauseMs, 20 * 2 ** attempt)))

  /** Whether one of the writes tried so far did commit although its answer was lost. */
  async function findOwn<T>(
    clientId: ClientId,
    tried: readonly { ledger: LedgerRowValue; value: T }[],
  ): Promise<{ ledger: LedgerRowValue; value: T } | undefined> {
    for (const attempt of tried) {
      const stored = await ledgerRowAt(clientId, attempt.ledger.sequence)
      if (stored?.writeId === attempt.ledger.writeId) return attempt
    }
    return undefined
  }

  async function attempts<T>(
    clientId: ClientId,
    needs: Needs,
    decide: (partition: Partition) => Decision<T>,
  ): Promise<T> {
    const partition = partitionOf(clientId)
    const tried: { ledger: LedgerRowValue; value: T }[] = []
    let trusted = partition.trusted
    let failure = 'conflicts'
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      try {
        if (attempt > 0) {
          await pause(attempt)
          const own = await findOwn(clientId, tried)
          if (own) {
            await partition.refreshHead()
            await partition.load(needs)
            options.onCommit?.({ clientId, partition, ledger: own.ledger, campaign: needs.campaign })
            return own.value
          }
        }
        if (!trusted) await partition.refreshHead()
        await partition.load(needs)
        let decision = decide(partition)
        if (decision.kind === 'nothing' && trusted && (await partition.refreshHead())) {
          await partition.load(needs)
          decision = decide(partition)
        }
        if (decision.kind === 'nothing') {
          if (!trusted && (await partition.refreshHead())) continue
          return decision.value
        }
        if (decision.rows.length > maxRowsPerTransaction)
          throw new RangeError(
            `A transaction of client ${clientId} has ${decision.rows.length} rows; ${maxRowsPerTransaction} fit`,
          )
        const ledger = nextLedgerRow(clientId, partition.head, decision.ledger, {
          writeId: randomUUID(),
          payload: sha256(JSON.stringify(decision.rows)),
          at: clocks.wire(),
          planAt: clocks.plan(),
        })
        tried.push({ ledger, value: decision.value })
        const outcome = await tryCommit(partition, clientId, decision.rows, ledger)
        if (outcome.kind === 'committed') {
          partition.advance(
            { sequence: ledger.sequence, hash: ledger.hash },
            outcome.etag,
            new Map(decision.rows.map((row) => [row.rowKey, row.mode === 'delete' ? undefined : row.value])),
          )
          options.onCommit?.({ clientId, partition, ledger, campaign: needs.campaign })
          return decision.value
        }
      } catch (error) {
        partition.forget()
        if (!mayTryAgain(error)) throw error
        failure = String(error)
      }
      partition.forget()
      trusted = false
    }
    throw new StoreUnavailable(
      `Client ${clientId}: no certain outcome after ${maxAttempts} attempts (${failure})`,
    )
  }

  return {
    transact: (clientId, needs, decide) => inTurn(clientId, () => attempts(clientId, needs, decide)),
    read: (clientId, needs, look) =>
      inTurn(clientId, () =>
        attempts(clientId, needs, (partition) => ({ kind: 'nothing', value: look(partition) })),
      ),
    glance: (clientId, look) => {
      const known = partitions.get(clientId)
      return known?.trusted ? look(known) : undefined
    },
  }
}
