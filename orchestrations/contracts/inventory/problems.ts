/** One refusal: where, what, and what to do about it. */
export interface InventoryError {
  readonly file: string
  /** 1 = the heading line. 0: the file as a whole. */
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
  | 'notUtf8'
  | 'tooLarge'
  | 'brokenQuotes'
  | 'noRows'
  // its headings
  | 'unknownHeading'
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
  | 'refersToItself'
  | 'notAHost'
  | 'hostRunsOnHost'
  | 'physicalRunsOn'
  | 'partnersConflict'

const mostListed = 200

/** Collects refusals: the first 200 are listed, all are counted. */
export class Problems {
  readonly list: InventoryError[] = []
  count = 0
  readonly #file: string

  constructor(file: string) {
    this.#file = file
  }

  add(line: number, column: string, code: InventoryErrorCode, message: string, fix: string): void {
    this.count += 1
    if (this.list.length < mostListed) this.list.push({ file: this.#file, line, column, code, message, fix })
  }
}

/** A cell as a message quotes it: short, on one line. */
export function quoted(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ').trim()
  return `"${line.length > 60 ? `${line.slice(0, 57)}...` : line}"`
}
