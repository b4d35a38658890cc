import {
  clientOf,
  type CampaignId,
  type ClientId,
  type ServerId,
} from '../../../orchestrations/domain/ids.ts'
import type { PlannedClient } from '../../../orchestrations/domain/plan.ts'
import { activeCampaigns, type ActiveCampaign } from '../../control/activeCampaigns.ts'
import { plannedClient } from '../../activities/turnFacts.ts'
import type { Partition } from '../../adapters/tables/partition.ts'
import type { Services } from '../../services.ts'

/** `now`: its queue may get a message any moment. `soon`: it is worth asking again in a few seconds. */
export type Need = 'none' | 'soon' | 'now'

/** An agent is at its queue this long before it is expected to be needed, wire ms. */
const headStartMs = 120_000
/** So many servers of a client that are next are at their queues, however slowly it goes. */
const nextInLine = 2
/** From this long before a campaign's start its agents ask often, wire ms. */
const nearMs = 30 * 60_000

/** Whether an agent is needed: 10,000 permanent connections exceed one namespace (azure-limits.md). */
export async function needOf(services: Services, serverId: ServerId): Promise<Need> {
  let need: Need = 'none'
  for (const campaign of await activeCampaigns(services)) {
    const found = await needIn(services, campaign, serverId)
    if (found === 'now') return 'now'
    if (found === 'soon') need = 'soon'
  }
  return need
}

async function needIn(services: Services, campaign: ActiveCampaign, serverId: ServerId): Promise<Need> {
  let need: Need = 'none'
  for (const clientId of await clientsServedBy(services, campaign.campaignId, serverId)) {
    const planned = await plannedClient(services, campaign.campaignId, clientId)
    if (!planned) continue
    const wanted = await wantedServers(services, campaign, planned)
    if (wanted.has(serverId)) return 'now'
    const startsIn = (planned.firstStart - services.clocks.plan()) / services.clocks.speed
    if (startsIn < nearMs) need = 'soon'
  }
  return need
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

const cacheMs = 1_000
const cache = new Map<string, { at: number; servers: ReadonlySet<ServerId> }>()

async function wantedServers(
  services: Services,
  campaign: ActiveCampaign,
  planned: PlannedClient,
): Promise<ReadonlySet<ServerId>> {
  const key = `${campaign.campaignId} ${planned.clientId}`
  const known = cache.get(key)
  const now = services.clocks.wire()
  if (known && now - known.at < cacheMs) return known.servers
  const { states, begun } = await progressOf(services, campaign, planned.clientId)
  const servers = wantedOf(services, planned, states, begun)
  cache.set(key, { at: now, servers })
  return servers
}

/** How far the client is, and whether its ring has begun. */
async function progressOf(services: Services, { campaignId, rings }: ActiveCampaign, clientId: ClientId) {
  const look = (partition: Partition) => {
    const ring = partition.config()?.ring
    return {
      begun: rings.some((row) => row.ring === ring && row.startedAt !== undefined),
      states: new Map(partition.runs(campaignId).map((run) => [run.serverId, run.state.kind])),
    }
  }
  // What this process saw last is good enough: a heartbeat later it is asked again.
  const seen = services.clients.glance(clientId, look)
  if (seen && seen.states.size > 0) return seen
  return services.clients.read(clientId, { campaign: campaignId }, look)
}

/** Servers under way, next in line or expected within the head start, with the hosts that act for them. */
function wantedOf(
  services: Services,
  planned: PlannedClient,
  states: ReadonlyMap<ServerId, string>,
  begun: boolean,
): ReadonlySet<ServerId> {
  const wanted = new Set<ServerId>()
  const horizon = services.clocks.plan() + headStartMs * services.clocks.speed
  let expected = begun ? services.clocks.plan() : planned.firstStart
  let inLine = 0
  for (const server of planned.servers) {
    const state = states.get(server.serverId) ?? 'pending'
    if (state === 'ended') continue
    const next = begun && inLine < nextInLine
    if (state !== 'pending' || next || expected <= horizon)
      for (const id of [server.serverId, server.runsOn, server.backupServer]) if (id) wanted.add(id)
    if (state === 'pending') inLine++
    expected += server.estimateMinutes * 60_000
  }
  return wanted
}
