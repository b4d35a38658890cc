import type { Clocks } from '../../../orchestrations/contracts/board.ts'

/** Clocks come every 5 s at most. Past that the host may be down, and plan time stands still with it. */
const runsOnMs = 7_000

/** Plan time now, from clocks received at `receivedAt` (this machine's wire time) and their speed. */
export function planNow(clocks: Clocks, receivedAt: number, now: number): number {
  return clocks.plan + Math.min(Math.max(0, now - receivedAt), runsOnMs) * clocks.speed
}

/** When something of wire time happened, in plan time: on Azure the same, in a rehearsal as far as its clock ran on. */
export function planOfWire(clocks: Clocks, at: number): number {
  return clocks.plan - (clocks.wire - at) * clocks.speed
}
