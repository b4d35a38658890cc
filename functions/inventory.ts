import type { Client, Server } from '../orchestrations/domain/fleet.ts'
import type { ClientId, ServerId } from '../orchestrations/domain/ids.ts'
import { eachOf } from './concurrency.ts'
import type { Services } from './services.ts'

export interface StoredInventory {
  readonly clients: readonly Client[]
  readonly servers: readonly Server[]
  readonly enrolled: ReadonlySet<ServerId>
}

const clientsAtOnce = 12

/** The inventory as it stands in the clients' partitions; `scope` limits it to some clients. */
export async function readInventory(
  services: Services,
  scope?: ReadonlySet<ClientId>,
): Promise<StoredInventory> {
  const clients: Client[] = []
  const servers: Server[] = []
  const enrolled = new Set<ServerId>()
  const known = (await services.fleet.clients()).filter(({ clientId }) => scope?.has(clientId) ?? true)
  await eachOf(known, clientsAtOnce, async ({ clientId }) => {
    // Nothing is added up inside: a look may be taken more than once.
    const found = await services.clients.read(clientId, {}, (partition) => ({
      config: partition.config(),
      rows: partition.servers(),
    }))
    if (!found.config) return
    clients.push(found.config)
    for (const row of found.rows) {
      servers.push(row.server)
      if (row.agent) enrolled.add(row.server.serverId)
    }
  })
  clients.sort((a, b) => (a.clientId < b.clientId ? -1 : 1))
  servers.sort((a, b) => (a.serverId < b.serverId ? -1 : 1))
  return { clients, servers, enrolled }
}
