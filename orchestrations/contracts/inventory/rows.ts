import type { Role, ServerKind } from '../../domain/fleet.ts'
import { clientIdFor, isHostName, parseHostname, roleInName, serverIdFor } from '../../domain/hostname.ts'
import { fleetLedger, type ClientId, type ServerId } from '../../domain/ids.ts'
import type { Cells } from './cells.ts'
import { quoted } from './problems.ts'
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
  readonly site: string | undefined
  readonly role: Role | undefined
  readonly kind: ServerKind | undefined
  readonly order: number | undefined
  readonly os: string | undefined
}

/** undefined when the row does not even say which server of which client it is. */
export function readDraft(row: Row, cells: Cells): Draft | undefined {
  const host = readHost(row, cells)
  const [role, kind, order] = [cells.role(row), cells.kind(row), cells.order(row)]
  const [site, os] = [cells.text(row, 'site', 100), cells.text(row, 'os', 100)]
  if (host === undefined) return undefined
  const parts = parseHostname(host)
  const clientName = row.cells.client?.replaceAll(/\s+/g, ' ') ?? parts?.client
  if (clientName === undefined) {
    const message = `Whose server ${quoted(host)} is cannot be read from its name, and no client is given.`
    const fix = 'Fill in the client column, or name the server CLIENT-SITE-ROLE-XX.'
    return cells.refuse(row, 'client', 'clientUnknown', message, fix)
  }
  const clientId = clientIdFor(clientName)
  if (clientId === undefined || clientName.length > 200) {
    const message = `${quoted(clientName)} cannot be a client's name.`
    return cells.refuse(
      row,
      'client',
      'invalidClient',
      message,
      'Use a name with letters or digits, up to 200.',
    )
  }
  if (clientId === fleetLedger) {
    const message = `${quoted(clientName)} is a name that ATLAS uses itself.`
    return cells.refuse(row, 'client', 'invalidClient', message, 'Name the client differently.')
  }
  return {
    row,
    serverId: serverIdFor(clientId, host),
    clientId,
    clientName,
    patterned: parts !== undefined,
    explicitClient: row.cells.client !== undefined,
    host,
    site: site ?? parts?.site,
    role: role ?? parts?.role ?? roleInName(host),
    kind,
    order,
    os,
  }
}

function readHost(row: Row, cells: Cells): string | undefined {
  const { host } = row.cells
  if (host === undefined) {
    const fix = 'Fill in the host name, or remove the line.'
    return cells.refuse(row, 'host', 'missingHost', 'The line names no server.', fix)
  }
  if (isHostName(host)) return host
  const fix = 'Use letters, digits, hyphens and dots, as Windows does.'
  return cells.refuse(row, 'host', 'invalidHost', `${quoted(host)} is no host name.`, fix)
}

/** Leaves out, with a refusal, what names a server again. Host names differ only by more than case. */
export function withoutDuplicates(drafts: readonly Draft[], cells: Cells): Draft[] {
  const byName = new Map<string, Draft>()
  const byId = new Map<ServerId, Draft>()
  return drafts.filter((draft) => {
    const name = draft.host.toLowerCase()
    const known = byName.get(name)
    if (!known) byName.set(name, draft)
    const again = known && !mayShareName(known, draft) ? known : byId.get(draft.serverId)
    if (!again) {
      byId.set(draft.serverId, draft)
      return true
    }
    const message = `${quoted(draft.host)} is already on line ${again.row.line}, as ${quoted(again.host)}.`
    const fix = 'Remove one of the lines, or name a different client on both when they are different servers.'
    cells.refuse(draft.row, 'host', 'duplicateHost', message, fix)
    return false
  })
}

function mayShareName(a: Draft, b: Draft): boolean {
  return a.clientId !== b.clientId && a.explicitClient && b.explicitClient && !a.patterned && !b.patterned
}
