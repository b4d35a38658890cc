import {
  clientOf,
  type CampaignId,
  type ClientId,
  type ServerId,
} from '../../../orchestrations/domain/ids.ts'
import { isUnderWay, type RunState } from '../../../orchestrations/domain/outcomes.ts'
import { dependentsOf, hasDependents } from '../../../orchestrations/domain/dependents.ts'
import type { PlannedClient, PlannedServer } from '../../../orchestrations/domain/plan.ts'
import { activeCampaigns, preparingCampaigns, type ActiveCampaign } from '../../control/activeCampaigns.ts'
import { plannedClient } from '../../activities/turnFacts.ts'
import type { Partition } from '../../adapters/tables/partition.ts'
import type { RunRow } from '../../adapters/tables/rows.ts'
import type { Services } from '../../services.ts'

/** `now`: its queue may get a message any moment. `soon`: it is worth asking again in a few seconds. */
export type Need = 'none' | 'soon' | 'now'

/** An agent is at its queue this long before it is expected to be needed, wire ms. */
const headStartMs = 120_000
/** So many servers of a client that are next are at their queues, however slowly it goes. */
const nextInLine = 2
/** From this long before its turn is expected an agent asks often, wire ms. */
const nearMs = 30 * 60_000

/** Whether an agent is needed: 10,000 permanent connections exceed one namespace (azure-limits.md). */
export async function needOf(services: Services, serverId: ServerId): Promise<Need> {
  let need: Need = 'none'
  for (const campaignId of await preparingCampaigns(services)) {
    const found = await needForPreparation(services, campaignId, serverId)
    if (found === 'now') return 'now'
    if (found === 'soon') need = 'soon'
  }
  for (const campaign of await activeCampaigns(services)) {
    const found = await needIn(services, campaign, serverId)
    if (found === 'now') return 'now'
    if (found === 'soon') need = 'soon'
  }
  return need
}

/** A preparation has a command for it or will ask it next; or later, after its neighbours. */
async function needForPreparation(
  services: Services,
  campaignId: CampaignId,
  serverId: ServerId,
): Promise<Need> {
  const look = (partition: Partition) => partition.prepared(campaignId)
  let need: Need = 'none'
  for (const clientId of await clientsServedBy(services, campaignId, serverId)) {
    const seen = services.clients.glance(clientId, look)
    const rows =
      seen && seen.length > 0 ? seen : await services.clients.read(clientId, { prepared: campaignId }, look)
    if (rows.some(({ open }) => open?.on === serverId)) return 'now'
    const planned = await plannedClient(services, campaignId, clientId)
    const waiting = new Set(rows.flatMap((row) => (row.verdict === 'waiting' ? [row.serverId] : [])))
    const inLine = planned?.servers.filter((server) => waiting.has(server.serverId)) ?? []
    const asks = inLine.slice(0, nextInLine).flatMap((server) => [server.serverId, server.backupServer])
    if (asks.includes(serverId)) return 'now'
    if (waiting.has(serverId)) need = 'soon'
  }
  return need
}

async function needIn(services: Services, campaign: ActiveCampaign, serverId: ServerId): Promise<Need> {
  let need: Need = 'none'
  for (const clientId of await clientsServedBy(services, campaign.campaignId, serverId)) {
    const planned = await plannedClient(services, campaign.campaignId, clientId)
    if (!planned) continue
    const joined = joinedIn(services, campaign.campaignId, clientId)
    const all = joined.length === 0 ? planned : { ...planned, servers: [...planned.servers, ...joined] }
    const { now, soon } = await wantedServers(services, campaign, all)
    if (now.has(serverId)) return 'now'
    if (soon.has(serverId)) need = 'soon'
  }
  return need
}

/** As far as this process has seen: a heartbeat later it is asked again. */
function joinedIn(services: Services, campaignId: CampaignId, clientId: ClientId): readonly PlannedServer[] {
  const look = (partition: Partition) => partition.runs(campaignId).flatMap((run) => run.joined ?? [])
  return services.clients.glance(clientId, look) ?? []
}

const helpers = new Map<CampaignId, Promise<ReadonlyMap<ServerId, ReadonlySet<ClientId>>>>()

/** Its own client, and those for whose servers it acts: a provider's backup server, a host with several clients. */
async function clientsServedBy(
  services: Services,
  campaignId: CampaignId,
  serverId: ServerId,
): Promise<ClientId[]> {
  const known = helpers.get(campaignId) ?? helpersOf(services, campaignId)
  helpers.set(campaignId, known)
  known.catch(() => helpers.delete(campaignId))
  const others = (await known).get(serverId) ?? []
  return [...new Set([clientOf(serverId), ...others])]
}

/** Servers that act for another client's. A plan never changes, so it is read once. */
async function helpersOf(services: Services, campaignId: CampaignId) {
  const found = new Map<ServerId, Set<ClientId>>()
  for (const { clientId, servers } of await services.campaigns.plannedClients(campaignId)) {
    const acting = servers.flatMap(({ runsOn, backupServer }) => [runsOn, backupServer])
    for (const id of acting)
      if (id && clientOf(id) !== clientId) found.set(id, (found.get(id) ?? new Set()).add(clientId))
  }
  return found
}

interface Wanted {
  readonly now: ReadonlySet<ServerId>
  readonly soon: ReadonlySet<ServerId>
}

const cacheMs = 1_000
const cache = new Map<string, { at: number; wanted: Wanted }>()

async function wantedServers(
  services: Services,
  campaign: ActiveCampaign,
  planned: PlannedClient,
): Promise<Wanted> {
  const key = `${campaign.campaignId} ${planned.clientId}`
  const known = cache.get(key)
  const now = services.clocks.wire()
  if (known && now - known.at < cacheMs) return known.wanted
  const progress = await progressOf(services, campaign, planned.clientId)
  const wanted = wantedOf(services, planned, progress)
  cache.set(key, { at: now, wanted })
  return wanted
}

interface Progress {
  readonly begun: boolean
  readonly states: ReadonlyMap<ServerId, RunState>
  readonly sites: ReadonlyMap<ServerId, string | undefined>
  /** Those that were asked something about a server under way. */
  readonly asked: readonly ServerId[]
}

/** Who has, or may have, a command about a server under way: also a neighbour that is probed or asked about it. */
function askedOf({ state, command, probe }: RunRow): ServerId[] {
  if (!isUnderWay(state)) return []
  return [command?.on, state.kind === 'unknown' ? probe?.on : undefined].filter((id) => id !== undefined)
}

/** How far the client is, and whether its ring has begun. */
async function progressOf(
  services: Services,
  { campaignId, rings }: ActiveCampaign,
  clientId: ClientId,
): Promise<Progress> {
  const look = (partition: Partition): Progress => {
    const ring = partition.config()?.ring
    return {
      begun: rings.some((row) => row.ring === ring && row.startedAt !== undefined),
      states: new Map(partition.runs(campaignId).map((run) => [run.serverId, run.state])),
      sites: new Map(partition.servers().map(({ server }) => [server.serverId, server.site])),
      asked: partition.runs(campaignId).flatMap(askedOf),
    }
  }
  // What this process saw last is good enough: a heartbeat later it is asked again.
  const seen = services.clients.glance(clientId, look)
  if (seen && seen.states.size > 0) return seen
  return services.clients.read(clientId, { campaign: campaignId }, look)
}

/**
 * Now: servers under way, next in line or expected within the head start; soon: those whose turn is near. With the
 * hosts that act for them. What has ended may be asked about its neighbours as long as its client is about to end
 * too; after that it calls as seldom as any other: thousands that don't cost more than the campaign.
 */
function wantedOf(
  services: Services,
  planned: PlannedClient,
  { states, begun, asked, sites }: Progress,
): Wanted {
  const now = new Set<ServerId>(asked)
  const soon = new Set<ServerId>()
  const { clocks } = services
  const horizon = clocks.plan() + headStartMs * clocks.speed
  const near = clocks.plan() + nearMs * clocks.speed
  let expected = begun ? clocks.plan() : planned.firstStart
  let inLine = 0
  const ended: ServerId[] = []
  for (const server of planned.servers) {
    const state = states.get(server.serverId) ?? { kind: 'pending' }
    const acting = [server.serverId, server.runsOn, server.backupServer].filter((id) => id !== undefined)
    if (state.kind === 'ended') {
      ended.push(server.serverId)
      if (state.nextAt !== undefined && state.nextAt <= near) for (const id of acting) soon.add(id)
      continue
    }
    const next = begun && inLine < nextInLine
    if (state.kind !== 'pending' || next || expected <= horizon) {
      for (const id of acting) now.add(id)
      // Ended or not, they are asked how they are before and after it.
      if (begun) for (const id of tellTales(server, planned, states, sites)) now.add(id)
    } else if (expected <= near) for (const id of acting) soon.add(id)
    if (state.kind === 'pending') inLine++
    expected += server.estimateMinutes * 60_000
  }
  const isUnderWay = begun && ended.length < planned.servers.length
  if (isUnderWay && expected <= horizon) for (const id of ended) now.add(id)
  return { now, soon }
}

function tellTales(
  server: PlannedClient['servers'][number],
  planned: PlannedClient,
  states: ReadonlyMap<ServerId, RunState>,
  sites: ReadonlyMap<ServerId, string | undefined>,
): ServerId[] {
  if (!hasDependents(server.role)) return []
  const neighbours = planned.servers.map(({ serverId, role }) => {
    return { serverId, role, site: sites.get(serverId), state: states.get(serverId), online: true }
  })
  const self = { serverId: server.serverId, role: server.role, site: sites.get(server.serverId) }
  return dependentsOf(self, neighbours).map(({ serverId }) => serverId)
}
