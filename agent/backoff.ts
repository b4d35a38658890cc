/** Delays of repeated attempts, in wire milliseconds. */
export interface Backoff {
  readonly baseMs: number
  readonly capMs: number
}

/**
 * Full jitter: anything between zero and the exponential bound, so that thousands of agents that lost the
 * same line don't come back together.
 * Source: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function fullJitter(backoff: Backoff, failures: number, random: () => number): number {
  const bound = Math.min(backoff.capMs, backoff.baseMs * 2 ** Math.max(0, failures - 1))
  return Math.round(random() * bound)
}
