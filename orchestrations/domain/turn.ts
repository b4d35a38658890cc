import { controlNow, type ClientControl } from './control.ts'
import type { Role, ServerKind } from './fleet.ts'
import type { ServerId } from './ids.ts'
import type { OutcomeKind, RunState } from './outcomes.ts'
import { reason, type Reason } from './reasons.ts'
import type { RingStatus } from './ring.ts'
import { latestStart, type Reserves } from './schedule.ts'
import type { CampaignSettings } from './settings.ts'
import { minuteMs, type Instant } from './time.ts'
import { backAt, exclusionOf, type Excluded } from './turnExclusion.ts'
import { giveUpAfterFailure } from './turnFailures.ts'
import { nameOf, topologyBlocker, underWay, type Blocker } from './turnTopology.ts'
import type { Occurrence } from './occurrence.ts'

export interface TurnServer {
  readonly serverId: ServerId
  readonly order: number
  readonly role: Role
  readonly kind: ServerKind
  readonly runsOn?: ServerId | undefined
  readonly partner?: ServerId | undefined
  readonly state: RunState
  readonly enrolled: boolean
  /** No command would go to its agent. */
  readonly quarantined?: boolean
  /** What it would run lacks the proof of a lab; as far as that is asked for. */
  readonly unproven?: Reason | undefined
  /** Heartbeats, also of servers that have ended: they may have to stand in for another. */
  readonly online: boolean
  /** Where it has less than its client: a host that carries other clients' servers. */
  readonly windows?: readonly Occurrence[] | undefined
  /** Why other clients keep it back at present: a host and its guests are never under way together. */
  readonly waits?: Reason | undefined
  readonly excluded?: Excluded | undefined
  /** Pessimistic duration, plan ms. */
  readonly p95Ms: number
}

/** All that decides what a client does next. Times are plan time. */
export interface TurnFacts {
  readonly campaign: 'running' | 'paused' | 'cancelled' | 'ended'
  readonly stopped: boolean
  readonly control: ClientControl
  /** The client itself. */
  readonly excluded?: Excluded | undefined
  readonly ring: RingStatus
  readonly lock:
    | { readonly kind: 'free' }
    | { readonly kind: 'mine'; readonly fence: number }
    | { readonly kind: 'other'; readonly owner: string }
  readonly windows: readonly Occurrence[]
  readonly maxParallel: number
  /** Its servers in this campaign. */
  readonly servers: readonly TurnServer[]
}

export interface TurnRecord {
  readonly serverId: ServerId
  readonly outcome: OutcomeKind
  readonly reason: Reason
  readonly nextAt?: Instant
}

export type TurnDecision =
  | { readonly kind: 'start'; readonly serverId: ServerId }
  | { readonly kind: 'record'; readonly records: TurnRecord[] }
  | { readonly kind: 'hold'; readonly reason: Reason; readonly until?: Instant }
  | { readonly kind: 'finish'; readonly carriedOver: number; readonly nextAt?: Instant }

export type TurnSettings = Pick<CampaignSettings, 'onFailure' | 'rollbackReserveMinutes' | 'topology'>

/**
 * What a client does next: start one server, record ends of servers that won't be started, hold, or finish. To be
 * asked again after each start, record and end. `until`: when the answer changes by itself, where that is known.
 *
 * Errors are judged first, then failures of its own servers, then exclusions, windows, and what can start.
 */
export function decideTurn(facts: TurnFacts, settings: TurnSettings, now: Instant): TurnDecision {
  const pending = facts.servers.filter(({ state }) => state.kind === 'pending').sort(byOrder)
  if (pending.length === 0 && !facts.servers.some(underWay)) return finish(facts)
  return (
    stopped(facts, pending, now) ??
    held(facts) ??
    record(pending, (server) => giveUpAfterFailure(server, facts.servers, settings)) ??
    excludedForGood(facts, settings, pending, now) ??
    goOn(facts, settings, pending, now)
  )
}

/** What is excluded until some time is left where it is while there is anything else to do. */
function goOn(
  facts: TurnFacts,
  settings: TurnSettings,
  pending: readonly TurnServer[],
  now: Instant,
): TurnDecision {
  const away = pending.filter((server) => exclusionOf(server, facts, now) !== undefined)
  const here = pending.filter((server) => !away.includes(server))
  if (here.length === 0 && away.length > 0) return awaitExcluded(facts, settings, away, now)
  const decision =
    nothingPending(facts, here) ??
    outsideWindows(facts, here, now) ??
    notEnrolled(here) ??
    quarantined(here) ??
    unproven(here) ??
    doesNotFit(facts, settings, here, now) ??
    startOrWait(facts, settings, here, away, now)
  if (decision.kind !== 'hold' || away.length === 0) return decision
  const until = Math.min(decision.until ?? Infinity, firstBack(facts, settings, away, now))
  return { ...decision, until }
}

function finish(facts: TurnFacts): TurnDecision {
  const carried = facts.servers.flatMap(({ state }) =>
    state.kind === 'ended' && state.outcome === 'carriedOver' ? [state] : [],
  )
  const next = carried.flatMap(({ nextAt }) => nextAt ?? [])
  return {
    kind: 'finish',
    carriedOver: carried.length,
    ...(next.length > 0 && { nextAt: Math.min(...next) }),
  }
}

function stopped(facts: TurnFacts, pending: readonly TurnServer[], now: Instant): TurnDecision | undefined {
  if (facts.stopped) return hold(reason('emergencyStop'))
  if (facts.campaign === 'cancelled') {
    return record(pending, () => ({ outcome: 'skipped', reason: reason('campaignCancelled') }))
  }
  if (facts.campaign === 'ended') {
    return record(pending, () => ({ outcome: 'skipped', reason: reason('campaignEnded') }))
  }
  if (facts.campaign === 'paused') return hold(reason('campaignPaused'))
  const control = controlNow(facts.control, now)
  switch (control.kind) {
    case 'stopped':
      return hold(reason('clientStopped', { actor: control.actor, reason: control.reason }))
    case 'paused': {
      const { actor, until } = control
      const params = { actor, reason: control.reason, ...(until !== undefined && { untilAt: until }) }
      return hold(reason('clientPaused', params), until)
    }
    case 'running':
      return undefined
  }
}

/** What its ring and its lock say. A client of a ring that has ended still does what it carried over. */
function held(facts: TurnFacts): TurnDecision | undefined {
  const { ring, lock } = facts
  if (ring.kind === 'waiting') return hold(reason('ringNotStarted'))
  if (ring.kind === 'waitsForPromote') return hold(reason('waitsForPromote'))
  if (ring.kind === 'held') return hold(reason('ringHeld', { actor: ring.actor, reason: ring.reason }))
  if (ring.kind === 'tripped') return hold(ring.reason)
  if (lock.kind === 'other') return hold(reason('lockedByOther', { owner: lock.owner }))
  return undefined
}

/** Only servers under way are left: their ends are waited for, whatever the clock says. */
function nothingPending(facts: TurnFacts, pending: readonly TurnServer[]): TurnDecision | undefined {
  return pending.length > 0 ? undefined : hold(busyReason(facts.servers))
}

function outsideWindows(
  facts: TurnFacts,
  pending: readonly TurnServer[],
  now: Instant,
): TurnDecision | undefined {
  if (facts.windows.some((window) => window.start <= now && now < window.end)) return undefined
  const next = facts.windows.find((window) => window.start > now)
  if (!next) {
    return notEnrolled(pending) ?? carryOver(pending, undefined, reason('noWindow'))
  }
  // Once a client has been worked on, what is left belongs to its next window and its ring doesn't wait for it.
  if (facts.servers.some(wasStarted)) {
    return carryOver(pending, next.start, reason('carriedOver', { nextAt: next.start }))
  }
  return hold(reason('windowClosed', { untilAt: next.start }), next.start)
}

function wasStarted({ state }: TurnServer): boolean {
  return state.kind === 'ended' && state.startedAt !== undefined
}

/** Its exclusion outlasts the windows of this campaign: nobody waits for it. */
function excludedForGood(
  facts: TurnFacts,
  settings: TurnSettings,
  pending: readonly TurnServer[],
  now: Instant,
): TurnDecision | undefined {
  return record(pending, (server) => {
    const exclusion = exclusionOf(server, facts, now)
    if (!exclusion || returnOf(server, facts, settings, now) < Infinity) return undefined
    return { outcome: 'excluded', reason: exclusion.reason }
  })
}

/** Only servers are left that come back later: their ring isn't kept waiting, a further pass does them. */
function awaitExcluded(
  facts: TurnFacts,
  settings: TurnSettings,
  away: readonly TurnServer[],
  now: Instant,
): TurnDecision {
  if (facts.servers.some(underWay))
    return hold(busyReason(facts.servers), firstBack(facts, settings, away, now))
  const records = away.flatMap((server): TurnRecord[] => {
    const exclusion = exclusionOf(server, facts, now)
    if (!exclusion) return []
    const nextAt = returnOf(server, facts, settings, now)
    return [{ serverId: server.serverId, outcome: 'carriedOver', reason: exclusion.reason, nextAt }]
  })
  return { kind: 'record', records }
}

const returnOf = (server: TurnServer, facts: TurnFacts, settings: TurnSettings, now: Instant): Instant =>
  backAt(exclusionOf(server, facts, now), windowsOf(server, facts), reservesOf(server, settings), now)

const firstBack = (
  facts: TurnFacts,
  settings: TurnSettings,
  away: readonly TurnServer[],
  now: Instant,
): Instant => Math.min(...away.map((server) => returnOf(server, facts, settings, now)))

function notEnrolled(pending: readonly TurnServer[]): TurnDecision | undefined {
  return record(pending, ({ enrolled }) =>
    enrolled ? undefined : { outcome: 'notEnrolled', reason: reason('notEnrolled') },
  )
}

/** Started, it would be refused its first command, and that would count as a failure of its client. */
function quarantined(pending: readonly TurnServer[]): TurnDecision | undefined {
  return record(pending, (server) =>
    server.quarantined ? { outcome: 'skipped', reason: reason('quarantined') } : undefined,
  )
}

/** START asked the same; since then an agent was updated, a host enrolled, a lab found something broken. */
function unproven(pending: readonly TurnServer[]): TurnDecision | undefined {
  return record(pending, (server) =>
    // What nobody hears can't start anyhow, and what it runs on may be said once it is heard.
    server.unproven && server.online ? { outcome: 'skipped', reason: server.unproven } : undefined,
  )
}

function doesNotFit(
  facts: TurnFacts,
  settings: TurnSettings,
  pending: readonly TurnServer[],
  now: Instant,
): TurnDecision | undefined {
  return record(pending, (server) => {
    if (now <= lastStart(server, facts, settings, now)) return undefined
    const later = windowsOf(server, facts).filter((window) => window.start > now)
    const next = later.find((window) => window.start <= latestStart(window, reservesOf(server, settings)))
    if (next) {
      const params = { nextAt: next.start }
      return { outcome: 'carriedOver', reason: reason('carriedOver', params), nextAt: next.start }
    }
    return { outcome: 'carriedOver', reason: reason(later.length > 0 ? 'windowTooShort' : 'noWindow') }
  })
}

function carryOver(
  pending: readonly TurnServer[],
  nextAt: Instant | undefined,
  why: Reason,
): TurnDecision | undefined {
  return record(pending, () => ({
    outcome: 'carriedOver',
    reason: why,
    ...(nextAt !== undefined && { nextAt }),
  }))
}

function startOrWait(
  facts: TurnFacts,
  settings: TurnSettings,
  pending: readonly TurnServer[],
  away: readonly TurnServer[],
  now: Instant,
): TurnDecision {
  const busy = facts.servers.filter(underWay)
  // Until then at the latest somebody has to look again: what no longer fits is carried over.
  const until = Math.min(...pending.map((server) => lastStart(server, facts, settings, now))) + 1
  if (busy.length >= facts.maxParallel) return hold(busyReason(facts.servers), until)

  const blocked = new Map<TurnServer, Blocker>()
  for (const server of pending.filter(({ online }) => online)) {
    const blocker = blockerOf(server, facts, settings)
    if (!blocker) return { kind: 'start', serverId: server.serverId }
    blocked.set(server, blocker)
  }
  const [first] = blocked.values()
  const kept = pending.find((server) => server.waits !== undefined && blocked.has(server))
  if (busy.length === 0 && kept?.waits) return hold(kept.waits, until)
  if (busy.length > 0) return hold(first?.reason ?? busyReason(facts.servers), until)
  return away.length > 0 ? awaitExcluded(facts, settings, away, now) : endOfTheLine(pending, blocked)
}

/** What other clients do passes by itself, like what is under way. */
function blockerOf(server: TurnServer, facts: TurnFacts, settings: TurnSettings): Blocker | undefined {
  const own = settings.topology ? topologyBlocker(server, facts.servers) : undefined
  return own ?? (server.waits && { reason: server.waits, lasting: false })
}

const windowsOf = (server: TurnServer, facts: TurnFacts): readonly Occurrence[] =>
  server.windows ?? facts.windows

/**
 * Nothing can start and nothing is under way. What only an operator could unblock is given up first: others may
 * have waited for it. Servers that are offline come last.
 */
function endOfTheLine(
  pending: readonly TurnServer[],
  blocked: ReadonlyMap<TurnServer, Blocker>,
): TurnDecision {
  const given = [...blocked].filter(([, { lasting }]) => lasting)
  const skipped = given.length > 0 ? given : [...blocked]
  const records: TurnRecord[] =
    skipped.length > 0
      ? skipped.map(([{ serverId }, blocker]) => ({ serverId, outcome: 'skipped', reason: blocker.reason }))
      : pending.map(({ serverId }) => ({
          serverId,
          outcome: 'offlineBeforeStart',
          reason: reason('offline'),
        }))
  return { kind: 'record', records }
}

function busyReason(servers: readonly TurnServer[]): Reason {
  const running = servers.find(({ state }) => state.kind === 'running')
  if (running) return reason('serverUnderWay', { server: nameOf(running) })
  const unknown = servers.find(({ state }) => state.kind === 'unknown')
  return reason('unknownUnderWay', unknown && { server: nameOf(unknown) })
}

/** The last moment of the open window at which a server may start. */
function lastStart(server: TurnServer, facts: TurnFacts, settings: TurnSettings, now: Instant): Instant {
  const open = windowsOf(server, facts).find((window) => window.start <= now && now < window.end)
  return open ? latestStart(open, reservesOf(server, settings)) : -Infinity
}

function reservesOf(server: TurnServer, settings: TurnSettings): Reserves {
  return { p95Ms: server.p95Ms, rollbackMs: settings.rollbackReserveMinutes * minuteMs }
}

function record(
  pending: readonly TurnServer[],
  judge: (server: TurnServer) => Omit<TurnRecord, 'serverId'> | undefined,
): TurnDecision | undefined {
  const records = pending.flatMap((server) => {
    const end = judge(server)
    return end ? [{ serverId: server.serverId, ...end }] : []
  })
  return records.length > 0 ? { kind: 'record', records } : undefined
}

function hold(why: Reason, until?: Instant): TurnDecision {
  return { kind: 'hold', reason: why, ...(until !== undefined && { until }) }
}

function byOrder(a: TurnServer, b: TurnServer): number {
  return a.order - b.order || (a.serverId < b.serverId ? -1 : 1)
}
