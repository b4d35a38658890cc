import type { ClientRow, LedgerLine, StopState } from '../../orchestrations/contracts/board.ts'
import type { CampaignId, ClientId } from '../../orchestrations/domain/ids.ts'
import type { Clocks } from '../adapters/clock.ts'
import { clientGroup, fleetGroup, type Push } from '../adapters/push.ts'
import type { CampaignStore } from '../adapters/tables/campaignStore.ts'
import type { Committed } from '../adapters/tables/clientStore.ts'
import type { LedgerRow } from '../adapters/tables/rows.ts'
import { clientRowOf, type Hold } from './clientRow.ts'
import { plannedRuns } from './plannedRuns.ts'

/** Smallest distance of two summaries of one client, wire ms. */
const clientIntervalMs = 1_000
/** What becomes due within this time is written, and sent, together, wire ms. */
const togetherMs = 250
const linesPerFrame = 8

interface Watched {
  readonly committed: Committed
  lines: LedgerLine[]
  /** Wire time of its last summary. */
  lastAt: number
}

interface Watch {
  readonly clients: Map<ClientId, Watched>
  readonly dirty: Set<ClientId>
  timer: NodeJS.Timeout | undefined
  announcing: NodeJS.Timeout | undefined
  writing: Promise<void>
}

export interface LiveOptions {
  readonly campaigns: CampaignStore
  readonly push: Push
  readonly clocks: Clocks
  readonly stop: () => Promise<StopState>
  /** Whether somebody watches this client's own group. */
  readonly isViewed: (clientId: ClientId) => boolean
  readonly onFailure: (error: unknown) => void
}

/**
 * Keeps the board's rows and the viewers up to date with what was committed: the first change at once, more
 * of them coalesced to one a second per client. The rows are rebuilt from the truth, so that a process that
 * dies before its flush loses nothing that the client's next change, or a refetch, doesn't bring.
 */
export class Live {
  readonly #options: LiveOptions
  readonly #watches = new Map<CampaignId, Watch>()
  readonly #holds = new Map<string, Hold>()

  constructor(options: LiveOptions) {
    this.#options = options
  }

  /** Called with every committed transaction. */
  committed(committed: Committed): void {
    const { campaign, clientId } = committed
    if (campaign === undefined) return
    const watch = this.#watch(campaign)
    const watched = watch.clients.get(clientId) ?? { committed, lines: [], lastAt: 0 }
    watch.clients.set(clientId, { ...watched, committed })
    watched.lines.push(lineOf(clientId, committed.ledger))
    this.#touch(campaign, watch, clientId)
  }

  /** Why a client waits; shown until its next start. */
  hold(campaignId: CampaignId, clientId: ClientId, hold: Hold | undefined): void {
    const key = `${campaignId} ${clientId}`
    const before = this.#holds.get(key)
    if (hold) this.#holds.set(key, hold)
    else this.#holds.delete(key)
    if (
      before?.reason.code === hold?.reason.code &&
      before?.until === hold?.until &&
      before?.asks === hold?.asks
    )
      return
    const watch = this.#watch(campaignId)
    if (watch.clients.has(clientId)) this.#touch(campaignId, watch, clientId)
  }

  /** The campaign's or a ring's state may have changed: viewers are told, also when no client changes any more. */
  announce(campaignId: CampaignId): void {
    const watch = this.#watch(campaignId)
    watch.announcing ??= setTimeout(() => {
      watch.announcing = undefined
      this.#tellFleet(campaignId, [], []).catch(this.#options.onFailure)
    }, togetherMs)
  }

  holdOf(campaignId: CampaignId, clientId: ClientId): Hold | undefined {
    return this.#holds.get(`${campaignId} ${clientId}`)
  }

  /** Resolves when what was committed so far for a client stands in its summary row. */
  async flush(campaignId: CampaignId, clientId: ClientId): Promise<void> {
    const watch = this.#watch(campaignId)
    if (watch.clients.has(clientId)) await this.#write(campaignId, watch, [clientId])
  }

  #watch(campaignId: CampaignId): Watch {
    const known = this.#watches.get(campaignId)
    if (known) return known
    const made: Watch = {
      clients: new Map(),
      dirty: new Set(),
      timer: undefined,
      announcing: undefined,
      writing: Promise.resolve(),
    }
    this.#watches.set(campaignId, made)
    return made
  }

  #touch(campaignId: CampaignId, watch: Watch, clientId: ClientId): void {
    watch.dirty.add(clientId)
    watch.timer ??= setTimeout(() => {
      watch.timer = undefined
      this.#writeDue(campaignId, watch).catch(this.#options.onFailure)
    }, togetherMs)
  }

  async #writeDue(campaignId: CampaignId, watch: Watch): Promise<void> {
    const now = this.#options.clocks.wire()
    const due = [...watch.dirty].filter(
      (id) => now - (watch.clients.get(id)?.lastAt ?? 0) >= clientIntervalMs,
    )
    const [later] = [...watch.dirty].filter((id) => !due.includes(id))
    if (due.length > 0) await this.#write(campaignId, watch, due)
    if (later !== undefined) this.#touch(campaignId, watch, later)
  }

  /** One write at a time: an older summary must not overtake a newer one. */
  #write(campaignId: CampaignId, watch: Watch, clients: readonly ClientId[]): Promise<void> {
    const write = () => this.#writeNow(campaignId, watch, clients)
    watch.writing = watch.writing.then(write, write)
    return watch.writing
  }

  async #writeNow(campaignId: CampaignId, watch: Watch, clients: readonly ClientId[]): Promise<void> {
    const { clocks, campaigns } = this.#options
    const rows: ClientRow[] = []
    const lines: LedgerLine[] = []
    for (const clientId of clients) {
      const watched = watch.clients.get(clientId)
      if (!watched) continue
      watch.dirty.delete(clientId)
      watched.lastAt = clocks.wire()
      const hold = this.holdOf(campaignId, clientId)
      const { partition } = watched.committed
      // Before its first turn it has no places: a pause or a stop is seen all the same.
      const waits = partition.runs(campaignId).length === 0
      const planned = waits ? await campaigns.plannedClient(campaignId, clientId) : undefined
      const row = clientRowOf(partition, campaignId, clocks.plan(), hold, plannedRuns(campaignId, planned))
      if (!row) continue
      const own = watched.lines.splice(0).slice(-linesPerFrame)
      rows.push(row)
      lines.push(...own)
      this.#tellClient(row, own)
    }
    try {
      await campaigns.putClients(campaignId, rows)
    } catch (error) {
      // Still to be written: the next due time tries again.
      for (const { clientId } of rows) this.#touch(campaignId, watch, clientId)
      throw error
    }
    this.#tellFleet(campaignId, rows, lines.slice(-linesPerFrame)).catch(this.#options.onFailure)
  }

  #tellClient(row: ClientRow, ledger: LedgerLine[]): void {
    const { isViewed, push } = this.#options
    if (isViewed(row.clientId))
      void push.send(clientGroup(row.clientId), { type: 'client', clientId: row.clientId, row, ledger })
  }

  async #tellFleet(campaignId: CampaignId, rows: ClientRow[], ledger: LedgerLine[]): Promise<void> {
    const { campaigns, clocks, push, stop } = this.#options
    const campaign = await campaigns.head(campaignId)
    if (!campaign) return
    await push.send(fleetGroup, {
      type: 'fleet',
      campaign,
      clocks: { wire: clocks.wire(), plan: clocks.plan(), speed: clocks.speed },
      stop: await stop(),
      rings: await campaigns.rings(campaignId),
      rows,
      ledger,
    })
  }
}

export function lineOf(clientId: ClientId, row: LedgerRow): LedgerLine {
  const { sequence, at, planAt, actor, action, object, detail } = row
  return { clientId, sequence, at, planAt, actor, action, object, ...(detail ? { detail } : {}) }
}
