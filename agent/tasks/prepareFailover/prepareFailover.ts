import { replicaOutcome } from '../guest.ts'
import { minutes, type ScriptTask } from '../scriptTask.ts'

/** On the primary: the last changes are sent, the guest stays off. Its undo is `cancelFailover` here. */
export const prepareFailover: ScriptTask<'prepareFailover'> = {
  kind: 'prepareFailover',
  runs: 'detached',
  timeoutMs: minutes(60),
  toOutcome: replicaOutcome,
}
