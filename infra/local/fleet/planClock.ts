/** The part of the plan's clock that the simulation needs. */
export interface PlanTime {
  /** Plan time, epoch ms. */
  now(): number
  /** Wire milliseconds that this much plan time takes. */
  wireDelay(planMs: number): number
}

/** A look at the clock when it should have been time already: it may have stood still meanwhile. */
const lookAgainMs = 20
const longestTimer = 2 ** 31 - 1

/**
 * Calls back once the plan's clock has really reached the time, however long it stood still.
 * Returns what cancels it. Already reached: calls back at once, without a timer.
 */
export function atPlanTime(clock: PlanTime, planMs: number, callback: () => void): () => void {
  let timer: NodeJS.Timeout | undefined
  const look = (shortest: number): void => {
    const left = planMs - clock.now()
    if (left <= 0) return callback()
    const delay = Math.min(longestTimer, Math.max(shortest, Math.ceil(clock.wireDelay(left))))
    timer = setTimeout(() => look(lookAgainMs), delay)
  }
  look(1)
  return () => clearTimeout(timer)
}
