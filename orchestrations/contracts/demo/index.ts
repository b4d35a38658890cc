import type { Inventory } from '../../domain/fleet.ts'

export function demoInventory(): Inventory {
  throw new Error('unfinished')
}
export function generatedInventory(servers: number, options: { readonly oneRing: boolean }): Inventory {
  throw new Error(`unfinished ${servers} ${options.oneRing}`)
}
