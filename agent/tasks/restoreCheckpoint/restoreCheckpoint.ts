import { RestoreCheckpointResult } from '../../../orchestrations/contracts/scripts/hyperV.ts'
import { epochOf, minutes, type ScriptTask } from '../scriptTask.ts'

/** Whether the guest is well again is for its own agent to tell. */
export const restoreCheckpoint: ScriptTask<'restoreCheckpoint'> = {
  kind: 'restoreCheckpoint',
  runs: 'detached',
  timeoutMs: minutes(60),
  toOutcome: (raw) => {
    const { name, restoredAt } = RestoreCheckpointResult.parse(raw)
    return { kind: 'succeeded', result: { name, restoredAt: epochOf(restoredAt) } }
  },
}
