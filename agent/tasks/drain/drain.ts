import { DrainResult } from '../../../orchestrations/contracts/scripts/server.ts'
import { minutes, type ScriptTask } from '../scriptTask.ts'

/** A remote desktop host takes no new sessions; who works there is told and waited for. */
export const drain: ScriptTask<'drain'> = {
  kind: 'drain',
  runs: 'detached',
  // The longest wait that a plan can ask for, and some to say goodbye.
  timeoutMs: minutes(260),
  toOutcome: (raw) => {
    const { newConnections, remaining } = DrainResult.parse(raw)
    if (newConnections === 'refused') return { kind: 'succeeded', result: { newConnections, remaining } }
    const message = 'The host still takes new sessions'
    return { kind: 'failed', failure: { code: 'notDrained', message, remedy: 'retry' } }
  },
}
