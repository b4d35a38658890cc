import { UninstallResult } from '../../../orchestrations/contracts/scripts/updates.ts'
import { minutes, type ScriptTask } from '../scriptTask.ts'

/** Takes updates off again. Why one can't be removed stands in the script's answer; the server is told which. */
export const uninstall: ScriptTask<'uninstall'> = {
  kind: 'uninstall',
  runs: 'detached',
  timeoutMs: minutes(3 * 60),
  toOutcome: (raw) => {
    const { removed, notRemovable, rebootRequired } = UninstallResult.parse(raw)
    const result = { removed, notRemovable: notRemovable.map(({ id }) => id), rebootRequired }
    return { kind: 'succeeded', result }
  },
}
