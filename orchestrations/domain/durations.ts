import { minuteMs, type Instant } from './time.ts'
import type { CampaignSettings } from './settings.ts'

/** How long one server takes, plan ms. */
export interface Spread {
  readonly meanMs: number
  readonly deviationMs: number
}

/** Standard normal quantiles of what is shown: one in five is quicker than p20, one in five slower than p80. */
export const shownQuantiles = { p20: -0.8416, p50: 0, p80: 0.8416 } as const
export type Range = Readonly<Record<keyof typeof shownQuantiles, number>>

const z95 = 1.6449

/** The log-normal spread with that median and 95th percentile; equal ones mean no spread. */
export function spreadOf({ p50, p95 }: CampaignSettings['serverMinutes']): Spread {
  if (p50 <= 0) return { meanMs: 0, deviationMs: 0 }
  const sigma = Math.max(0, Math.log(p95 / p50) / z95)
  const mean = p50 * Math.exp((sigma * sigma) / 2)
  return { meanMs: mean * minuteMs, deviationMs: mean * Math.sqrt(Math.exp(sigma * sigma) - 1) * minuteMs }
}

/** What one of `count` servers done one after another takes when their sum is at that quantile. */
export function shareOfSum(spread: Spread, count: number, z: number): number {
  return Math.max(0, spread.meanMs + (z * spread.deviationMs) / Math.sqrt(Math.max(1, count)))
}

/**
 * When the last of several independent ends comes: later than each of them. Every end is taken as normal between
 * its p20 and p80; the product of their distributions is bisected.
 */
export function slowestOf(ends: readonly Range[]): Range {
  if (ends.length === 0) throw new Error('slowestOf: the slowest of no ends is not defined')
  const low = Math.min(...ends.map((end) => end.p20 - (end.p80 - end.p20) * 3))
  const high = Math.max(...ends.map((end) => end.p80 + (end.p80 - end.p20) * 3))
  const at = (share: number): Instant => bisect(low, high, (moment) => allEndedBy(ends, moment) >= share)
  return { p20: at(0.2), p50: at(0.5), p80: at(0.8) }
}

function allEndedBy(ends: readonly Range[], at: Instant): number {
  return ends.reduce((share, end) => share * endedBy(end, at), 1)
}

function endedBy(end: Range, at: Instant): number {
  const deviation = (end.p80 - end.p20) / (shownQuantiles.p80 - shownQuantiles.p20)
  if (deviation <= 0) return at >= end.p50 ? 1 : 0
  return normalShare((at - end.p50) / deviation)
}

/** Standard normal distribution, error below 1e-7. Source: Abramowitz and Stegun, 26.2.17. */
function normalShare(z: number): number {
  const t = 1 / (1 + 0.231_641_9 * Math.abs(z))
  const sum =
    t * (0.319_381_53 + t * (-0.356_563_782 + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))))
  const tail = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * sum
  return z > 0 ? 1 - tail : tail
}

/** The least whole number in [low, high] for which it holds, known to hold at high. */
function bisect(low: number, high: number, holds: (value: number) => boolean): number {
  let [below, above] = [Math.floor(low) - 1, Math.ceil(high)]
  while (above - below > 1) {
    const middle = Math.floor((below + above) / 2)
    if (holds(middle)) above = middle
    else below = middle
  }
  return above
}
