import { InvalidInputError, InvalidSpreadsheetError, readSheet } from 'read-excel-file/universal'
import { readArchive, textOf, type ArchiveEntry } from './archive.ts'
import { headingScore } from './headings.ts'
import type { InventoryFault, InventoryFaultCode } from '../api/faults.ts'
import { Problems, short, type FaultParams } from './problems.ts'

export type WorkbookReading =
  /** `csv`: the sheet's rows as UTF-8, separated by commas; a row's line is its number. */
  | { readonly ok: true; readonly sheet: string; readonly csv: Uint8Array<ArrayBuffer> }
  | { readonly ok: false; readonly errors: readonly InventoryFault[]; readonly errorCount: number }

type Cell = string | number | boolean | { toISOString(): string } | null
type Sheet = { readonly name: string; readonly rows: readonly (readonly Cell[])[]; readonly number: number }

/** Of all parts together, unpacked: what a file of 64 MiB may become is otherwise a thousand times that. */
const mebibyte = 1024 * 1024
const mostUnpacked = 400 * mebibyte
const mostSheets = 20
/** Of a sheet, as Excel has it. */
const mostRows = 1_048_576

/**
 * Reads an .xlsx file into the CSV that parseInventory takes: the first visible sheet in which a line of headings is
 * known, else the first one. Cells of a formula count by their stored result; a formula without one stands as its
 * text, which is refused there. Takes the processor for seconds when the file is large. Never throws on content.
 */
export async function readWorkbook(bytes: Uint8Array, file: string): Promise<WorkbookReading> {
  const refused = (code: InventoryFaultCode, params: FaultParams = {}): WorkbookReading => {
    const problems = new Problems(file)
    problems.addFile(code, params)
    return { ok: false, errors: problems.list, errorCount: problems.count }
  }
  const entries = readArchive(bytes)
  if (!entries) return refused('brokenWorkbook')
  if (!entries.has('xl/workbook.xml')) return refused('notAWorkbook')
  if (unpackedSize(entries) > mostUnpacked)
    return refused('workbookTooLarge', { mostMebibytes: mostUnpacked / mebibyte })
  try {
    const sheet = await chooseSheet(bytes, entries)
    if (!sheet) return refused('noVisibleSheet')
    const formulas = await formulasWithoutResult(bytes, entries, sheet.number)
    return { ok: true, sheet: sheet.name, csv: new TextEncoder().encode(csvOf(sheet.rows, formulas)) }
  } catch (error) {
    return refused('brokenWorkbook', toldBy(error))
  }
}

/** What the reader of sheets says of a file, in its words; of anything else it says nothing of use. */
function toldBy(error: unknown): FaultParams {
  const known = error instanceof InvalidInputError || error instanceof InvalidSpreadsheetError
  return known ? { message: short(error.message.replace(/\.$/, '')) } : {}
}

function unpackedSize(entries: ReadonlyMap<string, ArchiveEntry>): number {
  return [...entries.values()].reduce((sum, { size }) => sum + size, 0)
}

async function chooseSheet(
  bytes: Uint8Array,
  entries: ReadonlyMap<string, ArchiveEntry>,
): Promise<Sheet | undefined> {
  const names = await sheetNames(bytes, entries)
  if (names.length === 0) throw new Error('The workbook names no sheet')
  // A copy: the bytes may be a part of a larger buffer, and the reader takes a buffer whole.
  const input = new Uint8Array(bytes).buffer
  let first: Sheet | undefined
  for (const { name, number } of names.filter(({ visible }) => visible).slice(0, mostSheets)) {
    const rows = (await readSheet(input, number)) as unknown as Cell[][]
    const sheet = { name, rows, number }
    if (rows.slice(0, 20).some((row) => headingScore(row.map(cellText)) > 0)) return sheet
    first ??= sheet
  }
  return first
}

interface SheetName {
  readonly name: string
  /** From 1. */
  readonly number: number
  readonly visible: boolean
  readonly relation: string
}

async function sheetNames(
  bytes: Uint8Array,
  entries: ReadonlyMap<string, ArchiveEntry>,
): Promise<SheetName[]> {
  const xml = (await textOf(bytes, entries, 'xl/workbook.xml')) ?? ''
  return [...xml.matchAll(/<(?:\w+:)?sheet\s([^>]*)>/g)].map(([, attributes = ''], index) => ({
    name: attribute(attributes, 'name'),
    number: index + 1,
    visible: !/\bstate="(?:hidden|veryHidden)"/.test(attributes),
    relation: attribute(attributes, '\\w+:id'),
  }))
}

const attribute = (attributes: string, name: string): string =>
  unescapeXml(new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(attributes)?.[1] ?? '')

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function unescapeXml(text: string): string {
  return text.replaceAll(
    /&(?:#x([\da-f]{1,6})|#(\d{1,7})|(\w+));/gi,
    (whole, hex?: string, code?: string, word?: string) => {
      if (word !== undefined) return entities[word] ?? whole
      const point = hex === undefined ? Number(code) : Number.parseInt(hex, 16)
      return point <= 0x10ffff ? String.fromCodePoint(point) : whole
    },
  )
}

/** Formulas, by cell (`B3`), whose result isn't stored: to the reader of sheets those cells are simply empty. */
async function formulasWithoutResult(
  bytes: Uint8Array,
  entries: ReadonlyMap<string, ArchiveEntry>,
  number: number,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  const relation = (await sheetNames(bytes, entries))[number - 1]?.relation ?? ''
  const relations = (await textOf(bytes, entries, 'xl/_rels/workbook.xml.rels')) ?? ''
  const targets = [...relations.matchAll(/<(?:\w+:)?Relationship\s([^>]*)>/g)].map(([, text = '']) => text)
  const target = attribute(targets.find((text) => attribute(text, 'Id') === relation) ?? '', 'Target')
  const path = target.startsWith('/') ? target.slice(1) : `xl/${target}`
  const xml = (await textOf(bytes, entries, path)) ?? ''
  const cells =
    /<(?:\w+:)?c\s([^>]*)>\s*<(?:\w+:)?f(?:\s[^>]*)?(?:\/>|>([^<]*)<\/(?:\w+:)?f>)\s*(?:<(?:\w+:)?v\s*(?:\/>|><\/(?:\w+:)?v>)\s*)?<\/(?:\w+:)?c>/g
  for (const [, attributes = '', formula = ''] of xml.matchAll(cells))
    if (!/\bt="str"/.test(attributes)) found.set(attribute(attributes, 'r'), `=${unescapeXml(formula)}`)
  return found
}

function csvOf(rows: readonly (readonly Cell[])[], formulas: ReadonlyMap<string, string>): string {
  const table = rows.map((row) => row.map(cellText))
  // Rows and columns of such formulas alone count as empty there, and would be missing.
  for (const [cell, formula] of formulas) {
    const [, letters = '', digits = ''] = /^([A-Z]{1,3})(\d{1,7})$/.exec(cell) ?? []
    const at = Number(digits) - 1
    if (letters === '' || at >= mostRows) continue
    while (table.length <= at) table.push([])
    const row = table[at] ?? []
    const column = columnIndex(letters)
    while (row.length < column) row.push('')
    row[column] = formula
  }
  return table.map((row) => row.map(quoteCell).join(',')).join('\n')
}

/** On one line: a row's line is then its number. */
function cellText(cell: Cell): string {
  if (cell === null) return ''
  if (typeof cell === 'object') return cell.toISOString().replace(/T00:00:00\.000Z$/, '')
  return String(cell).replaceAll(/\s*[\r\n]+\s*/g, ' ')
}

const quoteCell = (text: string): string => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

/** `A` is 0, `AA` 26. */
function columnIndex(letters: string): number {
  return letters.split('').reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1
}
