import { readCell } from './cellText.ts'
import type { ColumnKey } from './columns.ts'
import { BrokenQuotes, readRecords, saidSeparator, separators, type TableRecord } from './records.ts'
import { findHeadings, headingScore, isBlank, type FoundHeadings, type Heading } from './headings.ts'
import { knowsKind } from './machines.ts'
import type { Problems } from './problems.ts'

/** A row's cells that aren't blank, trimmed, with the line on which it begins. */
export interface Row {
  readonly line: number
  readonly cells: Readonly<Partial<Record<ColumnKey, string>>>
}
export interface Table {
  readonly rows: readonly Row[]
  readonly headings: readonly Heading[]
  readonly separator: string
  /** Lines above the headings that were not read. */
  readonly above: number
}

const mostRows = 200_000
const rowsAtOnce = 2_000
const sampleLength = 256 * 1024
const sampleRecords = 60
const longestCell: Partial<Record<ColumnKey, number>> = { window: 5000, freeze: 5000, probes: 2000 }
const longestOther = 300

/**
 * Reads the text into rows of known columns; undefined when its headings or quotes make that impossible. Yields
 * between pieces of work, so that whoever runs it can do something else.
 */
export function* readTable(text: string, problems: Problems): Generator<void, Table | undefined> {
  const separator = separatorOf(text)
  try {
    const sample = sampleOf(text, separator)
    const found = findHeadings(sample, problems)
    if (!found) {
      // A text whose quotes are broken may have no headings for that reason.
      for (const _ of readRecords(text.slice(0, sampleLength), separator)) break
      return undefined
    }
    return yield* readRows(text, separator, found, problems)
  } catch (error) {
    if (!(error instanceof BrokenQuotes)) throw error
    problems.add(error.line, '', error.code, error.params)
    return undefined
  }
}

function* readRows(
  text: string,
  separator: string,
  { headings, skip, line }: FoundHeadings,
  problems: Problems,
): Generator<void, Table | undefined> {
  const columns = columnsOf(headings)
  const rows: Row[] = []
  let seen = 0
  for (const record of readRecords(text, separator)) {
    seen += 1
    if (seen <= skip || isBlank(record.cells)) continue
    rows.push(readRow(record, columns, headings, problems))
    if (rows.length > mostRows) return problems.addFile('tooManyRows', { most: mostRows })
    if (rows.length % rowsAtOnce === 0) yield
  }
  if (rows.length === 0) problems.add(line, '', 'noRows')
  return { ...settleType(rows, headings), separator, above: Math.max(0, skip - 1) }
}

/** The first records; what is cut off at the end of the sample is left out. */
function sampleOf(text: string, separator: string): TableRecord[] {
  const sample: TableRecord[] = []
  try {
    for (const record of readRecords(text.slice(0, sampleLength), separator)) {
      sample.push(record)
      if (sample.length >= sampleRecords) break
    }
  } catch (error) {
    if (!(error instanceof BrokenQuotes)) throw error
  }
  return sample
}

/** What `sep=` says, else the separator with which most headings are known, else the commonest of the first line. */
function separatorOf(text: string): string {
  const said = saidSeparator(text)
  if (said !== undefined) return said
  const firstLine = text.trimStart().split(/[\r\n]/, 1)[0] ?? ''
  const scored = separators.map((separator) => {
    const known = Math.max(0, ...sampleOf(text, separator).map(({ cells }) => headingScore(cells)))
    return { separator, known, count: firstLine.split(separator).length }
  })
  return scored.reduce((best, one) =>
    one.known > best.known || (one.known === best.known && one.count > best.count) ? one : best,
  ).separator
}

interface Column {
  readonly key: ColumnKey
  /** Where to look, best first. */
  readonly at: readonly number[]
}

function columnsOf(headings: readonly Heading[]): Column[] {
  const byKey = new Map<ColumnKey, number[]>()
  headings.forEach(({ meaning }, index) => {
    if (meaning) byKey.set(meaning, [...(byKey.get(meaning) ?? []), index])
  })
  const rank = (index: number): number => headings[index]?.rank ?? 0
  return [...byKey].map(([key, at]) => ({ key, at: at.sort((a, b) => rank(a) - rank(b)) }))
}

function readRow(
  { line, cells: record }: TableRecord,
  columns: readonly Column[],
  headings: readonly Heading[],
  problems: Problems,
): Row {
  checkWidth(line, record, headings, problems)
  const cells: Partial<Record<ColumnKey, string>> = {}
  for (const { key, at } of columns) {
    for (const index of at) {
      const raw = record[index]
      if (raw === undefined || raw === '') continue
      const read = readCell(raw, longestCell[key] ?? longestOther)
      if ('problem' in read) problems.add(line, headings[index]?.heading ?? '', ...read.problem)
      else if (read.value === '') continue
      else cells[key] = read.value
      break
    }
  }
  return { line, cells }
}

function checkWidth(
  line: number,
  record: readonly string[],
  headings: readonly Heading[],
  problems: Problems,
): void {
  const counts = { cells: record.length, headings: headings.length }
  const extra = record.findIndex((cell, index) => index >= headings.length && cell.trim() !== '')
  if (extra >= 0) problems.add(line, '', 'tooManyColumns', { cell: extra + 1, ...counts })
  // A line that was cut off must not pass for one that says nothing of, for example, its ring.
  const missing = headings.find(({ meaning }, index) => index >= record.length && meaning !== undefined)
  if (missing) problems.add(line, missing.heading, 'tooFewColumns', counts)
}

/**
 * "type" is what many tools call something else: it is read as the server's kind only where at least half of its
 * cells are words for that.
 */
function settleType(rows: readonly Row[], headings: readonly Heading[]): Pick<Table, 'rows' | 'headings'> {
  const isType = ({ heading, meaning }: Heading): boolean => meaning === 'kind' && /^type$/i.test(heading)
  if (!headings.some(isType)) return { rows, headings }
  const said = rows.flatMap(({ cells }) => cells.kind ?? [])
  const known = said.filter(knowsKind).length
  if (known * 2 >= said.length) return { rows, headings }
  return {
    rows: rows.map((row) => withoutKind(row)),
    headings: headings.map((one) => (isType(one) ? { ...one, meaning: undefined } : one)),
  }
}

function withoutKind({ line, cells }: Row): Row {
  const { kind, ...others } = cells
  return kind === undefined ? { line, cells } : { line, cells: others }
}

/** The heading under which a column's cells stand, for messages. */
export function spellingOf(headings: readonly Heading[], key: ColumnKey): string {
  const [best] = columnsOf(headings).filter((column) => column.key === key)
  return headings[best?.at[0] ?? -1]?.heading ?? key
}
