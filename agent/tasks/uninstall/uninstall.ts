import { UninstallResult } from '../../../orchestrations/contracts/scripts/updates.ts'
import { minutes, type ScriptTask } from '../scriptTask.ts'

/** Takes updates off again; of one that can't be removed the server is told why. */
export const uninstall: ScriptTask<'uninstall'> = {
  kind: 'uninstall',
  runs: 'detached',
  timeoutMs: minutes(3 * 60),
  toOutcome: (raw) => ({ kind: 'succeeded', result: UninstallResult.parse(raw) }),
}
