import type { Inventory, Server } from './fleet.ts'
import type { ClientId, ServerId } from './ids.ts'
import type { Reason } from './reasons.ts'
import type { CampaignSettings } from './settings.ts'

/** What the topology forbids: the server named is left out of a plan with this reason. */
export interface TopologyFinding {
  readonly serverId: ServerId
  readonly reason: Reason
}
export function orderServers(
  servers: readonly Server[],
  inventory: Inventory,
  settings: Pick<CampaignSettings, 'topology'>,
): ServerId[] {
  throw new Error(`unfinished ${servers.length} ${inventory.servers.length} ${settings.topology}`)
}
export function topologyFindings(inventory: Inventory, clientId: ClientId): TopologyFinding[] {
  throw new Error(`unfinished ${inventory.servers.length} ${clientId}`)
}
