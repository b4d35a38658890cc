import type { Draws } from '../draws.ts'
import type { Silence } from '../scenario.ts'
import { never } from './state.ts'
import type { WorkRow } from './store.ts'

/** When no agent runs on a machine, plan time, epoch ms. */
export interface Absence {
  readonly from: number
  readonly until: number
  /** What somebody who looks from outside finds meanwhile. */
  readonly silence: Silence
  /** Somebody sets the machine back to last night meanwhile, disk and journal with it. */
  readonly setBack?: true
}

/** How a task takes the agent of the machine that it is about away; undefined when it doesn't. */
export function absence(
  { task, attempt, about, runsOn, begunAt, endsAt }: WorkRow,
  draws: Draws,
): Absence | undefined {
  const { kind } = task
  if (kind === 'restoreCheckpoint') return { from: begunAt, until: endsAt, silence: 'off' }
  if (about !== runsOn) return undefined
  if (kind === 'reboot') {
    if (draws.happens('neverReturns', kind, attempt))
      return { from: begunAt, until: never, silence: draws.silence(kind, attempt) }
    const away = draws.away(kind, attempt)
    if (attempt === 1 && draws.happens('restoredByHand', 'machine', 0))
      return { from: begunAt, until: endsAt + away, silence: 'off', setBack: true }
    if (!draws.happens('lateAfterReboot', kind, attempt))
      return { from: begunAt, until: endsAt, silence: 'hung' }
    return { from: begunAt, until: endsAt + away, silence: draws.silence(kind, attempt) }
  }
  if (!draws.happens('agentLost', kind, attempt)) return undefined
  const share = 0.1 + 0.8 * draws.uniform('lostAt', kind, attempt)
  const from = begunAt + Math.round((endsAt - begunAt) * share)
  // What it was at goes on, so the system runs.
  return { from, until: from + draws.away(kind, attempt), silence: 'agent' }
}
