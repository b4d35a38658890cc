import type { FaultParams } from './problems.ts'

/** One record of a table: a line of a CSV file, or several when cells contain line breaks; a row of a sheet. */
export interface TableRecord {
  /** On which it begins, from 1. */
  readonly line: number
  readonly cells: readonly string[]
}

/** Quotes that don't pair, or a line without end: what follows can't be told apart. */
export class BrokenQuotes extends Error {
  override readonly name = 'BrokenQuotes'
  readonly line: number
  readonly code: 'brokenQuotes' | 'textAfterQuote' | 'lineTooLong'
  readonly params: FaultParams

  constructor(line: number, code: BrokenQuotes['code'], params: FaultParams) {
    super(`line ${line}: ${code}`)
    this.line = line
    this.code = code
    this.params = params
  }
}

export const separators = [',', ';', '\t', '|'] as const
const longestRecord = 100_000
const saysSeparator = /^sep=([^\r\n])(?:\r\n?|\n|$)/i

/** What a first line `sep=;`, which Excel writes and obeys, says; undefined without one. */
export function saidSeparator(text: string): string | undefined {
  return saysSeparator.exec(text)?.[1]
}

/**
 * The records of a text (RFC 4180, with any separator and line ends of any kind, mixed too). A quote inside a cell
 * that doesn't begin with one is a character like others. Throws BrokenQuotes.
 */
export function* readRecords(text: string, separator: string): Generator<TableRecord, void> {
  let at = 0
  let line = 1
  if (saysSeparator.test(text)) {
    at = endOfLine(text, 0).next
    line = 2
  }
  while (at < text.length) {
    const begin = at
    const startLine = line
    const cells: string[] = []
    for (;;) {
      const cell =
        text[at] === '"'
          ? quotedCell(text, at, separator, line, cells.length + 1)
          : plainCell(text, at, separator)
      cells.push(cell.value)
      line += cell.breaks
      at = cell.end
      if (at - begin > longestRecord)
        throw new BrokenQuotes(startLine, 'lineTooLong', { most: longestRecord })
      if (text[at] !== separator) break
      at += 1
    }
    at = endOfLine(text, at).next
    yield { line: startLine, cells }
    line += 1
  }
}

interface Cell {
  readonly value: string
  /** Where the separator, line end or end of text stands that ends it. */
  readonly end: number
  readonly breaks: number
}

function plainCell(text: string, start: number, separator: string): Cell {
  let end = start
  while (end < text.length) {
    const sign = text[end]
    if (sign === separator || sign === '\n' || sign === '\r') break
    end += 1
  }
  return { value: text.slice(start, end), end, breaks: 0 }
}

function quotedCell(text: string, start: number, separator: string, line: number, cell: number): Cell {
  let from = start + 1
  let value = ''
  for (;;) {
    const quote = text.indexOf('"', from)
    if (quote < 0 || quote - start > longestRecord) throw new BrokenQuotes(line, 'brokenQuotes', { cell })
    value += text.slice(from, quote)
    from = quote + 1
    if (text[from] !== '"') break
    value += '"'
    from += 1
  }
  const after = text[from]
  if (after !== undefined && after !== separator && after !== '\n' && after !== '\r')
    throw new BrokenQuotes(line, 'textAfterQuote', { cell })
  return { value, end: from, breaks: value.match(/\r\n?|\n/g)?.length ?? 0 }
}

function endOfLine(text: string, start: number): { next: number } {
  let at = start
  while (at < text.length && text[at] !== '\n' && text[at] !== '\r') at += 1
  return { next: text[at] === '\r' && text[at + 1] === '\n' ? at + 2 : at + 1 }
}
