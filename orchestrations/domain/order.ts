import type { Inventory, Role, Server } from './fleet.ts'
import type { ClientId, ServerId } from './ids.ts'
import { reason, type Reason } from './reasons.ts'
import type { CampaignSettings } from './settings.ts'

/** What the topology forbids: the server named is left out of a plan with this reason. */
export interface TopologyFinding {
  readonly serverId: ServerId
  readonly reason: Reason
}

const roleRank: Readonly<Record<Role, number>> = {
  rds: 0,
  application: 0,
  web: 1,
  file: 1,
  print: 1,
  exchange: 1,
  other: 1,
  sql: 2,
  domainController: 3,
  backup: 4,
  host: 5,
}
const byName = new Intl.Collator('en', { numeric: true })

/**
 * A client's servers in the order in which they are updated: explicit place, else role, else name; and whatever
 * those say, guests before the server that backs them up, and that before their host (operations.md, "Topology
 * and order"). Without topology only place and name count.
 */
export function orderServers(
  servers: readonly Server[],
  inventory: Inventory,
  settings: Pick<CampaignSettings, 'topology'>,
): ServerId[] {
  if (!settings.topology) return servers.toSorted(compareWithoutRoles).map(({ serverId }) => serverId)
  const backsUp = indexOf(inventory).protectedBy
  const rank = (server: Server): number => {
    if (server.kind === 'hyperVHost') return roleRank.host
    return backsUp.has(server.serverId)
      ? Math.max(roleRank[server.role], roleRank.backup)
      : roleRank[server.role]
  }
  const base = servers.toSorted(
    (a, b) => comparePlace(a, b) || rank(a) - rank(b) || compareWithoutRoles(a, b),
  )
  return afterWhatTheyServe(base).map(({ serverId }) => serverId)
}

/** Moves backup servers after what they protect and hosts after their guests, and nothing else. */
function afterWhatTheyServe(base: readonly Server[]): Server[] {
  const place = new Map(base.map((server, index) => [server.serverId, index]))
  const guests = new Map<ServerId, ServerId[]>()
  const protects = new Map<ServerId, ServerId[]>()
  for (const server of base) {
    if (server.runsOn) push(guests, server.runsOn, server.serverId)
    if (server.backupServer && server.kind !== 'hyperVHost')
      push(protects, server.backupServer, server.serverId)
  }
  const latest = (own: number, others: readonly ServerId[], of: ReadonlyMap<ServerId, number>): number =>
    others.reduce((most, other) => Math.max(most, of.get(other) ?? -1), own)

  // Two passes: a backup server may itself be a guest, a host is never one.
  const withBackups = new Map(place)
  for (const [id, index] of place) withBackups.set(id, latest(index, protects.get(id) ?? [], place))
  const final = new Map(withBackups)
  for (const [id, index] of withBackups) final.set(id, latest(index, guests.get(id) ?? [], withBackups))
  const level = (id: ServerId): number => (guests.has(id) ? 2 : protects.has(id) ? 1 : 0)
  const key = (map: ReadonlyMap<ServerId, number>, server: Server): number => map.get(server.serverId) ?? 0
  return base.toSorted(
    (a, b) =>
      key(final, a) - key(final, b) ||
      level(a.serverId) - level(b.serverId) ||
      key(withBackups, a) - key(withBackups, b) ||
      key(place, a) - key(place, b),
  )
}

/**
 * Servers of a client that its topology keeps out of any plan: hosts that other clients' servers depend on (their
 * windows and locks would be needed too), and servers that run on each other in a circle.
 */
export function topologyFindings(inventory: Inventory, clientId: ClientId): TopologyFinding[] {
  const { byId, byClient, guestsOf } = indexOf(inventory)
  return (byClient.get(clientId) ?? []).flatMap((server): TopologyFinding[] => {
    const { serverId } = server
    if (runsOnItself(server, byId))
      return [{ serverId, reason: reason('topologyCycle', { host: server.host }) }]
    const clients = new Set([clientId, ...(guestsOf.get(serverId) ?? []).map((guest) => guest.clientId)])
    if (clients.size === 1) return []
    const names = [...clients].sort().join(', ')
    return [{ serverId, reason: reason('sharedHost', { host: server.host, clients: names }) }]
  })
}

function runsOnItself(server: Server, byId: ReadonlyMap<ServerId, Server>): boolean {
  const seen = new Set<ServerId>()
  let below = server.runsOn
  while (below !== undefined && !seen.has(below)) {
    if (below === server.serverId) return true
    seen.add(below)
    below = byId.get(below)?.runsOn
  }
  return false
}

interface InventoryIndex {
  readonly byId: ReadonlyMap<ServerId, Server>
  readonly byClient: ReadonlyMap<ClientId, readonly Server[]>
  readonly guestsOf: ReadonlyMap<ServerId, readonly Server[]>
  readonly protectedBy: ReadonlySet<ServerId>
}
const indexes = new WeakMap<Inventory, InventoryIndex>()

/** Built once per inventory: a plan asks for every client. */
export function indexOf(inventory: Inventory): InventoryIndex {
  const known = indexes.get(inventory)
  if (known) return known
  const byId = new Map<ServerId, Server>()
  const byClient = new Map<ClientId, Server[]>()
  const guestsOf = new Map<ServerId, Server[]>()
  const protectedBy = new Set<ServerId>()
  for (const server of inventory.servers) {
    byId.set(server.serverId, server)
    push(byClient, server.clientId, server)
    if (server.runsOn) push(guestsOf, server.runsOn, server)
    if (server.backupServer) protectedBy.add(server.backupServer)
  }
  const index = { byId, byClient, guestsOf, protectedBy }
  indexes.set(inventory, index)
  return index
}

function comparePlace(a: Server, b: Server): number {
  if (a.order === undefined || b.order === undefined)
    return Number(a.order === undefined) - Number(b.order === undefined)
  return a.order - b.order
}

function compareWithoutRoles(a: Server, b: Server): number {
  return comparePlace(a, b) || byName.compare(a.host, b.host) || (a.serverId < b.serverId ? -1 : 1)
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}
