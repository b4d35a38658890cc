import type { Server, ServerKind } from '../../domain/fleet.ts'
import type { Cells } from './cells.ts'
import { short } from './problems.ts'
import { readHostCell } from './hostCell.ts'
import type { Draft } from './rows.ts'
import { eachInSteps } from './steps.ts'

type Reference = 'runsOn' | 'backupServer' | 'partner'

/** Lines that are left out already: naming one of their hosts is no mistake of its own. */
export interface LeftOut {
  /** Their host names, in lower case. */
  readonly hosts: ReadonlySet<string>
  /** Whether the rest is imported without them: then who depends on one of them must be left out too. */
  readonly restIsTaken: boolean
}

interface Links {
  readonly runsOn: Draft | undefined
  readonly backupServer: Draft | undefined
  readonly partner: Draft | undefined
}

/** Resolves what rows say of each other and decides each server's kind. */
export function* linkServers(
  drafts: readonly Draft[],
  leftOut: LeftOut,
  cells: Cells,
): Generator<void, Server[]> {
  const find = yield* finder(drafts, leftOut, cells)
  const links = new Map<Draft, Links>()
  const hosts = new Set<Draft>()
  yield* eachInSteps(drafts, (draft) => {
    const runsOn = find(draft, 'runsOn')
    if (runsOn) hosts.add(runsOn)
    links.set(draft, { runsOn, backupServer: find(draft, 'backupServer'), partner: find(draft, 'partner') })
  })
  const partners = mirrorPartners(drafts, (draft) => links.get(draft)?.partner, cells)
  const servers: Server[] = []
  yield* eachInSteps(drafts, (draft) => {
    const { runsOn, backupServer } = links.get(draft) ?? {}
    const kind = kindOf(draft, hosts.has(draft))
    checkKind(draft, kind, runsOn, runsOn && kindOf(runsOn, true), cells)
    const partner = partners.get(draft)
    servers.push({
      serverId: draft.serverId,
      clientId: draft.clientId,
      host: draft.host,
      role: draft.role ?? (kind === 'hyperVHost' ? 'host' : 'other'),
      kind,
      ...(draft.site !== undefined && { site: draft.site }),
      ...(runsOn && { runsOn: runsOn.serverId }),
      ...(backupServer && { backupServer: backupServer.serverId }),
      ...(partner && { partner: partner.serverId }),
      ...(draft.order !== undefined && { order: draft.order }),
      ...(draft.os !== undefined && { os: draft.os }),
      ...(draft.probes !== undefined && { probes: [...draft.probes] }),
    })
  })
  return servers
}

function kindOf(draft: Draft, isHost: boolean): ServerKind {
  if (draft.kind) return draft.kind
  const isGuest = draft.row.cells.runsOn !== undefined
  if (isHost || (draft.role === 'host' && !isGuest)) return 'hyperVHost'
  return isGuest ? 'vm' : 'physical'
}

function checkKind(
  draft: Draft,
  kind: ServerKind,
  runsOn: Draft | undefined,
  hostKind: ServerKind | undefined,
  cells: Cells,
): void {
  if (!runsOn) return
  const refuse = (code: 'hostRunsOnHost' | 'physicalRunsOn' | 'notAHost'): void =>
    cells.refuse(draft.row, 'runsOn', code, {
      host: short(draft.host),
      other: short(runsOn.host),
      otherLine: runsOn.row.line,
    })
  if (kind === 'hyperVHost') refuse('hostRunsOnHost')
  else if (kind === 'physical') refuse('physicalRunsOn')
  else if (hostKind !== 'hyperVHost') refuse('notAHost')
}

/** A partner named on one side holds for both; two that name different ones are refused. */
function mirrorPartners(
  drafts: readonly Draft[],
  named: (draft: Draft) => Draft | undefined,
  cells: Cells,
): Map<Draft, Draft> {
  const partners = new Map<Draft, Draft>()
  for (const draft of drafts) {
    const partner = named(draft)
    if (!partner) continue
    const taken = [draft, partner].find((one) => {
      const other = partners.get(one)
      return other !== undefined && other !== draft && other !== partner
    })
    if (taken) {
      cells.refuse(draft.row, 'partner', 'partnersConflict', {
        host: short(taken.host),
        other: short(partners.get(taken)?.host ?? ''),
        otherLine: taken.row.line,
      })
    } else {
      partners.set(draft, partner)
      partners.set(partner, draft)
    }
  }
  return partners
}

/** Finds by host name: of the same client first, then the only one of that name, then by server id. */
function* finder(
  drafts: readonly Draft[],
  leftOut: LeftOut,
  cells: Cells,
): Generator<void, (from: Draft, key: Reference) => Draft | undefined> {
  const byId = new Map<string, Draft>()
  const byName = new Map<string, Draft[]>()
  yield* eachInSteps(drafts, (draft) => {
    byId.set(draft.serverId, draft)
    const name = draft.host.toLowerCase()
    const same = byName.get(name)
    if (same) same.push(draft)
    else byName.set(name, [draft])
  })
  return (from, key) => {
    const text = from.row.cells[key]
    if (text === undefined) return undefined
    const name = text.toLowerCase()
    const bare = readHostCell(text)?.host.toLowerCase() ?? name
    const ofClient = byId.get(`${from.clientId}.${name}`) ?? byId.get(`${from.clientId}.${bare}`)
    const anywhere = byName.get(name) ?? []
    const named = anywhere.length > 0 ? anywhere : byId.has(name) ? [] : (byName.get(bare) ?? [])
    const found = ofClient ?? (named.length === 1 ? named[0] : byId.get(name))
    if (found === from) return cells.refuse(from.row, key, 'refersToItself', { host: short(from.host) })
    if (found) return found
    if (leftOut.hosts.has(bare)) {
      if (!leftOut.restIsTaken) return undefined
      return cells.refuse(from.row, key, 'serverLeftOut', { text: short(text) })
    }
    const [example] = named
    if (named.length > 1 && example)
      return cells.refuse(from.row, key, 'ambiguousServer', {
        text: short(text),
        clients: named.length,
        example: example.serverId,
      })
    // Other tools name hypervisors and backup servers that this inventory needn't have.
    if (key !== 'partner' && !cells.isOwn(key)) return undefined
    return cells.refuse(from.row, key, 'unknownServer', { text: short(text) })
  }
}
