import { replicaOutcome } from '../guest.ts'
import { minutes, type ScriptTask } from '../scriptTask.ts'

/** Undoes `prepareFailover` or `failOver`; where there is nothing to cancel it says how things stand. */
export const cancelFailover: ScriptTask<'cancelFailover'> = {
  kind: 'cancelFailover',
  runs: 'detached',
  timeoutMs: minutes(30),
  toOutcome: replicaOutcome,
}
