import type { CampaignSettings } from '../domain/settings.ts'
import type { ClientRow, RingRow } from './board.ts'
import { serversLeft } from './totals.ts'

/** A duration as a range: with 60 % probability the truth lies inside. Plan time, milliseconds. */
export interface Range {
  readonly p20Ms: number
  readonly p80Ms: number
}

/** How long one server takes, as measured so far in this campaign. Plan time, milliseconds. */
export interface Pace {
  readonly meanMs: number
  readonly sdMs: number
}

interface Expectation {
  readonly meanMs: number
  readonly sdMs: number
}

const fewestMeasured = 5
/** A client's own mean weighs against the campaign's as if the latter were this many more servers. */
const priorWeight = 2
/** Even equal measurements don't promise an equal future: no range is narrower than this share. */
const smallestSpread = 0.04
/** The 80th percentile of a normal distribution in standard deviations. */
const z80 = 0.8416

/** Undefined until five servers were measured. The spread of single servers is inferred from clients' means. */
export function measuredPace(rows: readonly ClientRow[]): Pace | undefined {
  const known = rows.filter((row) => row.measured > 0)
  const measured = known.reduce((sum, row) => sum + row.measured, 0)
  if (measured < fewestMeasured) return undefined
  const meanMs = known.reduce((sum, row) => sum + row.spentMs, 0) / measured
  const squares = known.reduce(
    (sum, row) => sum + row.measured * (row.spentMs / row.measured - meanMs) ** 2,
    0,
  )
  const sdMs = known.length > 1 ? Math.sqrt(squares / (known.length - 1)) : meanMs / 4
  return { meanMs, sdMs: Math.max(sdMs, smallestSpread * meanMs) }
}

/** What one client still needs from `now`, its servers one after the other; undefined when nothing is left. */
export function clientRemaining(row: ClientRow, pace: Pace, now: number): Range | undefined {
  const expected = expectation(row, pace, now)
  return expected && rangeOf(expected)
}

/**
 * What the campaign still needs from `now` (plan time): rings one after the other, a ring as long as its slowest
 * client. `settings` adds the soak of rings that have not passed. Undefined = not known yet.
 */
export function remaining(
  rows: readonly ClientRow[],
  rings: readonly RingRow[],
  now: number,
  settings?: Pick<CampaignSettings, 'soakMinutes'>,
): Range | undefined {
  const pace = measuredPace(rows)
  if (!pace) return undefined
  let middle = 0
  let below = 0
  let above = 0
  for (const ring of rings) {
    const left = rows
      .filter((row) => row.ring === ring.ring)
      .map((row) => expectation(row, pace, now))
      .filter((one) => one !== undefined)
    const work = slowest(left)
    middle += work.p50 + soakOf(ring, now, settings)
    below += (work.p50 - work.p20) ** 2
    above += (work.p80 - work.p50) ** 2
  }
  return { p20Ms: Math.max(0, middle - Math.sqrt(below)), p80Ms: middle + Math.sqrt(above) }
}

function soakOf(ring: RingRow, now: number, settings?: Pick<CampaignSettings, 'soakMinutes'>): number {
  switch (ring.state.kind) {
    case 'passed':
      return 0
    case 'soaking':
      return Math.max(0, ring.state.until - now)
    case 'waiting':
    case 'waitsForPromote':
    case 'running':
    case 'held':
    case 'tripped':
    case 'gateHeld':
      return (settings?.soakMinutes[ring.ring] ?? 0) * 60_000
  }
}

function expectation(row: ClientRow, pace: Pace, now: number): Expectation | undefined {
  const { left, inHand } = serversLeft(row)
  if (left === 0) return undefined
  const own = (row.spentMs + priorWeight * pace.meanMs) / (row.measured + priorWeight)
  const spent = row.now.reduce((sum, server) => sum + Math.min(now - server.startedAt, own * 0.95), 0)
  const work = Math.max(0, own * left - spent) / Math.max(1, inHand)
  return { meanMs: waitOf(row, now) + work, sdMs: pace.sdMs * Math.sqrt(left / Math.max(1, inHand)) }
}

function waitOf(row: ClientRow, now: number): number {
  const until = row.state.kind === 'held' || row.state.kind === 'paused' ? row.state.until : undefined
  return until === undefined ? 0 : Math.max(0, until - now)
}

function rangeOf({ meanMs, sdMs }: Expectation): Range {
  return { p20Ms: Math.max(0, meanMs - z80 * sdMs), p80Ms: meanMs + z80 * sdMs }
}

/** Quantiles of the latest of several independent ends: P(all ended by t) = Π Φ((t − mean) / sd). */
function slowest(ends: readonly Expectation[]): { p20: number; p50: number; p80: number } {
  if (ends.length === 0) return { p20: 0, p50: 0, p80: 0 }
  const high = Math.max(...ends.map(({ meanMs, sdMs }) => meanMs + 6 * sdMs))
  const quantile = (share: number): number => {
    let from = 0
    let to = high
    for (let round = 0; round < 40; round += 1) {
      const middle = (from + to) / 2
      const all = ends.reduce((product, end) => product * normal((middle - end.meanMs) / end.sdMs), 1)
      if (all < share) from = middle
      else to = middle
    }
    return (from + to) / 2
  }
  return { p20: quantile(0.2), p50: quantile(0.5), p80: quantile(0.8) }
}

/** Distribution function of the standard normal; error below 7.5e-8. Abramowitz and Stegun, 26.2.17. */
function normal(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x))
  const tail =
    0.3989422804 *
    Math.exp((-x * x) / 2) *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
  return x > 0 ? 1 - tail : tail
}
