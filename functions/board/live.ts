import type { ClientRow, LedgerLine, StopState } from '../../orchestrations/contracts/board.ts'
import type { CampaignId, ClientId } from '../../orchestrations/domain/ids.ts'
import type { Clocks } from '../adapters/clock.ts'
import { clientGroup, fleetGroup, type Push } from '../adapters/push.ts'
import type { CampaignStore } from '../adapters/tables/campaignStore.ts'
import type { Committed } from '../adapters/tables/clientStore.ts'
import type { LedgerRow } from '../adapters/tables/rows.ts'
import { clientRowOf, type Hold } from './clientRow.ts'

/** Smallest distance of two summaries of one client, and of two frames to the fleet, wire ms. */
const intervalMs = 1_000
const linesPerFrame = 8

interface Watched {
  readonly campaignId: CampaignId
  readonly committed: Committed
  lines: LedgerLine[]
  lastAt: number
  timer: NodeJS.Timeout | undefined
  writing: Promise<void>
}

/**
 * Keeps the board's rows and the viewers up to date with what was committed: the first change at once, more
 * of them coalesced to one a second per client. The rows are rebuilt from the truth, so that a process that
 * dies before its flush loses nothing that the client's next change, or the repair timer, doesn't bring.
 */
export class Live {
  readonly #campaigns: CampaignStore
  readonly #push: Push
  readonly #clocks: Clocks
  readonly #stop: () => Promise<StopState>
  readonly #onFailure: (error: unknown) => void
  readonly #watched = new Map<string, Watched>()
  readonly #holds = new Map<string, Hold>()
  readonly #fleet = new Map<
    CampaignId,
    { rows: Map<ClientId, ClientRow>; lines: LedgerLine[]; lastAt: number }
  >()

  constructor(options: {
    campaigns: CampaignStore
    push: Push
    clocks: Clocks
    stop: () => Promise<StopState>
    onFailure: (error: unknown) => void
  }) {
    this.#campaigns = options.campaigns
    this.#push = options.push
    this.#clocks = options.clocks
    this.#stop = options.stop
    this.#onFailure = options.onFailure
  }

  /** Called with every committed transaction. */
  committed(committed: Committed): void {
    const { campaign } = committed
    if (campaign === undefined) return
    const key = `${campaign} ${committed.clientId}`
    const watched = this.#watched.get(key) ?? {
      campaignId: campaign,
      committed,
      lines: [],
      lastAt: 0,
      timer: undefined,
      writing: Promise.resolve(),
    }
    this.#watched.set(key, watched)
    watched.lines.push(lineOf(committed.clientId, committed.ledger))
    this.#schedule(watched)
  }

  /** Why a client waits; shown until its next start. */
  hold(
    committed: Pick<Committed, 'clientId' | 'partition'>,
    campaignId: CampaignId,
    hold: Hold | undefined,
  ): void {
    const key = `${campaignId} ${committed.clientId}`
    const before = this.#holds.get(key)
    if (hold) this.#holds.set(key, hold)
    else this.#holds.delete(key)
    if (before?.reason.code === hold?.reason.code && before?.until === hold?.until) return
    const watched = this.#watched.get(key)
    if (watched) this.#schedule(watched)
  }

  holdOf(campaignId: CampaignId, clientId: ClientId): Hold | undefined {
    return this.#holds.get(`${campaignId} ${clientId}`)
  }

  /** Resolves when what was committed so far for a client stands in its summary row. */
  async flush(campaignId: CampaignId, clientId: ClientId): Promise<void> {
    const watched = this.#watched.get(`${campaignId} ${clientId}`)
    if (!watched) return
    clearTimeout(watched.timer)
    watched.timer = undefined
    await this.#write(watched)
  }

  #schedule(watched: Watched): void {
    if (watched.timer) return
    const due = Math.max(0, watched.lastAt + intervalMs - this.#clocks.wire())
    watched.timer = setTimeout(() => {
      watched.timer = undefined
      this.#write(watched).catch(this.#onFailure)
    }, due)
    watched.timer.unref()
  }

  #write(watched: Watched): Promise<void> {
    watched.writing = watched.writing.then(
      () => this.#writeNow(watched),
      () => this.#writeNow(watched),
    )
    return watched.writing
  }

  async #writeNow(watched: Watched): Promise<void> {
    const { campaignId, committed } = watched
    const hold = this.#holds.get(`${campaignId} ${committed.clientId}`)
    const row = clientRowOf(committed.partition, campaignId, this.#clocks.plan(), hold)
    if (!row) return
    watched.lastAt = this.#clocks.wire()
    const ledger = watched.lines.splice(0).slice(-linesPerFrame)
    await this.#campaigns.putClient(campaignId, row)
    void this.#push.send(clientGroup(row.clientId), { type: 'client', clientId: row.clientId, row, ledger })
    this.#tellFleet(campaignId, row, ledger)
  }

  #tellFleet(campaignId: CampaignId, row: ClientRow, ledger: readonly LedgerLine[]): void {
    const pending = this.#fleet.get(campaignId)
    if (pending) {
      pending.rows.set(row.clientId, row)
      pending.lines = [...pending.lines, ...ledger].slice(-linesPerFrame)
      return
    }
    this.#fleet.set(campaignId, {
      rows: new Map([[row.clientId, row]]),
      lines: [...ledger],
      lastAt: this.#clocks.wire(),
    })
    setTimeout(() => {
      this.#sendFleet(campaignId).catch(this.#onFailure)
    }, intervalMs / 2).unref()
  }

  async #sendFleet(campaignId: CampaignId): Promise<void> {
    const pending = this.#fleet.get(campaignId)
    this.#fleet.delete(campaignId)
    const campaign = await this.#campaigns.head(campaignId)
    if (!pending || !campaign) return
    await this.#push.send(fleetGroup, {
      type: 'fleet',
      campaign,
      clocks: { wire: this.#clocks.wire(), plan: this.#clocks.plan(), speed: this.#clocks.speed },
      stop: await this.#stop(),
      rings: await this.#campaigns.rings(campaignId),
      rows: [...pending.rows.values()],
      ledger: pending.lines,
    })
  }
}

export function lineOf(clientId: ClientId, row: LedgerRow): LedgerLine {
  const { sequence, at, planAt, actor, action, object, detail } = row
  return { clientId, sequence, at, planAt, actor, action, object, ...(detail ? { detail } : {}) }
}
