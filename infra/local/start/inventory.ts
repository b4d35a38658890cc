import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { demoInventory, generatedInventory } from '../../../orchestrations/contracts/demo/index.ts'
import { isWorkbook, parseInventory, writeInventoryCsv } from '../../../orchestrations/contracts/inventory.ts'
import type { InventoryFault } from '../../../orchestrations/contracts/api.ts'
import { inventoryFault } from '../../../orchestrations/contracts/words/index.ts'
import { readWorkbook } from '../../../orchestrations/contracts/inventory/workbook.ts'
import type { Inventory } from '../../../orchestrations/domain/fleet.ts'
import { RingNumber } from '../../../orchestrations/domain/ids.ts'
import { LocalError } from '../supervisor/errors.ts'
import { defaultZone } from './environment.ts'
import type { StartOptions } from './options.ts'

export interface Source {
  readonly name: string
  readonly inventory: Inventory
  readonly csv: Uint8Array
}

/** In a rehearsal without faults and topology all clients are in one ring. */
const onlyRing = RingNumber.parse(2)
const withoutRings = new Set(['even', 'instant'])
const demoSize = 1_000

/** The servers to rehearse with. Throws LocalError `badUsage` that lists every fault of a file. */
export async function readSource(options: StartOptions): Promise<Source> {
  const oneRing = withoutRings.has(options.scenario.name)
  if (options.inventory !== undefined) {
    const inventory = await readFile(options.inventory)
    return source(basename(options.inventory), oneRing ? inOneRing(inventory) : inventory)
  }
  if (options.servers !== undefined || oneRing)
    return source('generated.csv', generatedInventory(options.servers ?? demoSize, { oneRing }))
  return source('demo.csv', demoInventory())
}

/** Servers as they were kept. Throws LocalError `badUsage` when the text is no inventory. */
export function sourceOf(name: string, csv: Uint8Array): Source {
  return { name, csv, inventory: parse(name, csv) }
}

function source(name: string, inventory: Inventory): Source {
  return { name, inventory, csv: new TextEncoder().encode(writeInventoryCsv(inventory)) }
}

function inOneRing({ clients, servers }: Inventory): Inventory {
  return { servers, clients: clients.map((client) => ({ ...client, ring: onlyRing })) }
}

async function readFile(file: string): Promise<Inventory> {
  const name = basename(file)
  let bytes: Uint8Array
  try {
    bytes = readFileSync(file)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new LocalError('badUsage', `The inventory ${file} can't be read: ${why}.`)
  }
  if (!isWorkbook(bytes)) return parse(name, bytes)
  const workbook = await readWorkbook(bytes, name)
  return workbook.ok ? parse(name, workbook.csv) : refuse(workbook.errors)
}

function parse(name: string, bytes: Uint8Array): Inventory {
  const parsed = parseInventory(bytes, { file: name, defaultZone })
  return parsed.ok ? parsed.inventory : refuse(parsed.errors)
}

function refuse(errors: readonly InventoryFault[]): never {
  const faults = errors.map(describe).join('\n')
  throw new LocalError('badUsage', `The inventory was refused, nothing was applied.\n${faults}`)
}

function describe(fault: InventoryFault): string {
  const { what, fix } = inventoryFault(fault, 'en')
  return `${fault.file}:${fault.line}: ${fault.column}: ${what} ${fix}`
}
