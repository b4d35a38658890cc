import { canonicalJson } from './canonical.ts'
import { slowestOf } from './durations.ts'
import type { Client, Inventory, Server } from './fleet.ts'
import { RingNumber, type ClientId, type ServerId } from './ids.ts'
import { topologyFindings } from './order.ts'
import { planClient, type PlanContext } from './planClient.ts'
import {
  ApprovedUpdates,
  EndRange,
  Plan,
  PlannedClient,
  PlannedRing,
  PlannedServer,
  RefusedServer,
} from './planned.ts'
import { reason, type Reason } from './reasons.ts'
import { selectServers, Selection } from './selection.ts'
import type { CampaignSettings } from './settings.ts'
import { judgeSharedHost } from './sharedHosts.ts'
import { minuteMs, type Instant } from './time.ts'

export {
  ApprovedUpdates,
  canonicalJson,
  EndRange,
  Plan,
  PlannedClient,
  PlannedRing,
  PlannedServer,
  RefusedServer,
  Selection,
}

export interface PlanInput {
  readonly name: string
  readonly inventory: Inventory
  readonly selection: Selection
  readonly settings: CampaignSettings
  readonly updates: ApprovedUpdates
  readonly purpose?: Plan['purpose'] | undefined
  readonly start: Instant
}
export type PlanResult =
  | { readonly ok: true; readonly plan: Plan }
  | { readonly ok: false; readonly reason: Reason }

/**
 * Who is updated, in what order, in which windows, and when each client and ring is expected to end. Every
 * selected server is either planned or refused with a reason. Refused whole: a selection that is empty or names
 * what isn't there, and one of which every server is refused.
 */
export function makePlan(input: PlanInput): PlanResult {
  const { name, inventory, settings, updates, start, purpose = 'install' } = input
  const selected = selectServers(inventory, input.selection)
  if (!selected.ok) return selected
  const clientsInPlan = new Set(selected.servers.map(({ clientId }) => clientId))
  const forbidden = settings.topology ? findings(inventory) : new Map<ServerId, Reason>()
  const shared = new Map<ServerId, readonly ClientId[]>()
  const refused: RefusedServer[] = []
  const byClient = new Map<ClientId, Server[]>()
  for (const server of selected.servers) {
    const why = withoutShared(forbidden.get(server.serverId), server, inventory, clientsInPlan, shared)
    if (why) refused.push({ serverId: server.serverId, reason: why })
    else byClient.set(server.clientId, [...(byClient.get(server.clientId) ?? []), server])
  }

  const rings: PlannedRing[] = []
  let opens: EndRange = { p20: start, p50: start, p80: start }
  for (const ring of [0, 1, 2, 3].map((number) => RingNumber.parse(number))) {
    const clients = inventory.clients.filter(
      (client) => client.ring === ring && byClient.has(client.clientId),
    )
    const planned = planRing(ring, clients, byClient, { ...input, shared }, opens)
    refused.push(...planned.refused)
    if (!planned.ring) continue
    rings.push(planned.ring)
    opens = later(planned.ring.end, planned.ring.soakMinutes * minuteMs)
  }
  const ends = rings.flatMap((ring) => [ring.end, ...ring.clients.map((client) => client.end)])
  if (ends.length === 0)
    return { ok: false, reason: reason('nothingLeftToPlan', { servers: refused.length }) }
  return {
    ok: true,
    plan: {
      name,
      start,
      settings,
      updates,
      selection: input.selection,
      purpose,
      rings,
      refused,
      end: latest(ends),
    },
  }
}

/** What is approved and executed. `sha256` answers in any one encoding; it is passed in to keep this pure. */
export function planHash(plan: Plan, sha256: (text: string) => string): string {
  return sha256(canonicalJson(plan))
}

function planRing(
  ring: RingNumber,
  clients: readonly Client[],
  byClient: ReadonlyMap<ClientId, readonly Server[]>,
  input: PlanInput & Pick<PlanContext, 'shared'>,
  opens: EndRange,
): { ring?: PlannedRing; refused: RefusedServer[] } {
  const results = clients
    .toSorted((a, b) => b.priority - a.priority || (a.clientId < b.clientId ? -1 : 1))
    .map((client) => planClient(client, byClient.get(client.clientId) ?? [], input, opens))
  const refused = results.flatMap((result) => result.refused)
  const planned = results.flatMap(({ client, firstEnd }) =>
    client && firstEnd ? [{ client, firstEnd }] : [],
  )
  if (planned.length === 0) return { refused }
  return {
    refused,
    ring: {
      ring,
      soakMinutes: input.settings.soakMinutes[ring as 0 | 1 | 2 | 3],
      clients: planned.map(({ client }) => client),
      firstStart: Math.min(...planned.map(({ client }) => client.firstStart)),
      end: slowestOf(planned.map(({ firstEnd }) => firstEnd)),
    },
  }
}

function findings(inventory: Inventory): Map<ServerId, Reason> {
  const all = inventory.clients.flatMap(({ clientId }) => topologyFindings(inventory, clientId))
  return new Map(all.map((finding) => [finding.serverId, finding.reason]))
}

/** Why a server can't be planned; a host that several clients share can, with all of them. */
function withoutShared(
  why: Reason | undefined,
  server: Server,
  inventory: Inventory,
  clientsInPlan: ReadonlySet<ClientId>,
  shared: Map<ServerId, readonly ClientId[]>,
): Reason | undefined {
  if (why?.code !== 'sharedHost' || server.kind !== 'hyperVHost') return why
  const judged = judgeSharedHost(server, inventory, clientsInPlan)
  if (judged.kind === 'refused') return judged.reason
  shared.set(server.serverId, judged.sharedWith)
  return undefined
}

function later(range: EndRange, byMs: number): EndRange {
  return { p20: range.p20 + byMs, p50: range.p50 + byMs, p80: range.p80 + byMs }
}

function latest(ranges: readonly EndRange[]): EndRange {
  const most = (key: keyof EndRange): number =>
    ranges.reduce((max, range) => Math.max(max, range[key]), -Infinity)
  return { p20: most('p20'), p50: most('p50'), p80: most('p80') }
}
