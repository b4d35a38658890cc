/** One refusal: where, what, and what to do about it. */
export interface InventoryError {
  readonly file: string
  /** Of a CSV file its line, of a workbook its row, from 1. 0: the file as a whole. */
  readonly line: number
  /** The heading as the file spells it, or `column 3`; empty for a whole line. */
  readonly column: string
  readonly code: InventoryErrorCode
  readonly message: string
  readonly fix: string
}

export type InventoryErrorCode =
  // the file
  | 'emptyFile'
  | 'binaryFile'
  | 'oldWorkbook'
  | 'brokenWorkbook'
  | 'notATable'
  | 'tooLarge'
  | 'brokenQuotes'
  | 'noRows'
  // its headings
  | 'duplicateHeading'
  | 'missingHostColumn'
  // a row or cell by itself
  | 'tooManyColumns'
  | 'tooFewColumns'
  | 'formulaCell'
  | 'controlCharacter'
  | 'tooLong'
  | 'missingHost'
  | 'invalidHost'
  | 'invalidClient'
  | 'clientUnknown'
  | 'unknownRing'
  | 'unknownKind'
  | 'unknownRole'
  | 'unknownZone'
  | 'invalidNumber'
  | 'unparsableWindow'
  | 'unparsableDate'
  // rows against each other
  | 'duplicateHost'
  | 'clientNameCollision'
  | 'clientRowsDisagree'
  | 'unknownServer'
  | 'ambiguousServer'
  | 'serverLeftOut'
  | 'refersToItself'
  | 'notAHost'
  | 'hostRunsOnHost'
  | 'physicalRunsOn'
  | 'partnersConflict'

const mostListed = 200

/** Collects refusals: the first 200 are listed, all are counted, and each line that has one is known. */
export class Problems {
  readonly list: InventoryError[] = []
  count = 0
  readonly #file: string
  readonly #lines = new Set<number>()

  constructor(file: string) {
    this.#file = file
  }

  add(line: number, column: string, code: InventoryErrorCode, message: string, fix: string): void {
    this.count += 1
    this.#lines.add(line)
    if (this.list.length < mostListed) this.list.push({ file: this.#file, line, column, code, message, fix })
  }

  /** A refusal of the file as a whole. */
  addFile(code: InventoryErrorCode, message: string, fix: string): undefined {
    this.add(0, '', code, message, fix)
  }

  has(line: number): boolean {
    return this.#lines.has(line)
  }
}

/** A cell as a message quotes it: short, on one line. */
export function quoted(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ').trim()
  return `"${line.length > 60 ? `${line.slice(0, 57)}...` : line}"`
}
