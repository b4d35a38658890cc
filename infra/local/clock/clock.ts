export { wireNow } from './wire.ts'
export type { PlanClock } from './planClock.ts'
export { startPlanClock, type HostClock, type HostClockOptions } from './hostClock.ts'
export { openPlanClock } from './readClock.ts'
