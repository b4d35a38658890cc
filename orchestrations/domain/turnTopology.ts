import { isUnderWay } from './outcomes.ts'
import type { ServerId } from './ids.ts'
import { reason, type Reason } from './reasons.ts'
import type { TurnServer } from './turn.ts'

/** Why a server may not start beside what its client's other servers are doing. */
export interface Blocker {
  readonly reason: Reason
  /** Nothing that is under way will lift it: an operator, or a server coming back, would have to. */
  readonly lasting: boolean
}

export function underWay(server: TurnServer): boolean {
  return isUnderWay(server.state)
}

/** What ATLAS did not break and can be seen: only such a server can stand in for another. */
function stands(server: TurnServer): boolean {
  if (underWay(server) || !server.online) return false
  const { state } = server
  return !(state.kind === 'ended' && (state.outcome === 'failed' || state.outcome === 'needsOperator'))
}

/**
 * Rules of operations.md, "Topology and order": a host only after its guests, no guest while its host is under
 * way, never both partners, never all domain controllers of a client (from two on). Lasting blockers come last:
 * what passes by itself is waited for first.
 */
export function topologyBlocker(server: TurnServer, all: readonly TurnServer[]): Blocker | undefined {
  const blockers = [
    hostBlocker(server, all),
    guestBlocker(server, all),
    partnerBlocker(server, all),
    domainControllerBlocker(server, all),
  ].filter((blocker) => blocker !== undefined)
  return blockers.find(({ lasting }) => !lasting) ?? blockers[0]
}

function hostBlocker(host: TurnServer, all: readonly TurnServer[]): Blocker | undefined {
  const guests = all.filter((server) => server.runsOn === host.serverId && server !== host)
  const guest =
    guests.find(underWay) ?? guests.find((server) => server.state.kind === 'pending' && server.online)
  if (!guest) return undefined
  return { reason: reason('hostWaitsForGuests', { server: nameOf(guest) }), lasting: false }
}

function guestBlocker(guest: TurnServer, all: readonly TurnServer[]): Blocker | undefined {
  const host = guest.runsOn && find(all, guest.runsOn)
  if (!host || host === guest || !underWay(host)) return undefined
  return { reason: reason('guestWaitsForHost', { server: nameOf(host) }), lasting: false }
}

function partnerBlocker(server: TurnServer, all: readonly TurnServer[]): Blocker | undefined {
  const partners = all.filter(
    (other) => other !== server && (other.serverId === server.partner || other.partner === server.serverId),
  )
  const away = partners.find(underWay) ?? partners.find((partner) => !stands(partner))
  if (!away) return undefined
  return { reason: reason('partnerNotBack', { server: nameOf(away) }), lasting: !underWay(away) }
}

function domainControllerBlocker(server: TurnServer, all: readonly TurnServer[]): Blocker | undefined {
  if (server.role !== 'domainController') return undefined
  const others = all.filter((other) => other !== server && other.role === 'domainController')
  if (others.length === 0 || others.some(stands)) return undefined
  const away = others.find(underWay) ?? others[0]
  if (!away) return undefined
  const why = reason('otherDomainControllerNotBack', { server: nameOf(away) })
  return { reason: why, lasting: !underWay(away) }
}

function find(all: readonly TurnServer[], id: ServerId): TurnServer | undefined {
  return all.find(({ serverId }) => serverId === id)
}

/** What people call it: the id without its client. */
export function nameOf({ serverId }: Pick<TurnServer, 'serverId'>): string {
  return serverId.slice(serverId.indexOf('.') + 1).toUpperCase()
}
