import { RemoveCheckpointResult } from '../../../orchestrations/contracts/scripts/hyperV.ts'
import { minutes, type ScriptTask } from '../scriptTask.ts'

/** The merge goes on after its time: asked again, it is waited for again. */
export const removeCheckpoint: ScriptTask<'removeCheckpoint'> = {
  kind: 'removeCheckpoint',
  runs: 'detached',
  timeoutMs: minutes(360),
  toOutcome: (raw) => {
    const { name, merged } = RemoveCheckpointResult.parse(raw)
    return { kind: 'succeeded', result: { name, merged } }
  },
}
