import { cellLetters, type ClientRow, type RingRow } from './board.ts'
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
  /** A server gives no answer: the client may go on with its others, or end right there. */
  readonly inDoubt: boolean
}

const fewestMeasured = 5
/**
 * A client's own mean weighs against the campaign's as if the latter were this many more servers: which server is
 * slow is mostly chance, and one of them foretells little about the client's others.
 */
const priorWeight = 10
/** A client's mean beyond this many times the median is taken as that: one lost agent is no pace. */
const farOff = 2
/** Even equal measurements don't promise an equal future: no range is narrower than this share. */
const smallestSpread = 0.04
/** How far the pace of what is still to come lies from the one measured so far: all clients alike. */
const driftShare = 0.1
/** The 80th percentile of a normal distribution in standard deviations. */
const z80 = 0.8416

/** Undefined until five servers were measured. The spread of single servers is inferred from clients' means. */
export function measuredPace(rows: readonly ClientRow[]): Pace | undefined {
  const known = rows.filter((row) => row.measured > 0)
  const measured = known.reduce((sum, row) => sum + row.measured, 0)
  if (measured < fewestMeasured) return undefined
  const median = medianOf(known)
  const means = known.map((row) => ({ ...row, meanMs: tamed(meanOf(row), median) }))
  const rings = [...new Set(means.map(({ ring }) => ring))].map((ring) =>
    means.filter((one) => one.ring === ring),
  )
  const meanMs = meanOfAll(means)
  const squares = rings.reduce((sum, ring) => sum + squaresAround(meanOfAll(ring), ring), 0)
  const freedom = means.length - rings.length
  const sdMs = freedom > 0 ? Math.sqrt(squares / freedom) : meanMs / 4
  return { meanMs, sdMs: Math.max(sdMs, smallestSpread * meanMs) }
}

interface Measured {
  readonly measured: number
  readonly meanMs: number
}

function meanOfAll(means: readonly Measured[]): number {
  const measured = means.reduce((sum, one) => sum + one.measured, 0)
  return means.reduce((sum, one) => sum + one.measured * one.meanMs, 0) / measured
}

const squaresAround = (middleMs: number, means: readonly Measured[]): number =>
  means.reduce((sum, one) => sum + one.measured * (one.meanMs - middleMs) ** 2, 0)

const meanOf = (row: ClientRow): number => row.spentMs / row.measured
const tamed = (meanMs: number, typicalMs: number): number =>
  Math.min(Math.max(meanMs, typicalMs / farOff), typicalMs * farOff)

/** The median of clients' means, each weighing as many servers as it measured. */
function medianOf(rows: readonly ClientRow[]): number {
  const sorted = rows.toSorted((a, b) => meanOf(a) - meanOf(b))
  const half = sorted.reduce((sum, row) => sum + row.measured, 0) / 2
  let seen = 0
  for (const row of sorted) {
    seen += row.measured
    if (seen >= half) return meanOf(row)
  }
  return 0
}

/**
 * What one client still needs from `now`, its servers one after the other; undefined when nothing is left.
 * `closes`: when its window closes, plan time; what has not started by then is carried over.
 */
export function clientRemaining(
  row: ClientRow,
  pace: Pace,
  now: number,
  closes = Infinity,
): Range | undefined {
  const expected = expectation(row, pace, now)
  return expected && within(rangeOf(expected), closes - now, pace)
}

/** What the plan knows of the time to come. */
export interface Outlook {
  readonly soakMinutes: readonly number[]
  /** When the window closes that a client is in, or waits for; plan time, undefined = not known. */
  readonly closes?: (clientId: string) => number | undefined
}

/** Nothing starts once the window has closed; the last server in hand may take its time. */
function within(range: Range, leftMs: number, pace: Pace): Range {
  const open = Math.max(0, leftMs)
  return { p20Ms: Math.min(range.p20Ms, open), p80Ms: Math.min(range.p80Ms, open + pace.meanMs) }
}

/**
 * What the campaign still needs from `now` (plan time): rings one after the other, a ring as long as its slowest
 * client. `outlook` adds the soak of rings that have not passed and the end of the last window. Undefined = not
 * known yet.
 */
export function remaining(
  rows: readonly ClientRow[],
  rings: readonly RingRow[],
  now: number,
  outlook?: Outlook,
): Range | undefined {
  const pace = measuredPace(rows)
  if (!pace) return undefined
  let middle = 0
  let worked = 0
  let below = 0
  let above = 0
  for (const ring of rings) {
    const left = rows
      .filter((row) => row.ring === ring.ring)
      .map((row) => expectation(row, pace, now))
      .filter((one) => one !== undefined)
    const work = slowest(left)
    middle += work.p50 + soakOf(ring, now, outlook)
    worked += work.p50
    below += (work.p50 - work.p20) ** 2
    above += (work.p80 - work.p50) ** 2
  }
  const drift = (z80 * driftShare * worked) ** 2
  const range = {
    p20Ms: Math.max(0, middle - Math.sqrt(below + drift)),
    p80Ms: middle + Math.sqrt(above + drift),
  }
  return within(range, lastClose(rows, outlook) - now, pace)
}

/** When the last window of those closes that still have something to do; without one there is no limit. */
function lastClose(rows: readonly ClientRow[], outlook?: Outlook): number {
  const open = rows.filter((row) => serversLeft(row).left > 0)
  return Math.max(...open.map((row) => outlook?.closes?.(row.clientId) ?? Infinity))
}

function soakOf(ring: RingRow, now: number, outlook?: Outlook): number {
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
      return (outlook?.soakMinutes[ring.ring] ?? 0) * 60_000
  }
}

function expectation(row: ClientRow, pace: Pace, now: number): Expectation | undefined {
  const { left, inHand } = serversLeft(row)
  if (left === 0) return undefined
  const known = row.measured === 0 ? 0 : row.measured * tamed(meanOf(row), pace.meanMs)
  const own = (known + priorWeight * pace.meanMs) / (row.measured + priorWeight)
  const spent = row.now.reduce((sum, server) => sum + Math.min(now - server.startedAt, own * 0.95), 0)
  const work = Math.max(0, own * left - spent) / Math.max(1, inHand)
  return {
    meanMs: waitOf(row, now) + work,
    sdMs: pace.sdMs * Math.sqrt(left / Math.max(1, inHand)),
    inDoubt: row.cells.includes(cellLetters.unknown),
  }
}

function waitOf(row: ClientRow, now: number): number {
  const until = row.state.kind === 'held' || row.state.kind === 'paused' ? row.state.until : undefined
  return until === undefined ? 0 : Math.max(0, until - now)
}

function rangeOf({ meanMs, sdMs }: Expectation): Range {
  return { p20Ms: Math.max(0, meanMs - z80 * sdMs), p80Ms: meanMs + z80 * sdMs }
}

function endedBy({ meanMs, sdMs, inDoubt }: Expectation, ms: number): number {
  const share = normal((ms - meanMs) / sdMs)
  return inDoubt ? (1 + share) / 2 : share
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
      const all = ends.reduce((product, end) => product * endedBy(end, middle), 1)
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
