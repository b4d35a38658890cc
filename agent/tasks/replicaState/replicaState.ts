import { replicaOutcome } from '../guest.ts'
import { minutes, type ScriptTask } from '../scriptTask.ts'

/** Reads: how a guest is replicated, as this host sees it. */
export const replicaState: ScriptTask<'replicaState'> = {
  kind: 'replicaState',
  runs: 'attached',
  timeoutMs: minutes(3),
  toOutcome: replicaOutcome,
}
