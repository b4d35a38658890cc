import { replicaOutcome } from '../guest.ts'
import { minutes, type ScriptTask } from '../scriptTask.ts'

/** On the replica host: it becomes the primary. From here only another failover leads back. */
export const reverseReplication: ScriptTask<'reverseReplication'> = {
  kind: 'reverseReplication',
  runs: 'detached',
  timeoutMs: minutes(30),
  toOutcome: replicaOutcome,
}
