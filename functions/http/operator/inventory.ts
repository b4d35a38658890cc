import {
  ImportId,
  ImportProgress,
  ImportQuery,
  InventoryAnswer,
  InventorySummary,
} from '../../../orchestrations/contracts/api.ts'
import type { Inventory } from '../../../orchestrations/domain/fleet.ts'
import type { ClientId } from '../../../orchestrations/domain/ids.ts'
import { importProgress, previewImport, runImport } from '../../imports/run.ts'
import { readInventory } from '../../inventory.ts'
import type { Services } from '../../services.ts'
import { json } from '../respond.ts'
import { requireWholeFleet } from './auth.ts'
import { readers, type Call, type Route } from './route.ts'

/** Of a file, in bytes. */
const fileLimit = 64 * 1024 * 1024
const workbook = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

export const inventoryRoutes: readonly Route[] = [
  {
    name: 'importInventory',
    method: 'POST',
    path: 'inventory',
    roles: ['operator'],
    summary: 'Imports an inventory (CSV or XLSX, up to 64 MiB), or says what importing it would change.',
    query: ImportQuery,
    body: { media: ['text/csv', workbook], limit: fileLimit },
    starts: true,
    answers: { 200: InventoryAnswer },
    handle: importInventory,
  },
  {
    name: 'showImport',
    method: 'GET',
    path: 'inventory/imports/{importId}',
    roles: readers,
    summary: 'How far an import is.',
    answers: { 200: ImportProgress },
    handle: showImport,
  },
  {
    name: 'showInventory',
    method: 'GET',
    path: 'inventory',
    roles: readers,
    summary: 'How many clients and servers there are, by ring.',
    answers: { 200: InventorySummary },
    handle: showInventory,
  },
]

async function importInventory(services: Services, call: Call) {
  requireWholeFleet(call.me)
  const query = call.query(ImportQuery)
  const bytes = await call.bytes(fileLimit)
  const answer =
    query.dryRun === 'true'
      ? await previewImport(services, bytes, query)
      : await runImport(services, call.me.name, bytes, query)
  return json(answer)
}

async function showImport(services: Services, call: Call) {
  requireWholeFleet(call.me)
  return json(await importProgress(services, call.param('importId', ImportId, 'import')))
}

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
