/** Plan time: what windows, soak times and durable timers run by. Epoch milliseconds that never go backwards. */
export interface PlanClock {
  /** Plan milliseconds per wire millisecond. */
  readonly speed: number
  now(): number
  /** Wire milliseconds in which so many plan milliseconds pass. */
  wireDelay(planMs: number): number
}
