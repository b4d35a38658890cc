import type { Inventory } from '../domain/fleet.ts'
import { RingNumber } from '../domain/ids.ts'
import type { InventoryFault } from './api/faults.ts'
import type { ImportNote } from './api/imports.ts'
import { Cells } from './inventory/cells.ts'
import { gatherClients } from './inventory/clients.ts'
import type { ColumnKey } from './inventory/columns.ts'
import { decode, type Decoded } from './inventory/decode.ts'
import { mergeDuplicates } from './inventory/duplicates.ts'
import { readHostCell } from './inventory/hostCell.ts'
import { notesOn } from './inventory/notes.ts'
import { Problems } from './inventory/problems.ts'
import { readDraft, type Draft } from './inventory/rows.ts'
import { eachInSteps } from './inventory/steps.ts'
import { readTable, type Row, type Table } from './inventory/table.ts'
import { linkServers } from './inventory/topology.ts'

export { inventoryColumns, type ColumnKey, type InventoryColumn } from './inventory/columns.ts'
export { isWorkbook } from './inventory/decode.ts'
export { writeInventoryCsv } from './inventory/write.ts'

export interface InventoryOptions {
  /** Name for messages. */
  readonly file: string
  /** IANA zone of clients for which none is given. */
  readonly defaultZone: string
  /** Ring of clients for which none is given; 2 without it. */
  readonly ring?: RingNumber
  /** Name of the client whose servers those are of which nothing else tells. */
  readonly client?: string
  /** Takes the rows that can be read, and refuses only the others. */
  readonly skipInvalid?: boolean
}

/** How the file was read, as far as it could be. */
export interface FileReading {
  /** `utf-8`, `utf-16le`, `utf-16be` or `windows-1252`. */
  readonly encoding?: string
  readonly separator?: string
  /** In the file's order; meaning undefined: not read. */
  readonly headings: readonly { readonly heading: string; readonly meaning: ColumnKey | undefined }[]
}

interface Refusals {
  /** The first 200, by line. */
  readonly errors: InventoryFault[]
  readonly errorCount: number
}

export type InventoryResult = FileReading &
  Refusals &
  (
    | {
        readonly ok: true
        readonly inventory: Inventory
        /** Of the table, below its headings. */
        readonly rows: number
        /** Rows left out because of their errors: only with `skipInvalid`. */
        readonly skipped: number
        /** Host names, in lower case, of rows left out because they tell of no Windows server. */
        readonly otherHosts: ReadonlySet<string>
        /** What was assumed. */
        readonly notes: ImportNote[]
      }
    | { readonly ok: false }
  )

/**
 * Reads an inventory file: CSV as inventoryColumns describes it, in any usual encoding and with any usual separator.
 * The file is validated whole; one refusal refuses all of it, unless `skipInvalid`. Never throws on content. Of a
 * workbook, make such a CSV first (inventory/workbook.ts).
 */
export function parseInventory(bytes: Uint8Array, options: InventoryOptions): InventoryResult {
  const steps = inventorySteps(bytes, options)
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

/** parseInventory in small steps: whoever runs it can do something else in between. */
export function* inventorySteps(
  bytes: Uint8Array,
  options: InventoryOptions,
): Generator<void, InventoryResult> {
  const problems = new Problems(options.file)
  const decoded = decode(bytes, problems)
  const table = decoded && (yield* readTable(decoded.text, problems))
  const reading = readingOf(decoded, table)
  // What is wrong with the file or its headings is wrong with every row.
  if (!table || problems.has(0) || table.rows.length === 0 || problems.list.some(isOfHeadings))
    return { ok: false, ...reading, ...refusals(problems) }
  yield
  return yield* readServers(table, reading, problems, options)
}

function* readServers(
  table: Table,
  reading: FileReading,
  problems: Problems,
  options: InventoryOptions,
): Generator<void, InventoryResult> {
  const cells = new Cells(table.headings, problems)
  const rows: Row[] = []
  const others: Row[] = []
  const read: Draft[] = []
  yield* eachInSteps(table.rows, (row) => {
    if (cells.isOther(row)) return void others.push(row)
    rows.push(row)
    const draft = readDraft(row, cells, options.client)
    if (draft) read.push(draft)
  })
  const { drafts, merged } = yield* mergeDuplicates(read, cells)
  const defaults = { zone: options.defaultZone, ring: options.ring ?? RingNumber.parse(2) }
  const { clients, torn } = yield* gatherClients(drafts, cells, defaults)
  const isWhole = ({ row, clientId }: Draft): boolean => !cells.isRefused(row) && !torn.has(clientId)
  const kept = options.skipInvalid === true ? drafts.filter(isWhole) : drafts
  const { servers, linked } = yield* link(kept, rows, cells, options.skipInvalid === true)
  if (problems.count > 0 && options.skipInvalid !== true)
    return { ok: false, ...reading, ...refusals(problems) }
  const owners = new Set(servers.map(({ clientId }) => clientId))
  const inventory = { clients: clients.filter(({ clientId }) => owners.has(clientId)), servers }
  if (servers.length === 0) {
    if (problems.count === 0) problems.addFile('noWindowsServers', { rows: others.length })
    return { ok: false, ...reading, ...refusals(problems) }
  }
  const { defaultZone, client: clientOfAll } = options
  const notes = notesOn({
    table,
    drafts: linked,
    inventory,
    defaultZone,
    clientOfAll,
    others: others.length,
    merged,
  })
  const skipped = rows.length - merged - servers.length
  return {
    ok: true,
    ...reading,
    ...refusals(problems),
    inventory,
    rows: table.rows.length,
    skipped,
    otherHosts: hostsOf(others),
    notes,
  }
}

/** With `restIsTaken`, who depends on a line that is left out is left out too, until nobody does. */
function* link(
  drafts: readonly Draft[],
  rows: readonly Row[],
  cells: Cells,
  restIsTaken: boolean,
): Generator<void, { servers: Inventory['servers']; linked: readonly Draft[] }> {
  let linked = drafts
  for (;;) {
    const hosts = hostsWithout(rows, linked)
    yield
    const servers = yield* linkServers(linked, { hosts, restIsTaken }, cells)
    const left = linked.filter(({ row }) => !cells.isRefused(row))
    if (!restIsTaken || left.length === linked.length) return { servers, linked }
    linked = left
  }
}

function hostsWithout(rows: readonly Row[], drafts: readonly Draft[]): Set<string> {
  const hosts = hostsOf(rows)
  for (const { host } of drafts) hosts.delete(host.toLowerCase())
  return hosts
}

const hostsOf = (rows: readonly Row[]): Set<string> =>
  new Set(rows.flatMap(({ cells: { host } }) => (host && readHostCell(host)?.host.toLowerCase()) || []))

const isOfHeadings = ({ code }: InventoryFault): boolean => code === 'duplicateHeading'

function readingOf(decoded: Decoded | undefined, table: Table | undefined): FileReading {
  return {
    ...(decoded && { encoding: decoded.encoding }),
    ...(table && { separator: table.separator }),
    headings: (table?.headings ?? []).map(({ heading, meaning }) => ({ heading, meaning })),
  }
}

function refusals({ list, count }: Problems): Refusals {
  return { errors: list.toSorted((a, b) => a.line - b.line), errorCount: count }
}
