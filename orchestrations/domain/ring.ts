import { z } from 'zod'
import type { RingNumber } from './ids.ts'
import type { OutcomeKind } from './outcomes.ts'
import { Reason } from './reasons.ts'
import type { CampaignSettings } from './settings.ts'
import type { Instant } from './time.ts'

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

export function judgeRing(
  tally: RingTally,
  settings: Pick<CampaignSettings, 'breakerShare' | 'breakerCount'>,
): RingVerdict {
  throw new Error(`unfinished ${tally.total} ${settings.breakerCount}`)
}

export function decideGate(
  facts: GateFacts,
  ring: RingNumber,
  settings: Pick<CampaignSettings, 'minimumSample' | 'successRate' | 'soakMinutes' | 'autoPromote'>,
  now: Instant,
): GateDecision {
  throw new Error(`unfinished ${facts.held} ${ring} ${settings.autoPromote} ${now}`)
}
export function tallyOf(states: readonly { readonly kind: string }[]): RingTally {
  throw new Error(`unfinished ${states.length}`)
}
