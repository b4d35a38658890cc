import { powerOutcome } from '../guest.ts'
import { minutes, type ScriptTask } from '../scriptTask.ts'

/** Shuts a guest down from inside; it is never turned off. */
export const stopVm: ScriptTask<'stopVm'> = {
  kind: 'stopVm',
  runs: 'detached',
  timeoutMs: minutes(15),
  toOutcome: powerOutcome,
}
