import { RepairResult } from '../../../orchestrations/contracts/scripts/updates.ts'
import { minutes, type ScriptTask } from '../scriptTask.ts'

/** Repairs the component store. One that isn't healthy afterwards is no success, whatever DISM ended with. */
export const repair: ScriptTask<'repair'> = {
  kind: 'repair',
  runs: 'detached',
  // Nothing can end DISM between two of its steps: only a machine that hangs takes so long.
  timeoutMs: minutes(4 * 60),
  toOutcome: (raw) => {
    const { imageHealth, rebootRequired } = RepairResult.parse(raw)
    if (imageHealth === 'Healthy') return { kind: 'succeeded', result: { rebootRequired } }
    const message = `The component store is ${imageHealth} after its repair`
    return { kind: 'failed', failure: { code: 'storeNotRepaired', message, remedy: 'giveUp' } }
  },
}
