import { CsvError, parse } from 'csv-parse/sync'
import { columnOf, plain, type ColumnKey } from './columns.ts'
import { quoted, type Problems } from './problems.ts'

/** A row's cells that aren't blank, trimmed, with the line on which it begins. */
export interface Row {
  readonly line: number
  readonly cells: Readonly<Partial<Record<ColumnKey, string>>>
}
export interface Table {
  readonly rows: readonly Row[]
  /** The heading of each column as the file spells it. */
  readonly spelling: ReadonlyMap<ColumnKey, string>
}
interface RawRecord {
  readonly record: string[]
  /** `lines`: the line on which the record ends. */
  readonly info: { readonly lines: number }
}

const mostRows = 200_000
const longestCell: Partial<Record<ColumnKey, number>> = { window: 5000, freeze: 5000 }
const longestOther = 300

/** Reads the text into rows of known columns; undefined when its headings or quotes make that impossible. */
export function readTable(text: string, problems: Problems): Table | undefined {
  const records = readRecords(text, problems)
  const first = records?.findIndex(({ record }) => !isBlank(record)) ?? -1
  const head = records?.[first]
  if (!records || !head) return undefined
  const columns = readHeadings(head.record, lineOf(records, first), problems)
  if (!columns.includes('host')) {
    const known = 'server, serveur, hostname or nom'
    problems.add(1, '', 'missingHostColumn', 'No column has the host names.', `Name a column ${known}.`)
    return undefined
  }
  const spelling = new Map<ColumnKey, string>()
  columns.forEach((key, index) => {
    if (key) spelling.set(key, head.record[index]?.trim() ?? '')
  })
  const rows: Row[] = []
  for (let index = first + 1; index < records.length; index += 1) {
    const record = records[index]?.record ?? []
    if (isBlank(record)) continue
    rows.push(readRow(record, lineOf(records, index), columns, head.record, problems))
  }
  if (rows.length === 0) {
    problems.add(1, '', 'noRows', 'The file has headings and no server.', 'Add a line for each server.')
  }
  if (rows.length > mostRows) {
    const fix = 'Split it by client and import the parts.'
    problems.add(0, '', 'tooLarge', `The file has ${rows.length} servers, more than ${mostRows}.`, fix)
    return undefined
  }
  return { rows, spelling }
}

function readRecords(text: string, problems: Problems): RawRecord[] | undefined {
  try {
    const options = { delimiter: delimiterOf(text), record_delimiter: '\n', max_record_size: 100_000 }
    return parse(text, { ...options, info: true, relax_column_count: true }) as unknown as RawRecord[]
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const line = Number(error['lines'] ?? 0)
    const fix = 'Put quotes around the whole cell, and write a quote inside it twice.'
    problems.add(line, `column ${Number(error['column'] ?? 0) + 1}`, 'brokenQuotes', `${error.message}.`, fix)
    return undefined
  }
}

/** The one of comma, semicolon and tab that the heading line has most of, outside quotes. */
function delimiterOf(text: string): string {
  const heading =
    text
      .trimStart()
      .split('\n', 1)[0]
      ?.replaceAll(/"[^"]*"/g, '') ?? ''
  const count = (sign: string): number => heading.split(sign).length
  return [',', ';', '\t'].reduce((most, sign) => (count(sign) > count(most) ? sign : most))
}

function readHeadings(
  record: readonly string[],
  line: number,
  problems: Problems,
): (ColumnKey | undefined)[] {
  const headings = record.map((heading) => heading.trim())
  while (headings.at(-1) === '') headings.pop()
  const named = headings.some((heading) => columnOf(heading) === 'host')
  const columns = headings.map((heading) =>
    plain(heading) === 'host' && !named ? ('host' as const) : columnOf(heading),
  )
  columns.forEach((key, index) => {
    const heading = headings[index] ?? ''
    const column = heading === '' ? `column ${index + 1}` : heading
    if (key === undefined) {
      const fix = 'Rename it to a documented heading, or remove the column.'
      problems.add(line, column, 'unknownHeading', `${quoted(heading)} is no heading that ATLAS knows.`, fix)
    } else if (columns.indexOf(key) !== index) {
      const other = quoted(headings[columns.indexOf(key)] ?? '')
      const message = `${quoted(heading)} means the same as ${other}.`
      problems.add(line, column, 'duplicateHeading', message, 'Keep one of the two columns.')
    }
  })
  return columns
}

function readRow(
  record: readonly string[],
  line: number,
  columns: readonly (ColumnKey | undefined)[],
  headings: readonly string[],
  problems: Problems,
): Row {
  const extra = record.findIndex((cell, index) => index >= columns.length && cell.trim() !== '')
  if (extra >= 0) {
    const message = `There are ${record.length} cells under ${columns.length} headings.`
    const fix = 'Put quotes around the cell that contains the separator, or remove what is too much.'
    problems.add(line, `column ${extra + 1}`, 'tooManyColumns', message, fix)
  } else if (record.length < columns.length) {
    const message = `There are ${record.length} cells under ${columns.length} headings.`
    problems.add(
      line,
      headings[record.length] ?? '',
      'tooFewColumns',
      message,
      'Fill in the cells, blank ones too.',
    )
  }
  const cells: Partial<Record<ColumnKey, string>> = {}
  columns.forEach((key, index) => {
    const raw = record[index]
    if (key === undefined || raw === undefined || raw === '') return
    const problem = cellProblem(raw, longestCell[key] ?? longestOther)
    const value = raw.trim()
    if (problem) problems.add(line, headings[index]?.trim() ?? '', ...problem)
    else if (value !== '' && cells[key] === undefined) cells[key] = value
  })
  return { line, cells }
}

type CellProblem = [code: 'formulaCell' | 'controlCharacter' | 'tooLong', message: string, fix: string]

function cellProblem(raw: string, longest: number): CellProblem | undefined {
  const value = raw.trim()
  if (/^[\t\n\r]/.test(raw) || (/^[=+\-@]/.test(value) && !/^[+-]?\d+(?:[.,]\d+)?$/.test(value))) {
    const message = `${quoted(raw)} begins like a formula.`
    return ['formulaCell', message, 'Replace the formula by its value; begin no cell with = + - @ or a tab.']
  }
  if (/[\p{Cc}\u2028\u2029]/u.test(value.replaceAll('\n', ''))) {
    return ['controlCharacter', `${quoted(raw)} contains a control character.`, 'Type the cell again.']
  }
  if (value.length > longest) {
    return ['tooLong', `${quoted(raw)} has ${value.length} characters, more than ${longest}.`, 'Shorten it.']
  }
  return undefined
}

function lineOf(records: readonly RawRecord[], index: number): number {
  return (records[index - 1]?.info.lines ?? 0) + 1
}

function isBlank(record: readonly string[]): boolean {
  return record.every((cell) => cell.trim() === '')
}
