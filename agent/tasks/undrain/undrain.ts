import { DrainResult } from '../../../orchestrations/contracts/scripts/server.ts'
import { minutes, type ScriptTask } from '../scriptTask.ts'

/** A remote desktop host takes sessions again. */
export const undrain: ScriptTask<'undrain'> = {
  kind: 'undrain',
  runs: 'detached',
  timeoutMs: minutes(10),
  toOutcome: (raw) => {
    const { newConnections } = DrainResult.parse(raw)
    if (newConnections === 'allowed') return { kind: 'succeeded', result: { newConnections } }
    const message = 'The host still refuses new sessions'
    return { kind: 'failed', failure: { code: 'notUndrained', message, remedy: 'retry' } }
  },
}
