import type { Inventory } from '../domain/fleet.ts'

export interface InventoryError {
  readonly file: string
  /** 1 = the heading line. 0: the file as a whole. */
  readonly line: number
  /** The heading as the file spells it, or `column 3`. */
  readonly column: string
  readonly code: string
  readonly message: string
  /** What to do about it. */
  readonly fix: string
}
export interface InventoryOptions {
  /** Name for messages. */
  readonly file: string
  readonly defaultZone: string
}
export type InventoryResult =
  | {
      readonly ok: true
      readonly inventory: Inventory
      readonly rows: number
      /** Column key by heading as the file spells it. */
      readonly headings: Readonly<Record<string, string>>
      readonly notes: string[]
    }
  | {
      readonly ok: false
      /** The first 200. */
      readonly errors: InventoryError[]
      readonly errorCount: number
    }

export function parseInventory(bytes: Uint8Array, options: InventoryOptions): InventoryResult {
  throw new Error(`unfinished ${bytes.length} ${options.file}`)
}
export function writeInventoryCsv(inventory: Inventory): string {
  throw new Error(`unfinished ${inventory.clients.length}`)
}
