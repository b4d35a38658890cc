import { dependentsOf, type Dependent } from '../../orchestrations/domain/dependents.ts'
import type { CampaignId, ClientId, ServerId } from '../../orchestrations/domain/ids.ts'
import type { Services } from '../services.ts'
import { campaignPlan } from './turnFacts.ts'

/** The servers that tell whether one still serves; see the step of the same name. */
export async function findDependents(
  services: Services,
  input: { campaignId: CampaignId; clientId: ClientId; serverId: ServerId },
): Promise<readonly Dependent[]> {
  const { campaignId, clientId, serverId } = input
  const plan = await campaignPlan(services, campaignId, clientId)
  const offlineAfterSeconds = plan?.settings.offlineAfterSeconds ?? 0
  const known = await services.clients.read(clientId, { campaign: campaignId }, (partition) => ({
    servers: partition.servers().filter(({ agent, quarantined }) => agent && !quarantined),
    runs: new Map(partition.runs(campaignId).map((run) => [run.serverId, run.state])),
    self: partition.server(serverId)?.server,
  }))
  if (!known.self) return []
  const ids = known.servers.map(({ server }) => server.serverId)
  const since = services.clocks.wire() - offlineAfterSeconds * 1000
  const heard = await services.heartbeats.of(clientId, ids, since)
  const neighbours = known.servers.map(({ server }) => ({
    serverId: server.serverId,
    role: server.role,
    site: server.site,
    state: known.runs.get(server.serverId),
    online: heard.has(server.serverId),
  }))
  return dependentsOf(known.self, neighbours)
}
