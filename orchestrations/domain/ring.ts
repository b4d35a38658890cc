import { z } from 'zod'
import type { RingNumber } from './ids.ts'
import { outcomeKinds, uncountedOutcomes, type OutcomeKind, type RunState } from './outcomes.ts'
import { Reason, reason } from './reasons.ts'
import type { CampaignSettings } from './settings.ts'
import { minuteMs, type Instant } from './time.ts'

/** A ring's place in its campaign. Times are plan time. */
export const RingStatus = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('waiting') }),
  z.object({ kind: z.literal('running') }),
  z.object({ kind: z.literal('held'), reason: z.string(), actor: z.string() }),
  z.object({ kind: z.literal('tripped'), reason: Reason }),
  z.object({ kind: z.literal('soaking'), until: z.number() }),
  z.object({ kind: z.literal('passed'), at: z.number() }),
  z.object({ kind: z.literal('waitsForPromote') }),
])
export type RingStatus = z.infer<typeof RingStatus>

/** Where a ring's servers are: total = sum of byOutcome + unknown + running + pending. */
export interface RingTally {
  readonly total: number
  readonly byOutcome: Readonly<Record<OutcomeKind, number>>
  readonly unknown: number
  readonly running: number
  readonly pending: number
}

export type RingVerdict = { readonly kind: 'running' } | { readonly kind: 'tripped'; readonly reason: Reason }

export type GateDecision =
  | { readonly kind: 'wait' }
  | { readonly kind: 'hold'; readonly reason: Reason }
  | { readonly kind: 'soak'; readonly until: Instant }
  | { readonly kind: 'pass'; readonly reason: Reason }

export interface GateFacts {
  readonly tally: RingTally
  readonly verdict: RingVerdict
  /** When the last of its clients had nothing left to do; undefined while one has. */
  readonly endedAt?: Instant | undefined
  readonly held: boolean
  readonly promoted: boolean
}

export type BreakerSettings = Pick<CampaignSettings, 'breakerShare' | 'breakerCount'>
export type GateSettings = Pick<
  CampaignSettings,
  'minimumSample' | 'successRate' | 'soakMinutes' | 'autoPromote'
>

export function tallyOf(states: Iterable<RunState>): RingTally {
  const byOutcome = noOutcomes()
  const counts = { total: 0, unknown: 0, running: 0, pending: 0 }
  for (const state of states) {
    counts.total += 1
    if (state.kind === 'ended') byOutcome[state.outcome] += 1
    else counts[state.kind] += 1
  }
  return { ...counts, byOutcome }
}

export function noOutcomes(): Record<OutcomeKind, number> {
  return Object.fromEntries(outcomeKinds.map((kind) => [kind, 0])) as Record<OutcomeKind, number>
}

/** Servers that count for success rate and breaker: all but those that were never started. */
export function countedServers({ total, byOutcome }: RingTally): number {
  return total - [...uncountedOutcomes].reduce((sum, kind) => sum + byOutcome[kind], 0)
}

/**
 * Servers that prove something about the updates. A skipped one doesn't: its client was stopped after another
 * server's failure, or its gate refused it; counted, one failure would weigh as much as ten.
 */
export function attemptedServers(tally: RingTally): number {
  return countedServers(tally) - tally.byOutcome.skipped
}

/**
 * The breaker: too many failures stop every further start of the ring. Rolled back and needing an operator are
 * failures; unknown is one until it is known better. Trips at breakerShare of the counted servers or
 * breakerCount, whichever is more.
 */
export function judgeRing(tally: RingTally, settings: BreakerSettings): RingVerdict {
  const { failed, rolledBack, needsOperator } = tally.byOutcome
  const failures = failed + rolledBack + needsOperator + tally.unknown
  const counted = countedServers(tally)
  const limit = Math.max(Math.ceil(settings.breakerShare * counted), settings.breakerCount)
  if (failures < limit) return { kind: 'running' }
  return { kind: 'tripped', reason: reason('ringTripped', { failures, limit, servers: counted }) }
}

/**
 * Whether the next ring may start. Errors are judged first, missing evidence holds, an unknown server is never a
 * success. An operator's promotion stands in for sample, success rate, soak and automatic promotion, not for a
 * tripped breaker or a held ring: those are lifted first. An empty ring passes.
 */
export function decideGate(
  facts: GateFacts,
  ring: RingNumber,
  settings: GateSettings,
  now: Instant,
): GateDecision {
  const { tally } = facts
  if (facts.verdict.kind === 'tripped') return { kind: 'hold', reason: facts.verdict.reason }
  if (facts.held) return { kind: 'hold', reason: reason('ringHeld', { ring }) }
  if (!addsUp(tally)) return { kind: 'hold', reason: reason('evidenceMissing', { ring }) }
  if (tally.running + tally.pending > 0) return { kind: 'wait' }
  if (tally.unknown > 0)
    return { kind: 'hold', reason: reason('unknownUnderWay', { servers: tally.unknown }) }
  if (facts.endedAt === undefined && tally.total > 0) return { kind: 'wait' }
  if (facts.promoted) return { kind: 'pass', reason: reason('promotedByOperator', { ring }) }
  if (tally.total === 0) return { kind: 'pass', reason: reason('ringEmpty', { ring }) }
  return judgeEvidence(facts.endedAt ?? now, tally, ring, settings, now)
}

function judgeEvidence(
  endedAt: Instant,
  tally: RingTally,
  ring: RingNumber,
  settings: GateSettings,
  now: Instant,
): GateDecision {
  const counted = attemptedServers(tally)
  const { succeeded } = tally.byOutcome
  if (counted === 0) return { kind: 'hold', reason: reason('evidenceMissing', { ring }) }
  const needed = Math.min(settings.minimumSample, tally.total)
  if (counted < needed) return { kind: 'hold', reason: reason('sampleTooSmall', { counted, needed }) }
  const rate = succeeded / counted
  if (rate < settings.successRate) {
    const params = { succeeded, counted, rateShare: rate, neededShare: settings.successRate }
    return { kind: 'hold', reason: reason('successRateTooLow', params) }
  }
  const until = endedAt + settings.soakMinutes[ring as 0 | 1 | 2 | 3] * minuteMs
  if (now < until) return { kind: 'soak', until }
  if (!settings.autoPromote) return { kind: 'hold', reason: reason('waitsForPromote', { ring }) }
  return { kind: 'pass', reason: reason('gatePassed', { succeeded, counted, rateShare: rate }) }
}

function addsUp({ total, byOutcome, unknown, running, pending }: RingTally): boolean {
  const ended = Object.values(byOutcome).reduce((sum, count) => sum + count, 0)
  return total === ended + unknown + running + pending
}
