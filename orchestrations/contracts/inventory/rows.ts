import type { Role, ServerKind } from '../../domain/fleet.ts'
import { clientIdFor, parseHostname, roleInName, serverIdFor } from '../../domain/hostname.ts'
import { fleetLedger, type ClientId, type ServerId } from '../../domain/ids.ts'
import type { HealthProbe } from '../../domain/probes.ts'
import type { Cells, ClientCells } from './cells.ts'
import { readHostCell } from './hostCell.ts'
import { short } from './problems.ts'
import type { Row } from './table.ts'

/** A server as its own row tells it; what other rows decide is still text. */
export interface Draft {
  readonly row: Row
  readonly serverId: ServerId
  readonly clientId: ClientId
  readonly clientName: string
  /** The name is of the form CLIENT-SITE-ROLE-XX: it says whose it is. */
  readonly patterned: boolean
  readonly explicitClient: boolean
  readonly host: string
  readonly domain: string | undefined
  readonly site: string | undefined
  readonly role: Role | undefined
  readonly kind: ServerKind | undefined
  readonly order: number | undefined
  readonly os: string | undefined
  readonly probes: readonly HealthProbe[] | undefined
  /** What the row says of its client. */
  readonly ofClient: ClientCells
}

/** undefined, with a refusal, when the row does not even say which server of which client it is. */
export function readDraft(row: Row, cells: Cells, clientOfAll: string | undefined): Draft | undefined {
  const found = readHost(row, cells)
  const [role, kind, order] = [cells.role(row), cells.kind(row), cells.order(row)]
  const [site, os] = [cells.text(row, 'site', 100), cells.text(row, 'os', 100)]
  const probes = cells.probes(row)
  const ofClient = cells.ofClient(row)
  if (found === undefined) return undefined
  const { host, domain } = found
  const parts = parseHostname(host)
  const clientName = clientIn(row) ?? parts?.client ?? clientOfAll
  if (clientName === undefined) return cells.refuse(row, 'client', 'clientUnknown', { host: short(host) })
  const clientId = readClientId(row, clientName, cells)
  if (clientId === undefined) return undefined
  return {
    row,
    serverId: serverIdFor(clientId, host),
    clientId,
    clientName,
    patterned: parts !== undefined,
    explicitClient: row.cells.client !== undefined,
    host,
    domain,
    site: site ?? parts?.site,
    role: role ?? parts?.role ?? roleInName(host),
    kind,
    order,
    os,
    probes,
    ofClient,
  }
}

/** Of an entity as GLPI writes it, "root > client > site", the client. */
function clientIn({ cells: { client } }: Row): string | undefined {
  if (client === undefined) return undefined
  const [first = '', second] = client.split(/\s+>\s+/)
  return (second ?? first).replaceAll(/\s+/g, ' ')
}

function readClientId(row: Row, clientName: string, cells: Cells): ClientId | undefined {
  const clientId = clientName.length > 200 ? undefined : clientIdFor(clientName)
  if (clientId === undefined)
    return cells.refuse(row, 'client', 'invalidClient', { client: short(clientName) })
  if (clientId !== fleetLedger) return clientId
  return cells.refuse(row, 'client', 'reservedClient', { client: short(clientName) })
}

function readHost(row: Row, cells: Cells): ReturnType<typeof readHostCell> {
  const { host } = row.cells
  if (host === undefined) return cells.isRefused(row) ? undefined : cells.refuse(row, 'host', 'missingHost')
  return readHostCell(host) ?? cells.refuse(row, 'host', 'invalidHost', { text: short(host) })
}
