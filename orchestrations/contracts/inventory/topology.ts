import type { Server, ServerKind } from '../../domain/fleet.ts'
import type { Cells } from './cells.ts'
import { quoted } from './problems.ts'
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
  if (kind === 'hyperVHost') {
    const message = `${quoted(draft.host)} is a Hyper-V host and would itself run on ${quoted(runsOn.host)}.`
    cells.refuse(draft.row, 'runsOn', 'hostRunsOnHost', message, 'Leave the cell of a host blank.')
  } else if (kind === 'physical') {
    const message = `${quoted(draft.host)} is physical and would run on ${quoted(runsOn.host)}.`
    cells.refuse(draft.row, 'runsOn', 'physicalRunsOn', message, 'Make it a vm, or leave the cell blank.')
  } else if (hostKind !== 'hyperVHost') {
    const message = `${quoted(runsOn.host)} (line ${runsOn.row.line}) is no Hyper-V host.`
    cells.refuse(draft.row, 'runsOn', 'notAHost', message, 'Make that one a hyperVHost, or name another.')
  }
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
      const other = partners.get(taken)
      const message = `${quoted(taken.host)} already has the partner ${quoted(other?.host ?? '')}.`
      const fix = `Two partners name each other and no third; compare line ${taken.row.line}.`
      cells.refuse(draft.row, 'partner', 'partnersConflict', message, fix)
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
    const short = readHostCell(text)?.host.toLowerCase() ?? name
    const ofClient = byId.get(`${from.clientId}.${name}`) ?? byId.get(`${from.clientId}.${short}`)
    const anywhere = byName.get(name) ?? []
    const named = anywhere.length > 0 ? anywhere : byId.has(name) ? [] : (byName.get(short) ?? [])
    const found = ofClient ?? (named.length === 1 ? named[0] : byId.get(name))
    if (found === from) {
      const fix = 'Name the other server, or leave the cell blank.'
      return cells.refuse(from.row, key, 'refersToItself', `${quoted(from.host)} names itself.`, fix)
    }
    if (found) return found
    if (leftOut.hosts.has(short)) {
      if (!leftOut.restIsTaken) return undefined
      const fix = 'Mend the line of that server first.'
      return cells.refuse(
        from.row,
        key,
        'serverLeftOut',
        `${quoted(text)} is left out, and this needs it.`,
        fix,
      )
    }
    if (named.length > 1) {
      const message = `${quoted(text)} is a server of ${named.length} other clients.`
      const fix = `Write it with its client, for example ${named[0]?.serverId ?? ''}.`
      return cells.refuse(from.row, key, 'ambiguousServer', message, fix)
    }
    // Other tools name hypervisors and backup servers that this inventory needn't have.
    if (key !== 'partner' && !cells.isOwn(key)) return undefined
    const fix = 'Name a server that has its own line, or leave the cell blank.'
    return cells.refuse(from.row, key, 'unknownServer', `${quoted(text)} is no server of this file.`, fix)
  }
}
