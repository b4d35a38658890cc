import type { Client, Server } from './fleet.ts'
import { orderServers, topologyFindings } from './order.ts'
import type { PlannedClient, PlannedServer } from './planned.ts'
import type { RingNumber, ServerId } from './ids.ts'
import { latestStart, reservesOf } from './schedule.ts'
import { selects, type Selection } from './selection.ts'
import type { CampaignSettings } from './settings.ts'
import type { Instant } from './time.ts'

export interface JoinFacts {
  readonly client: Client
  /** The client's servers in the inventory, with an agent or without. */
  readonly servers: readonly Server[]
  readonly enrolled: ReadonlySet<ServerId>
  /** Servers that have a place, or that the plan has refused. */
  readonly known: ReadonlySet<ServerId>
  readonly lastOrder: number
  readonly planned: PlannedClient
  readonly ring: RingNumber
  readonly selection: Selection | undefined
  readonly settings: CampaignSettings
  readonly now: Instant
}

/**
 * Servers that enter a campaign under way: enrolled, meant by its selection, of a client that is in its plan, and not
 * kept out by the topology. They come after the client's others, among themselves in the plan's own order; guests
 * before hosts is looked at in each turn. A plan without a selection, or that ignores late joiners, has none. A host
 * never joins late: one client's inventory doesn't tell whose guests it carries.
 */
export function joiners(facts: JoinFacts): PlannedServer[] {
  const { client, servers, known, enrolled, selection, settings, ring } = facts
  if (selection === undefined || settings.lateJoiners !== 'join') return []
  const inventory = { clients: [client], servers }
  const kept = new Set(
    settings.topology ? topologyFindings(inventory, client.clientId).map((finding) => finding.serverId) : [],
  )
  const entering = servers.filter(
    (server) =>
      !known.has(server.serverId) &&
      !(settings.topology && server.kind === 'hyperVHost') &&
      enrolled.has(server.serverId) &&
      !kept.has(server.serverId) &&
      selects(selection, server, ring),
  )
  const byId = new Map(entering.map((server) => [server.serverId, server]))
  return orderServers(servers, inventory, settings)
    .flatMap((id) => byId.get(id) ?? [])
    .map((server, index) => joiner(server, facts.lastOrder + index + 1, facts))
}

function joiner(server: Server, order: number, { planned, settings, now }: JoinFacts): PlannedServer {
  const window = planned.windows.find(({ end }) => end > now)
  const { serverId, host, role, kind, runsOn, backupServer, partner, probes } = server
  return {
    serverId,
    host,
    order,
    role,
    kind,
    ...(runsOn && { runsOn }),
    ...(backupServer && { backupServer }),
    ...(partner && { partner }),
    ...(probes && { probes }),
    estimateMinutes: settings.serverMinutes.p50,
    latestStart: window ? latestStart(window, reservesOf(settings)) : now,
  }
}
