import { RebootResult } from '../../../orchestrations/contracts/scripts/server.ts'
import { minutes, type ScriptTask } from '../scriptTask.ts'

/**
 * Detached, because the agent's life ends before the machine comes back: that it has booted is seen by the next
 * one. An answer that is read while the machine hasn't gone down is no reboot.
 */
export const reboot: ScriptTask<'reboot'> = {
  kind: 'reboot',
  runs: 'detached',
  timeoutMs: minutes(10),
  toOutcome: (raw) => {
    const { bootedBefore } = RebootResult.parse(raw)
    const message = `Asked to restart, and running since ${bootedBefore} all the same`
    return { kind: 'failed', failure: { code: 'notRebooted', message, remedy: 'retry' } }
  },
}
