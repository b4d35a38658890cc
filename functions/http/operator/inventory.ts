import type { z } from 'zod'
import type { InventoryAnswer } from '../../../orchestrations/contracts/api.ts'
import { parseInventory } from '../../../orchestrations/contracts/inventory.ts'
import type { Client, Inventory, Server } from '../../../orchestrations/domain/fleet.ts'
import type { ClientId } from '../../../orchestrations/domain/ids.ts'
import { maxRowsPerTransaction, type Write } from '../../adapters/tables/clientStore.ts'
import type { Partition } from '../../adapters/tables/partition.ts'
import { rowKeys } from '../../adapters/tables/rows.ts'
import { eachOf } from '../../concurrency.ts'
import { audit } from '../../control/audit.ts'
import { readInventory } from '../../inventory.ts'
import type { Services } from '../../services.ts'
import { json, Refusal } from '../respond.ts'
import { requireWholeFleet } from './auth.ts'
import { readers, type Call, type Route } from './route.ts'

const fileLimit = 64 * 1024 * 1024
const clientsAtOnce = 12

export const inventoryRoutes: readonly Route[] = [
  {
    name: 'importInventory',
    method: 'POST',
    path: 'inventory',
    roles: ['operator'],
    handle: importInventory,
  },
  { name: 'showInventory', method: 'GET', path: 'inventory', roles: readers, handle: showInventory },
]

/** The whole file is validated before anything of it is applied; each client is applied whole. */
async function importInventory(services: Services, call: Call) {
  requireWholeFleet(call.me)
  const file = (call.request.query.get('file') ?? 'inventory.csv').slice(0, 200)
  const parsed = parseInventory(await call.bytes(fileLimit), {
    file,
    defaultZone: services.settings.ATLAS_ZONE,
  })
  if (!parsed.ok)
    throw new Refusal(422, `${file} was refused: ${parsed.errors.length} fault(s), nothing was applied`, {
      errors: [...parsed.errors],
    })
  const dryRun = call.request.query.get('dryRun') === 'true'
  const counts = { added: 0, changed: 0, unchanged: 0 }
  const importId = services.newId()
  if (!dryRun) {
    const { clients, servers } = parsed.inventory
    const detail = { file, clients: clients.length, servers: servers.length }
    await audit(services, { actor: call.me.name, action: 'inventory.imported', object: importId, detail })
  }
  await eachOf(parsed.inventory.clients, clientsAtOnce, async (client) => {
    const servers = parsed.inventory.servers.filter((server) => server.clientId === client.clientId)
    await importClient(services, { importId, actor: call.me.name, dryRun, counts }, client, servers)
  })
  return json({
    importId,
    applied: !dryRun,
    rows: parsed.rows,
    clients: parsed.inventory.clients.length,
    servers: parsed.inventory.servers.length,
    ...counts,
    notes: parsed.notes,
  } satisfies z.input<typeof InventoryAnswer>)
}

interface Import {
  readonly importId: string
  readonly actor: string
  readonly dryRun: boolean
  readonly counts: { added: number; changed: number; unchanged: number }
}

async function importClient(
  services: Services,
  work: Import,
  client: Client,
  servers: readonly Server[],
): Promise<void> {
  const { counts } = work
  const { writes, added, changed } = await services.clients.read(client.clientId, {}, (partition) =>
    changesOf(partition, client, servers),
  )
  counts.added += added
  counts.changed += changed
  counts.unchanged += servers.length - added - changed
  if (work.dryRun) return
  for (let from = 0; from < writes.length; from += maxRowsPerTransaction) {
    const keys = new Set(writes.slice(from, from + maxRowsPerTransaction).map((write) => write.rowKey))
    await services.clients.transact(client.clientId, {}, (partition) => ({
      kind: 'write',
      // Again from the truth: an agent may have enrolled meanwhile.
      rows: changesOf(partition, client, servers).writes.filter((write) => keys.has(write.rowKey)),
      ledger: {
        actor: work.actor,
        action: 'inventory.imported',
        object: work.importId,
        detail: { rows: keys.size },
      },
      value: undefined,
    }))
  }
  await services.fleet.putClient({ clientId: client.clientId, name: client.name, ring: client.ring })
  for (const server of servers) await services.fleet.putHost(server.host, server.serverId)
}

function changesOf(partition: Partition, client: Client, servers: readonly Server[]) {
  const writes: Write[] = []
  let added = 0
  let changed = 0
  if (!same(partition.config(), client)) writes.push({ rowKey: rowKeys.config, value: client })
  for (const server of servers) {
    const known = partition.server(server.serverId)
    if (known && same(known.server, server)) continue
    if (known) changed++
    else added++
    writes.push({ rowKey: rowKeys.server(server.serverId), value: { ...known, server } })
  }
  return { writes, added, changed }
}

const sorted = (value: object): string =>
  JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
const same = (a: object | undefined, b: object): boolean => a !== undefined && sorted(a) === sorted(b)

async function showInventory(services: Services, call: Call) {
  const inventory = await readInventory(services, scopeOf(call))
  const enrolled = inventory.enrolled.size
  const rings = [0, 1, 2, 3].map((ring) => ringCount(inventory, ring))
  return json({ clients: inventory.clients.length, servers: inventory.servers.length, enrolled, rings })
}

const scopeOf = (call: Call): ReadonlySet<ClientId> | undefined =>
  call.me.clients === 'all' ? undefined : new Set(call.me.clients)

function ringCount(inventory: Inventory, ring: number) {
  const clients = new Set(
    inventory.clients.filter((client) => client.ring === ring).map((client) => client.clientId),
  )
  return {
    ring,
    clients: clients.size,
    servers: inventory.servers.filter((server) => clients.has(server.clientId)).length,
  }
}
