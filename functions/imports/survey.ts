import type { InventoryAnswer } from '../../orchestrations/contracts/api.ts'
import type { Inventory, Server } from '../../orchestrations/domain/fleet.ts'
import { clientOf, type ClientId, type ServerId } from '../../orchestrations/domain/ids.ts'
import { eachOf } from '../concurrency.ts'
import { activeCampaigns } from '../control/activeCampaigns.ts'
import type { Services } from '../services.ts'
import { differencesOf, referencesOf, type Change, type WantedClient } from './differences.ts'
import type { Columns } from './keep.ts'

export const clientsAtOnce = 12
const mostChanges = 500

/** What an import wants of ATLAS, in the file's order of clients. */
export interface Wanted {
  readonly clients: readonly WantedClient[]
}

export type Survey = Pick<
  InventoryAnswer,
  'clients' | 'servers' | 'added' | 'changed' | 'unchanged' | 'absent' | 'removed' | 'changes' | 'notes'
>

/** Puts each client's servers together, and says which servers ATLAS may lose. */
export async function wantedOf(
  services: Services,
  inventory: Inventory,
  options: {
    readonly columns: Columns
    readonly remove: boolean
    /** In the file, and not taken as servers: in lower case. */
    readonly otherHosts: ReadonlySet<string>
  },
): Promise<Wanted> {
  const byClient = new Map<ClientId, Server[]>(inventory.clients.map(({ clientId }) => [clientId, []]))
  for (const server of inventory.servers) byClient.get(server.clientId)?.push(server)
  const needed = options.remove ? await neededElsewhere(services) : new Set<ServerId>()
  const planned = options.remove ? await plannedServers(services) : new Set<ServerId>()
  const mayRemove = (id: ServerId): boolean =>
    options.remove && !needed.has(id) && !planned.has(id) && !options.otherHosts.has(hostIn(id))
  return {
    clients: inventory.clients.map((client) => ({
      client,
      servers: byClient.get(client.clientId) ?? [],
      columns: options.columns,
      mayRemove,
    })),
  }
}

/** The host name in a server's id: what follows the client's. */
const hostIn = (id: ServerId): string => id.slice(id.indexOf('.') + 1)

/** Servers on which servers of other clients depend. */
async function neededElsewhere(services: Services): Promise<Set<ServerId>> {
  const needed = new Set<ServerId>()
  await eachOf(await services.fleet.clients(), clientsAtOnce, async ({ clientId }) => {
    const servers = await services.clients.read(clientId, {}, (partition) => partition.servers())
    for (const { server } of servers)
      for (const id of referencesOf(server)) if (clientOf(id) !== clientId) needed.add(id)
  })
  return needed
}

/** Servers of campaigns that are approved or under way: their orchestrations count on them. */
async function plannedServers(services: Services): Promise<Set<ServerId>> {
  const campaigns = await activeCampaigns(services)
  const clients = await Promise.all(
    campaigns.map(({ campaignId }) => services.campaigns.plannedClients(campaignId)),
  )
  return new Set(clients.flat().flatMap(({ servers }) => servers.map(({ serverId }) => serverId)))
}

/** What the import would change, without changing it. At most 500 changes are listed, all are counted. */
export async function survey(services: Services, wanted: Wanted, remove: boolean): Promise<Survey> {
  const counts = { servers: 0, added: 0, changed: 0, absent: 0, removed: 0 }
  const listed: Change[][] = wanted.clients.map(() => [])
  await eachOf([...wanted.clients.entries()], clientsAtOnce, async ([index, one]) => {
    const found = await services.clients.read(one.client.clientId, {}, (partition) =>
      differencesOf(partition, one),
    )
    counts.servers += one.servers.length
    counts.added += found.added.length
    counts.changed += found.changed
    counts.absent += found.absent.length
    counts.removed += found.removed.length
    listed[index] = found.changes.slice(0, mostChanges)
  })
  const kept = counts.absent
  const unnamed = await unnamedClients(services, wanted)
  counts.absent += unnamed.servers
  const { added, changed } = counts
  return {
    ...counts,
    clients: wanted.clients.length,
    unchanged: counts.servers - added - changed,
    changes: [...listed.flat(), ...unnamed.changes].slice(0, mostChanges),
    notes: remove && kept > 0 ? [{ code: 'serversKept', params: { count: kept } }] : [],
  }
}

/** Clients that the file doesn't name stay, whatever is asked: it may be a part of the inventory. */
async function unnamedClients(
  services: Services,
  wanted: Wanted,
): Promise<{ readonly servers: number; readonly changes: readonly Change[] }> {
  const named = new Set(wanted.clients.map(({ client }) => client.clientId))
  const unnamed = (await services.fleet.clients()).filter(({ clientId }) => !named.has(clientId))
  let servers = 0
  await eachOf(unnamed, clientsAtOnce, async ({ clientId }) => {
    servers += await services.clients.read(clientId, {}, (partition) => partition.servers().length)
  })
  return { servers, changes: unnamed.map(({ clientId }) => ({ kind: 'absent', clientId, fields: [] })) }
}
