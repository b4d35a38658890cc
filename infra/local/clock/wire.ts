/** The wire's clock: epoch milliseconds of real time, whatever the speed of plan time. */
export const wireNow = (): number => Date.now()
