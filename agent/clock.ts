/** The host's own wire clock, epoch milliseconds. It may be wrong: see serverTime.ts. */
export function wireNow(): number {
  return Date.now()
}

/** Milliseconds that never jump: what passes between two readings is true whatever is done to the clock. */
export function monotonicNow(): number {
  return performance.now()
}
