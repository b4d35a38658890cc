import type { Notice } from '../../orchestrations/contracts/api.ts'
import type { CampaignHead, ClientRow, RingRow } from '../../orchestrations/contracts/board.ts'
import { totals } from '../../orchestrations/contracts/totals.ts'
import { reason } from '../../orchestrations/domain/reasons.ts'
import type { CampaignSettings } from '../../orchestrations/domain/settings.ts'
import { timeoutSecondsFor } from '../../orchestrations/domain/timeouts.ts'
import type { Fact, WatchedCampaign } from '../adapters/tables/noticeRows.ts'

/** What a notice is about, without when it was made and how it is sent. */
export type About = Omit<Notice, 'id' | 'at' | 'planAt' | 'deliveries'>

/**
 * Something that somebody should know, as long as it holds. `once`: its key says which one it is (a time is in it);
 * otherwise the same can come again, and is told again then.
 */
export interface Condition {
  readonly key: string
  readonly once: boolean
  readonly about: About
}

/** A campaign as one look finds it. */
export interface Seen {
  readonly head: CampaignHead
  readonly settings: CampaignSettings
  readonly rings: readonly RingRow[]
  readonly rows: readonly ClientRow[]
  readonly watched: WatchedCampaign
  /** While the emergency stop is raised nothing is expected to move. */
  readonly stopped: boolean
}
export interface Now {
  readonly wire: number
  readonly plan: number
}

const minuteMs = 60_000

/** All that holds of a campaign now and that people are woken for. */
export function conditionsOf(seen: Seen, now: Now, silenceMs: number): Condition[] {
  const { campaignId, name } = seen.head
  const campaign = { campaignId, campaignName: name }
  const found = [
    ...seen.rings.flatMap((ring) => ringCondition(ring) ?? []),
    ...seen.rows.flatMap((row) => clientConditions(row, seen, now)),
    ...stalled(seen, now, silenceMs),
    ...ended(seen),
  ]
  return found.map(({ key, once, about }) => ({
    key: `${about.kind}.${campaignId}.${key}`,
    once,
    about: { ...campaign, ...about },
  }))
}

function ringCondition({ ring, state }: RingRow): Condition | undefined {
  const waits = (why: About['reason']): Condition => ({
    key: `${ring}.${state.kind}`,
    once: false,
    about: { kind: 'ringWaits', ring, ...(why ? { reason: why } : {}) },
  })
  switch (state.kind) {
    case 'tripped':
      return {
        key: `${ring}`,
        once: false,
        about: { kind: 'breakerTripped', ring, reason: state.reason },
      }
    case 'gateHeld':
      return waits(state.reason)
    case 'held':
      return waits(reason('ringHeld', { reason: state.reason, actor: state.actor }))
    case 'waitsForPromote':
      return waits(reason('waitsForPromote'))
    case 'waiting':
    case 'running':
    case 'soaking':
    case 'passed':
      return undefined
  }
}

function clientConditions(row: ClientRow, seen: Seen, now: Now): Condition[] {
  const known = seen.watched.clients[row.clientId]
  const client = {
    clientId: row.clientId,
    clientName: row.name,
    ring: row.ring,
    ...(known?.zone === undefined ? {} : { zone: known.zone }),
  }
  const wakeMs = seen.settings.wakeUnknownMinutes * minuteMs
  const servers = (known?.facts ?? []).flatMap((fact): Condition[] => {
    if (fact.kind === 'unknown' && now.plan - fact.at <= wakeMs) return []
    const { serverId, host, reason: why } = fact
    return [
      {
        key: `${serverId}.${fact.at}`,
        once: true,
        about: { kind: kindOf[fact.kind], ...client, serverId, host, reason: why },
      },
    ]
  })
  return [...servers, ...lockCondition(row, client)]
}

const kindOf = { needsOperator: 'needsOperator', unknown: 'unknownLong' } as const satisfies Record<
  Fact['kind'],
  About['kind']
>

/** Past the lock time-out the client's line asks for somebody, though none of its servers does (takeTurn.holdOf). */
function lockCondition(row: ClientRow, client: Partial<About>): Condition[] {
  const { trouble } = row
  if (trouble?.reason.code !== 'lockedByOther' || trouble.outcome !== 'needsOperator') return []
  return [
    { key: row.clientId, once: false, about: { kind: 'lockTimeout', ...client, reason: trouble.reason } },
  ]
}

/** The agents' work takes plan time, but an orchestration that hangs is told from a fast rehearsal by wire time. */
function stalled({ head, rows, settings, watched, stopped }: Seen, now: Now, silenceMs: number): Condition[] {
  if (stopped || head.state.kind !== 'running' || !rows.some(({ cells }) => cells.includes('r'))) return []
  const longestMs = longestQuietMs(settings)
  const { still } = watched
  if (now.plan - still.plan <= longestMs || now.wire - still.wire <= silenceMs) return []
  const about: About = { kind: 'silence', reason: reason('silence', { sinceAt: still.plan }) }
  return [{ key: `${Math.floor(still.wire)}`, once: true, about }]
}

/** Between two changes of a server lies at most one step with its rounds of looking and half an hour beyond. */
function longestQuietMs(settings: CampaignSettings): number {
  const { updateTimeoutSeconds, checkIntervalSeconds } = settings
  const waits = (['drain', 'holdJobs'] as const).map((step) => timeoutSecondsFor(step, undefined, settings))
  return (Math.max(updateTimeoutSeconds, ...waits) + 12 * checkIntervalSeconds) * 1000 + 30 * minuteMs
}

function ended({ head, rows }: Seen): Condition[] {
  const { state, endedAt } = head
  if (endedAt === undefined) return []
  const { servers, byOutcome } = totals(rows)
  const counts = { servers, succeeded: byOutcome.succeeded }
  switch (state.kind) {
    case 'ended':
      return [endOf(endedAt, reason('campaignEnded', counts))]
    case 'cancelled':
      return [endOf(endedAt, reason('campaignCancelled', { actor: state.actor }))]
    case 'carryingOver': {
      const next = state.nextAt === undefined ? {} : { nextAt: state.nextAt }
      return [endOf(endedAt, reason('carriedOver', { servers: byOutcome.carriedOver, ...next }))]
    }
    case 'planned':
    case 'approved':
    case 'running':
    case 'paused':
      return []
  }
}

const endOf = (endedAt: number, why: About['reason']): Condition => ({
  key: `${endedAt}`,
  once: true,
  about: { kind: 'campaignEnded', ...(why ? { reason: why } : {}) },
})
