import { Client, weekend } from '../../domain/fleet.ts'
import type { ClientId, RingNumber } from '../../domain/ids.ts'
import type { Cells, ClientCells } from './cells.ts'
import type { ColumnKey } from './columns.ts'
import { short } from './problems.ts'
import type { Draft } from './rows.ts'
import { eachInSteps } from './steps.ts'

const columnOfSetting = {
  ring: 'ring',
  zone: 'zone',
  windows: 'window',
  freezeDates: 'freeze',
  maxParallelServers: 'maxParallel',
  priority: 'priority',
  contact: 'contact',
} as const satisfies Record<keyof ClientCells, ColumnKey>
type Setting = keyof ClientCells
const settings = Object.keys(columnOfSetting) as Setting[]

interface Gathered {
  readonly name: string
  readonly first: Draft
  /** What has been said, and on which line first. */
  readonly said: Map<Setting, { readonly value: unknown; readonly line: number }>
}

export interface ClientDefaults {
  /** IANA zone. */
  readonly zone: string
  readonly ring: RingNumber
}

export interface GatheredClients {
  readonly clients: Client[]
  /** Clients whose rows contradict each other: nothing is known for certain of them. */
  readonly torn: ReadonlySet<ClientId>
}

/** A client from all of its rows: one that is blank says nothing, two that differ are refused. */
export function* gatherClients(
  drafts: readonly Draft[],
  cells: Cells,
  defaults: ClientDefaults,
): Generator<void, GatheredClients> {
  const clients = new Map<ClientId, Gathered>()
  const torn = new Set<ClientId>()
  yield* eachInSteps(drafts, (draft) => {
    const client = clients.get(draft.clientId) ?? { name: draft.clientName, first: draft, said: new Map() }
    clients.set(draft.clientId, client)
    const named = checkName(client, draft, cells)
    const agreed = settings.every((setting) => {
      const value = draft.ofClient[setting]
      return value === undefined || agree(client, draft, setting, value, cells)
    })
    if (!named || !agreed) torn.add(draft.clientId)
  })
  const found = [...clients].map(([clientId, { name, said }]) =>
    Client.parse({
      clientId,
      name,
      ring: defaults.ring,
      zone: defaults.zone,
      windows: weekend,
      freezeDates: [],
      maxParallelServers: 1,
      priority: 0,
      ...Object.fromEntries([...said].map(([setting, { value }]) => [setting, value])),
    }),
  )
  return { clients: found, torn }
}

function agree(client: Gathered, draft: Draft, setting: Setting, value: unknown, cells: Cells): boolean {
  const known = client.said.get(setting)
  if (!known) client.said.set(setting, { value, line: draft.row.line })
  // Many tools name a person for each machine: the first one is called.
  if (!known || setting === 'contact' || isSame(known.value, value)) return true
  const key = columnOfSetting[setting]
  cells.refuse(draft.row, key, 'clientRowsDisagree', {
    text: short(draft.row.cells[key] ?? ''),
    client: short(client.name),
    otherLine: known.line,
  })
  return false
}

const isSame = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b)

function checkName(client: Gathered, draft: Draft, cells: Cells): boolean {
  if (client.name === draft.clientName || folded(client.name) === folded(draft.clientName)) return true
  cells.refuse(draft.row, 'client', 'clientNameCollision', {
    client: short(draft.clientName),
    other: short(client.name),
    otherLine: client.first.row.line,
  })
  return false
}

const folded = (name: string): string => name.normalize('NFC').toLowerCase()
