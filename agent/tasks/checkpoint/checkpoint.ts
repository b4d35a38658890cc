import { CheckpointResult } from '../../../orchestrations/contracts/scripts/hyperV.ts'
import { epochOf, minutes, type ScriptTask } from '../scriptTask.ts'

/** On the Hyper-V host: a production checkpoint of a guest. Detached, so that the guest's own setting is put back whatever happens to the agent. */
export const checkpoint: ScriptTask<'checkpoint'> = {
  kind: 'checkpoint',
  runs: 'detached',
  timeoutMs: minutes(30),
  toOutcome: (raw) => {
    const { name, checkpointId, createdAt } = CheckpointResult.parse(raw)
    return { kind: 'succeeded', result: { name, checkpointId, createdAt: epochOf(createdAt) } }
  },
}
