import { replicaOutcome } from '../guest.ts'
import { minutes, type ScriptTask } from '../scriptTask.ts'

/** Ends a test failover by the replica’s name, never by the copy’s. */
export const cleanUpTestFailover: ScriptTask<'cleanUpTestFailover'> = {
  kind: 'cleanUpTestFailover',
  runs: 'detached',
  timeoutMs: minutes(30),
  toOutcome: replicaOutcome,
}
