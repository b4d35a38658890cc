import { replicaOutcome } from '../guest.ts'
import { minutes, type ScriptTask } from '../scriptTask.ts'

/** On the replica host: the copy becomes the machine. Its undo is `cancelFailover` here, while it is off. */
export const failOver: ScriptTask<'failOver'> = {
  kind: 'failOver',
  runs: 'detached',
  timeoutMs: minutes(30),
  toOutcome: replicaOutcome,
}
