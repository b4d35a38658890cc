import type { Clocks } from '../../../orchestrations/contracts/board.ts'

/** Plan time now, from clocks received at `receivedAt` (this machine's wire time) and their speed. */
export function planNow(clocks: Clocks, receivedAt: number, now: number): number {
  return clocks.plan + Math.max(0, now - receivedAt) * clocks.speed
}
