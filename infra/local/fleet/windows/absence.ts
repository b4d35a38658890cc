import type { Draws } from '../draws.ts'
import { never } from './state.ts'
import type { WorkRow } from './store.ts'

/** When no agent runs on a machine, plan time, epoch ms. */
export interface Absence {
  readonly from: number
  readonly until: number
}

/** How a task takes the agent of the machine that it is about away; undefined when it doesn't. */
export function absence(
  { task, attempt, about, runsOn, begunAt, endsAt }: WorkRow,
  draws: Draws,
): Absence | undefined {
  const { kind } = task
  if (kind === 'restoreCheckpoint') return { from: begunAt, until: endsAt }
  if (about !== runsOn) return undefined
  if (kind === 'reboot') {
    if (draws.happens('neverReturns', kind, attempt)) return { from: begunAt, until: never }
    const late = draws.happens('lateAfterReboot', kind, attempt) ? draws.away(kind, attempt) : 0
    return { from: begunAt, until: endsAt + late }
  }
  if (!draws.happens('agentLost', kind, attempt)) return undefined
  const share = 0.1 + 0.8 * draws.uniform('lostAt', kind, attempt)
  const from = begunAt + Math.round((endsAt - begunAt) * share)
  return { from, until: from + draws.away(kind, attempt) }
}
