import { powerOutcome } from '../guest.ts'
import { minutes, type ScriptTask } from '../scriptTask.ts'

/** Starts a guest; one that runs is left as it is. */
export const startVm: ScriptTask<'startVm'> = {
  kind: 'startVm',
  runs: 'detached',
  timeoutMs: minutes(15),
  toOutcome: powerOutcome,
}
