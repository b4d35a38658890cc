import type { Client, Inventory, Server } from '../../domain/fleet.ts'
import { clientOf, type ServerId } from '../../domain/ids.ts'
import { inventoryColumns, type ColumnKey } from './columns.ts'
import { csvFile } from '../csv.ts'
import { writeProbes } from './probeText.ts'
import { writeWindows } from './windowText.ts'

/** What the class of other tools' devices says is not kept: every server here is a Windows server. */
const written = inventoryColumns.filter(({ key }) => key !== 'deviceClass')

/**
 * The inventory as CSV (UTF-8 with BOM, semicolons, English headings): what a spreadsheet opens and
 * parseInventory reads back. Cells that a spreadsheet would take for formulas get a leading apostrophe. Clients
 * without servers have no line.
 */
export function writeInventoryCsv(inventory: Inventory): string {
  const clients = new Map(inventory.clients.map((client) => [client.clientId, client]))
  const hosts = new Map(inventory.servers.map((server) => [server.serverId, server.host]))
  const lines = inventory.servers.map((server) => {
    const client = clients.get(server.clientId)
    if (!client) throw new Error(`writeInventoryCsv: ${server.serverId} is a server of no client`)
    return written.map(({ key }) => value(key, server, client, hosts))
  })
  const headings = written.map(({ english }) => english)
  return csvFile(headings, lines)
}

function value(
  key: ColumnKey,
  server: Server,
  client: Client,
  hosts: ReadonlyMap<ServerId, string>,
): string | number | undefined {
  const reference = (id: ServerId | undefined): string | undefined =>
    id !== undefined && clientOf(id) === server.clientId ? hosts.get(id) : id
  switch (key) {
    case 'client':
      return client.name
    case 'runsOn':
    case 'backupServer':
    case 'partner':
      return reference(server[key])
    case 'probes':
      return server.probes && writeProbes(server.probes)
    case 'window':
      return writeWindows(client.windows)
    case 'freeze':
      return client.freezeDates.join('|')
    case 'maxParallel':
      return client.maxParallelServers
    case 'ring':
    case 'zone':
    case 'priority':
    case 'contact':
      return client[key]
    case 'site':
    case 'host':
    case 'role':
    case 'kind':
    case 'order':
    case 'os':
      return server[key]
    case 'deviceClass':
      return undefined
  }
}
