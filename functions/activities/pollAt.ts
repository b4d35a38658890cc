import type { TaskKind } from '../../orchestrations/contracts/tasks.ts'
import type { Clocks } from '../adapters/clock.ts'
import type { CommandRow } from '../adapters/tables/rows.ts'

/** By when 95 of 100 tasks of a kind have ended, plan minutes. */
const p95Minutes: Readonly<Record<TaskKind, number>> = {
  inspect: 3,
  checkpoint: 10,
  removeCheckpoint: 10,
  restoreCheckpoint: 15,
  install: 60,
  uninstall: 60,
  repair: 45,
  reboot: 20,
  verify: 5,
  download: 60,
  probe: 2,
  scan: 5,
  drain: 30,
  undrain: 1,
  holdJobs: 60,
  releaseJobs: 2,
  startVm: 5,
  stopVm: 6,
  replicaState: 1,
  prepareFailover: 3,
  failOver: 3,
  reverseReplication: 3,
  cancelFailover: 3,
  testFailover: 5,
  cleanUpTestFailover: 3,
}
/** An agent that works says so within this time, wire ms; sooner than the p95 when plan time runs slowly. */
const acceptanceMs = 60_000
/** No poll is shorter, wire ms (architecture.md, section 9). */
const shortestPollMs = 2_000

/**
 * When to look at an open command again, plan time: first at its acceptance bound or p95, then at its p95,
 * then at the check interval, growing by half each round.
 */
export function pollAt(
  clocks: Clocks,
  kind: TaskKind,
  row: Pick<CommandRow, 'issuedPlanAt' | 'acceptedAt'>,
  look: { readonly round: number; readonly timeoutSeconds: number; readonly checkSeconds: number },
): number {
  const now = clocks.plan()
  const soonest = now + shortestPollMs * clocks.speed
  const p95 = row.issuedPlanAt + Math.min(p95Minutes[kind] * 60_000, look.timeoutSeconds * 1000)
  const accepted = row.acceptedAt !== undefined
  const first = accepted ? p95 : Math.min(p95, now + acceptanceMs * clocks.speed)
  const backedOff = now + look.checkSeconds * 1000 * 1.5 ** look.round
  return Math.max(soonest, first > now ? first : backedOff)
}
