import { setImmediate as pause } from 'node:timers/promises'
import {
  inventorySteps,
  isWorkbook,
  type InventoryOptions,
  type InventoryResult,
} from '../../orchestrations/contracts/inventory.ts'
import { Turns } from '../adapters/tables/turns.ts'
import { readWorkbookApart } from '../adapters/workbook.ts'

export type FileResult = InventoryResult & { readonly sheet?: string }

/** One at a time: what one large file takes of memory is bounded, what several take is not. */
const turns = new Turns<'file'>()

/** Reads an inventory, CSV or XLSX, and lets other work of this process come in between. */
export function readFile(bytes: Uint8Array, options: InventoryOptions): Promise<FileResult> {
  return turns.take('file', () => (isWorkbook(bytes) ? readSheet(bytes, options) : readTable(bytes, options)))
}

async function readSheet(bytes: Uint8Array, options: InventoryOptions): Promise<FileResult> {
  const reading = await readWorkbookApart(new Uint8Array(bytes), options.file)
  if (!reading.ok)
    return { ok: false, headings: [], errors: [...reading.errors], errorCount: reading.errorCount }
  const { encoding: _encoding, separator: _separator, ...result } = await readTable(reading.csv, options)
  return { ...result, sheet: reading.sheet }
}

async function readTable(bytes: Uint8Array, options: InventoryOptions): Promise<InventoryResult> {
  const steps = inventorySteps(bytes, options)
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
    await pause()
  }
}
