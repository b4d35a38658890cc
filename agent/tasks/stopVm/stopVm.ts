import { PowerResult } from '../../../orchestrations/contracts/scripts/hyperV.ts'
import { powerOf } from '../guest.ts'
import { minutes, type ScriptTask } from '../scriptTask.ts'

/** Shuts a guest down from inside; it is never turned off. */
export const stopVm: ScriptTask<'stopVm'> = {
  kind: 'stopVm',
  runs: 'detached',
  timeoutMs: minutes(15),
  toOutcome: (raw) => ({ kind: 'succeeded', result: powerOf(PowerResult.parse(raw)) }),
}
