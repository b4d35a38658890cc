import { shareOfSum, shownQuantiles, slowestOf, spreadOf, type Range, type Spread } from './durations.ts'
import type { RingNumber } from './ids.ts'
import type { CampaignSettings } from './settings.ts'

/** Measured durations of ended servers, plan ms. Sums, so that they add up from the clients' rows. */
export interface Measured {
  readonly count: number
  readonly sumMs: number
  /** Without it the spread of the settings' p50 and p95 is taken. */
  readonly sumSquaresMs?: number
}
export interface RemainingClient {
  /** Servers still pending. */
  readonly pending: number
  /** For each server under way, how long it has been, plan ms. */
  readonly underWayMs: readonly number[]
  readonly maxParallel: number
  /** Plan ms until it may go on (window, pause), when that is known. */
  readonly waitMs?: number
}
export interface RemainingRing {
  readonly ring: RingNumber
  readonly clients: readonly RemainingClient[]
  /** Soak still to come, plan ms. */
  readonly soakMs: number
}
export type RemainingEstimate =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'range'; readonly p20Ms: number; readonly p80Ms: number }

/** Below this, the expectation of the settings weighs in as so many measurements. */
const priorWeight = 5

/**
 * Plan ms until a campaign has nothing left to start, from p20 to p80. Rings follow each other, each as long as
 * its slowest client and its soak; those that passed are left out. `unknown` when nothing is known of durations.
 */
export function estimateRemaining(
  rings: readonly RemainingRing[],
  measured: Measured,
  settings: Pick<CampaignSettings, 'serverMinutes'>,
): RemainingEstimate {
  const spread = spreadFrom(measured, settings)
  if (spread === undefined) return { kind: 'unknown' }
  let [p20Ms, p80Ms] = [0, 0]
  for (const { clients, soakMs } of rings) {
    const ends = clients.filter(hasWork).map((client) => remainingOf(client, spread))
    const slowest = ends.length === 0 ? { p20: 0, p80: 0 } : slowestOf(ends)
    p20Ms += slowest.p20 + soakMs
    p80Ms += slowest.p80 + soakMs
  }
  return { kind: 'range', p20Ms: Math.round(p20Ms), p80Ms: Math.round(p80Ms) }
}

function hasWork(client: RemainingClient): boolean {
  return client.pending > 0 || client.underWayMs.length > 0
}

function remainingOf(client: RemainingClient, spread: Spread): Range {
  const lanes = Math.max(1, client.maxParallel)
  const inLine = Math.ceil((client.pending + client.underWayMs.length) / lanes)
  const at = (z: number): number => {
    const each = shareOfSum(spread, inLine, z)
    // One that has already taken longer than expected is still some way from its end.
    const underWay = client.underWayMs.map((spent) => Math.max(each - spent, each * 0.1))
    const work = underWay.reduce((sum, rest) => sum + rest, 0) + client.pending * each
    const longest = Math.max(0, ...underWay, client.pending > 0 ? each : 0)
    return (client.waitMs ?? 0) + Math.max(work / lanes, longest)
  }
  return { p20: at(shownQuantiles.p20), p50: at(shownQuantiles.p50), p80: at(shownQuantiles.p80) }
}

function spreadFrom(
  measured: Measured,
  settings: Pick<CampaignSettings, 'serverMinutes'>,
): Spread | undefined {
  const prior = spreadOf(settings.serverMinutes)
  if (measured.count <= 0) return prior.meanMs > 0 ? prior : undefined
  const own = measured.sumMs / measured.count
  const weight = Math.min(1, measured.count / priorWeight)
  const meanMs = own * weight + prior.meanMs * (1 - weight)
  if (measured.sumSquaresMs === undefined || measured.count < priorWeight) {
    const relative = prior.meanMs > 0 ? prior.deviationMs / prior.meanMs : 0
    return { meanMs, deviationMs: meanMs * relative }
  }
  const variance = measured.sumSquaresMs / measured.count - own * own
  return { meanMs, deviationMs: Math.sqrt(Math.max(0, variance)) }
}
