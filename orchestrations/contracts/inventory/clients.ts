import { Client, weekend } from '../../domain/fleet.ts'
import { RingNumber, type ClientId } from '../../domain/ids.ts'
import type { Cells, ClientCells } from './cells.ts'
import type { ColumnKey } from './columns.ts'
import { quoted } from './problems.ts'
import type { Draft } from './rows.ts'
import type { Row } from './table.ts'

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

/**
 * A client from all of its rows: one that is blank says nothing, two that differ are refused. `ofClient`: what each
 * row says.
 */
export function gatherClients(
  drafts: readonly Draft[],
  ofClient: ReadonlyMap<Row, ClientCells>,
  cells: Cells,
  defaultZone: string,
): Client[] {
  const clients = new Map<ClientId, Gathered>()
  for (const draft of drafts) {
    const client = clients.get(draft.clientId) ?? { name: draft.clientName, first: draft, said: new Map() }
    clients.set(draft.clientId, client)
    checkName(client, draft, cells)
    const own = ofClient.get(draft.row) ?? {}
    for (const setting of settings) {
      if (own[setting] !== undefined) agree(client, draft, setting, own[setting], cells)
    }
  }
  return [...clients].map(([clientId, { name, said }]) =>
    Client.parse({
      clientId,
      name,
      ring: RingNumber.parse(2),
      zone: defaultZone,
      windows: weekend,
      freezeDates: [],
      maxParallelServers: 1,
      priority: 0,
      ...Object.fromEntries([...said].map(([setting, { value }]) => [setting, value])),
    }),
  )
}

function agree(client: Gathered, draft: Draft, setting: Setting, value: unknown, cells: Cells): void {
  const known = client.said.get(setting)
  if (!known) client.said.set(setting, { value, line: draft.row.line })
  else if (JSON.stringify(known.value) !== JSON.stringify(value)) {
    const key = columnOfSetting[setting]
    const text = quoted(draft.row.cells[key] ?? '')
    const message = `${text} is not what line ${known.line} says for ${quoted(client.name)}.`
    const fix = `Give lines ${known.line} and ${draft.row.line} the same value, or leave one blank.`
    cells.refuse(draft.row, key, 'clientRowsDisagree', message, fix)
  }
}

function checkName(client: Gathered, draft: Draft, cells: Cells): void {
  if (client.name.normalize('NFC').toLowerCase() === draft.clientName.normalize('NFC').toLowerCase()) return
  const { line } = client.first.row
  const names = `${quoted(draft.clientName)} and ${quoted(client.name)} (line ${line})`
  const fix = 'Write the name the same way on all of its lines; name two clients more differently.'
  cells.refuse(draft.row, 'client', 'clientNameCollision', `${names} would be the same client.`, fix)
}
