import { TestFailoverResult } from '../../../orchestrations/contracts/scripts/hyperV.ts'
import { heartbeatOf, replicaOf } from '../guest.ts'
import { minutes, type ScriptTask } from '../scriptTask.ts'

/** On the replica host: a copy boots on an isolated switch. A copy that doesn't answer proves nothing. */
export const testFailover: ScriptTask<'testFailover'> = {
  kind: 'testFailover',
  runs: 'detached',
  timeoutMs: minutes(60),
  toOutcome: (raw) => {
    const found = TestFailoverResult.parse(raw)
    const { state, heartbeat } = found.testPower
    if (state === 'Running' && heartbeatOf(heartbeat) === 'ok')
      return { kind: 'succeeded', result: replicaOf(found) }
    const message = `${found.testVm} is ${state}, heartbeat ${heartbeat}`
    return { kind: 'failed', failure: { code: 'hyperV.testGuestSilent', message, remedy: 'giveUp' } }
  },
}
