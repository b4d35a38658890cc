import type { InventoryAnswer } from '../../orchestrations/contracts/api.ts'
import { writeProbes } from '../../orchestrations/contracts/inventory/probeText.ts'
import { writeWindows } from '../../orchestrations/contracts/inventory/windowText.ts'
import type { Client, Server } from '../../orchestrations/domain/fleet.ts'
import type { ServerId } from '../../orchestrations/domain/ids.ts'
import type { Write } from '../adapters/tables/clientStore.ts'
import type { Partition } from '../adapters/tables/partition.ts'
import { rowKeys, type ServerRow } from '../adapters/tables/rows.ts'
import { keepClient, keepServer, type Columns } from './keep.ts'

export type Change = InventoryAnswer['changes'][number]

/** One client of the file: what it is to be, and which servers may go that the file doesn't have. */
export interface WantedClient {
  readonly client: Client
  readonly servers: readonly Server[]
  readonly columns: Columns
  readonly mayRemove: (serverId: ServerId) => boolean
}

export interface Differences {
  readonly writes: readonly Write[]
  readonly changes: readonly Change[]
  readonly added: readonly Server[]
  readonly changed: number
  readonly removed: readonly Server[]
  /** In ATLAS, not in the file, and staying. */
  readonly absent: readonly Server[]
}

/** What a client's partition lacks to be as the file has it. Everything else that is known of a server stays. */
export function differencesOf(partition: Partition, wanted: WantedClient): Differences {
  const { columns } = wanted
  const config = partition.config()
  const client = keepClient(config, wanted.client, columns)
  const { clientId } = client
  const clientFields = fieldsOf(clientTexts(config), clientTexts(client))
  const writes: Write[] = []
  const changes: Change[] = []
  if (!config || clientFields.length > 0) {
    writes.push({ rowKey: rowKeys.config, value: client })
    changes.push({ kind: config ? 'changed' : 'added', clientId, fields: config ? clientFields : [] })
  }
  const added: Server[] = []
  const named = new Set<ServerId>()
  let changed = 0
  const needed = new Set<ServerId>()
  for (const read of wanted.servers) {
    const { serverId } = read
    const known = partition.server(serverId)
    const server = keepServer(known?.server, read, columns)
    named.add(serverId)
    for (const other of referencesOf(server)) needed.add(other)
    const fields = known ? fieldsOf(serverTexts(known.server), serverTexts(server)) : []
    if (known && fields.length === 0) continue
    if (known) changed += 1
    else added.push(server)
    writes.push({ rowKey: rowKeys.server(serverId), value: { ...known, server } satisfies ServerRow })
    changes.push({ kind: known ? 'changed' : 'added', clientId, serverId, fields })
  }
  const others = partition.servers().flatMap(({ server }) => (named.has(server.serverId) ? [] : [server]))
  // A campaign that has the client locked counts on every one of its servers.
  const isFree = partition.lock().owner === undefined
  const mayGo = ({ serverId }: Server): boolean =>
    isFree && wanted.mayRemove(serverId) && !needed.has(serverId)
  const removed = others.filter(mayGo)
  const absent = others.filter((server) => !mayGo(server))
  for (const { serverId } of removed)
    writes.push({ rowKey: rowKeys.server(serverId), value: undefined, mode: 'delete' })
  for (const { serverId } of removed) changes.push({ kind: 'removed', clientId, serverId, fields: [] })
  for (const { serverId } of absent) changes.push({ kind: 'absent', clientId, serverId, fields: [] })
  return { writes, changes, added, changed, removed, absent }
}

/** The servers that it can't do without. */
export function referencesOf({ runsOn, backupServer, partner }: Server): ServerId[] {
  return [runsOn, backupServer, partner].filter((id) => id !== undefined)
}

type Texts = Readonly<Record<string, string>>

const longestText = 300
const short = (text: string): string =>
  text.length > longestText ? `${text.slice(0, longestText - 1)}…` : text

function clientTexts(client: Client | undefined): Texts {
  if (!client) return {}
  const { name, ring, zone, priority, contact, windows, freezeDates, maxParallelServers } = client
  return {
    ...textsOf({ client: name, ring, zone, priority, contact }),
    window: writeWindows(windows),
    freeze: freezeDates.join('|'),
    maxParallel: String(maxParallelServers),
  }
}

function serverTexts(server: Server): Texts {
  const { host, site, role, kind, runsOn, backupServer, partner, order, os, probes } = server
  const written = probes && writeProbes(probes)
  return textsOf({ host, site, role, kind, runsOn, backupServer, partner, order, os, probes: written })
}

const textsOf = (values: object): Texts =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value ?? '')]))

/** The fields that differ, under the names of inventoryColumns. */
function fieldsOf(before: Texts, after: Texts): Change['fields'] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...names].flatMap((name) => {
    const [from, to] = [before[name] ?? '', after[name] ?? '']
    return from === to ? [] : [{ name, before: short(from), after: short(to) }]
  })
}
