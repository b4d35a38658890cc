import type { UpdateLine } from '../../orchestrations/contracts/api.ts'
import { Kb } from '../../orchestrations/contracts/api.ts'
import type { CampaignId, ClientId } from '../../orchestrations/domain/ids.ts'
import type { UpdateResult } from '../../orchestrations/domain/outcomes.ts'
import { dueBlock, noteFailure, type UpdateFailure } from '../../orchestrations/domain/updates.ts'
import { Turns } from '../adapters/tables/turns.ts'
import type { Partition } from '../adapters/tables/partition.ts'
import type { CountsRow } from '../adapters/tables/rows.ts'
import { eachOf } from '../concurrency.ts'
import type { Services } from '../services.ts'
import { audit } from './audit.ts'

const clientsAtOnce = 12

/**
 * Every KB that a server got or that was blocked, of all clients or of `scope`; of one campaign, or of all. Looks
 * into each client's partition: for people who ask, not for what runs often.
 */
export async function listUpdates(
  services: Services,
  options: { readonly campaignId?: CampaignId; readonly scope?: ReadonlySet<ClientId> } = {},
): Promise<UpdateLine[]> {
  const { campaignId, scope } = options
  const lines = new Map<string, UpdateLine>()
  const known = (await services.fleet.clients()).filter(({ clientId }) => scope?.has(clientId) ?? true)
  await eachOf(known, clientsAtOnce, async ({ clientId }) => {
    const look = (partition: Partition): CountsRow =>
      campaignId === undefined
        ? partition.counts()
        : partition.runs(campaignId).reduce((counts, run) => countedWith(counts, run.updates), {})
    const needs = campaignId === undefined ? {} : { campaign: campaignId }
    for (const [kb, counts] of Object.entries(await services.clients.read(clientId, needs, look))) {
      const line = lines.get(kb) ?? { ...emptyLine(kb), title: counts.title }
      lines.set(kb, {
        ...line,
        succeeded: line.succeeded + counts.succeeded,
        failed: line.failed + counts.failed,
        clients: line.clients + 1,
        clientsFailed: line.clientsFailed + (counts.failed > 0 ? 1 : 0),
      })
    }
  })
  for (const { kb, title, blocked } of await services.updates.list()) {
    if (!blocked) continue
    lines.set(kb, { ...(lines.get(kb) ?? { ...emptyLine(kb), title }), blocked })
  }
  return [...lines.values()].sort((a, b) => (a.kb < b.kb ? -1 : 1))
}

const emptyLine = (kb: string): UpdateLine => ({
  kb,
  title: '',
  succeeded: 0,
  failed: 0,
  clients: 0,
  clientsFailed: 0,
})

/** Counts with what one server's end adds. What has no KB is no line of anybody's list. */
export function countedWith(counts: CountsRow, updates: readonly UpdateResult[]): CountsRow {
  const next = { ...counts }
  for (const { kb, title, result } of updates) {
    if (!Kb.safeParse(kb).success || result === 'notStarted') continue
    const known = next[kb] ?? { title, succeeded: 0, failed: 0 }
    const key = result === 'succeeded' ? 'succeeded' : 'failed'
    next[kb] = { ...known, title, [key]: known[key] + 1 }
  }
  return next
}

/** No further server gets it. Written down first; blocking what is blocked keeps the first reason. */
export async function blockUpdate(
  services: Services,
  kb: string,
  by: { readonly actor: string; readonly reason: string },
): Promise<void> {
  await audit(services, {
    actor: by.actor,
    action: 'update.blocked',
    object: kb,
    detail: { reason: by.reason },
  })
  const blocked = { actor: by.actor, reason: by.reason, at: services.clocks.plan() }
  await services.updates.change(kb, (record) =>
    record?.blocked ? undefined : { kb, title: '', failures: [], ...record, blocked },
  )
}

/** Servers get it again; it takes new failures for ATLAS to block it again. */
export async function unblockUpdate(
  services: Services,
  kb: string,
  by: { readonly actor: string; readonly reason: string },
): Promise<void> {
  await audit(services, {
    actor: by.actor,
    action: 'update.unblocked',
    object: kb,
    detail: { reason: by.reason },
  })
  await services.updates.change(kb, (record) => {
    if (!record?.blocked) return undefined
    const { blocked, ...others } = record
    void blocked
    return { ...others, unblockedAt: services.clocks.plan() }
  })
}

const notes = new Turns<string>()

/** Notes that an update failed on a server; one that fails at `limit` clients is blocked, which is written down. */
export function noteFailedUpdate(services: Services, failure: UpdateFailure, limit: number): Promise<void> {
  const { kb } = failure
  return notes.take(kb, async () => {
    const record = await services.updates.change(kb, (known) => noteFailure(known, failure))
    const block = record && dueBlock(record, limit, services.clocks.plan())
    if (block) await blockUpdate(services, kb, block)
  })
}
