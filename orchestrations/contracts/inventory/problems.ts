import type { InventoryFault, InventoryFaultCode } from '../api/faults.ts'

export type FaultParams = InventoryFault['params']

const mostListed = 200

/** Collects refusals: the first 200 are listed, all are counted, and each line that has one is known. */
export class Problems {
  readonly list: InventoryFault[] = []
  count = 0
  readonly #file: string
  readonly #lines = new Set<number>()

  constructor(file: string) {
    this.#file = file
  }

  add(line: number, column: string, code: InventoryFaultCode, params: FaultParams = {}): void {
    this.count += 1
    this.#lines.add(line)
    if (this.list.length < mostListed) this.list.push({ file: this.#file, line, column, code, params })
  }

  /** A refusal of the file as a whole. */
  addFile(code: InventoryFaultCode, params: FaultParams = {}): undefined {
    this.add(0, '', code, params)
  }

  has(line: number): boolean {
    return this.#lines.has(line)
  }
}

/** A cell as a sentence can quote it: short, on one line. */
export function short(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ').trim()
  return line.length > 60 ? `${line.slice(0, 57)}...` : line
}
