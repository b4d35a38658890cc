import type { ColumnKey } from '../../orchestrations/contracts/inventory.ts'
import type { Client, Server } from '../../orchestrations/domain/fleet.ts'

/** The columns that the file has: of everything else it says nothing, and what ATLAS knows stays. */
export type Columns = ReadonlySet<ColumnKey>

const clientColumns = {
  name: ['client'],
  ring: ['ring'],
  zone: ['zone'],
  windows: ['window'],
  freezeDates: ['freeze'],
  maxParallelServers: ['maxParallel'],
  priority: ['priority'],
  contact: ['contact'],
} as const satisfies Partial<Record<keyof Client, readonly ColumnKey[]>>

const serverColumns = {
  site: ['site'],
  role: ['role'],
  kind: ['kind', 'runsOn'],
  runsOn: ['runsOn'],
  backupServer: ['backupServer'],
  partner: ['partner'],
  order: ['order'],
  os: ['os'],
  probes: ['probes'],
} as const satisfies Partial<Record<keyof Server, readonly ColumnKey[]>>

export function keepClient(known: Client | undefined, read: Client, columns: Columns): Client {
  return known ? { ...read, ...unsaid(known, clientColumns, columns) } : read
}

export function keepServer(known: Server | undefined, read: Server, columns: Columns): Server {
  return known ? { ...read, ...unsaid(known, serverColumns, columns) } : read
}

/** What is known in the fields of which the file has no column. */
function unsaid<T extends object>(
  known: T,
  fields: Partial<Record<keyof T, readonly ColumnKey[]>>,
  columns: Columns,
): Partial<T> {
  const kept = Object.entries<readonly ColumnKey[] | undefined>(fields).flatMap(([field, keys]) => {
    const value = known[field as keyof T]
    return value === undefined || keys?.some((key) => columns.has(key)) ? [] : [[field, value] as const]
  })
  return Object.fromEntries(kept) as Partial<T>
}
