import type { Inventory } from '../domain/fleet.ts'
import { Cells } from './inventory/cells.ts'
import { gatherClients } from './inventory/clients.ts'
import type { ColumnKey } from './inventory/columns.ts'
import { decode } from './inventory/decode.ts'
import { Problems, type InventoryError } from './inventory/problems.ts'
import { readDraft, withoutDuplicates, type Draft } from './inventory/rows.ts'
import { readTable, type Table } from './inventory/table.ts'
import { linkServers } from './inventory/topology.ts'

export { inventoryColumns, type ColumnKey, type InventoryColumn } from './inventory/columns.ts'
export type { InventoryError, InventoryErrorCode } from './inventory/problems.ts'
export { writeInventoryCsv } from './inventory/write.ts'

export interface InventoryOptions {
  /** Name for messages. */
  readonly file: string
  /** IANA zone of clients for which none is given. */
  readonly defaultZone: string
}
export type InventoryResult =
  | {
      readonly ok: true
      readonly inventory: Inventory
      readonly rows: number
      /** Column by heading as the file spells it. */
      readonly headings: Readonly<Record<string, ColumnKey>>
      /** What was assumed, for people to read. */
      readonly notes: string[]
    }
  | {
      readonly ok: false
      /** The first 200. */
      readonly errors: InventoryError[]
      readonly errorCount: number
    }

/**
 * Reads an inventory file: CSV in UTF-8, separated by comma, semicolon or tab, with the headings of
 * inventoryColumns in any order. The file is validated whole; one refusal refuses all of it. Never throws on
 * content.
 */
export function parseInventory(bytes: Uint8Array, options: InventoryOptions): InventoryResult {
  const problems = new Problems(options.file)
  const text = decode(bytes, problems)
  const table = text === undefined ? undefined : readTable(text, problems)
  if (!table) return { ok: false, errors: problems.list, errorCount: problems.count }

  const cells = new Cells(table, problems)
  const drafts = table.rows.flatMap((row) => readDraft(row, cells) ?? [])
  const ofClient = new Map(table.rows.map((row) => [row, cells.ofClient(row)]))
  const unique = withoutDuplicates(drafts, cells)
  const clients = gatherClients(unique, ofClient, cells, options.defaultZone)
  const servers = linkServers(unique, refusedHosts(table, unique), cells)
  if (problems.count > 0) {
    return { ok: false, errors: problems.list.sort((a, b) => a.line - b.line), errorCount: problems.count }
  }
  return {
    ok: true,
    inventory: { clients, servers },
    rows: table.rows.length,
    headings: Object.fromEntries([...table.spelling].map(([key, heading]) => [heading, key])),
    notes: notesOn(unique, { clients, servers }, options),
  }
}

function refusedHosts(table: Table, drafts: readonly Draft[]): Set<string> {
  const read = new Set(drafts.map(({ row }) => row))
  const refused = table.rows.filter((row) => !read.has(row))
  return new Set(refused.flatMap(({ cells }) => cells.host?.toLowerCase() ?? []))
}

function notesOn(drafts: readonly Draft[], { servers }: Inventory, options: InventoryOptions): string[] {
  const named = drafts.filter(({ explicitClient }) => !explicitClient).length
  const without = (column: ColumnKey): number =>
    drafts.filter(({ row }) => row.cells[column] === undefined).length
  const loose = servers.filter(({ kind, runsOn }) => kind === 'vm' && runsOn === undefined).length
  const notes: [count: number, text: string][] = [
    [named, 'servers: the client was read from the host name'],
    [without('role'), 'servers: the role was read from the host name, or is "other"'],
    [loose, 'VMs name no host that they run on: no checkpoint can be taken of them'],
  ]
  const zone =
    without('zone') === drafts.length ? [`no time zone is given: ${options.defaultZone} for all`] : []
  return [...zone, ...notes.filter(([count]) => count > 0).map(([count, text]) => `${count} ${text}`)]
}
