import { HoldJobsResult } from '../../../orchestrations/contracts/scripts/backup.ts'
import { minutes, type ScriptTask } from '../scriptTask.ts'

/** On the backup server: no job of the target's begins. What outlasts the wait goes on and is told. */
export const holdJobs: ScriptTask<'holdJobs'> = {
  kind: 'holdJobs',
  runs: 'detached',
  timeoutMs: minutes(270),
  toOutcome: (raw) => ({ kind: 'succeeded', result: HoldJobsResult.parse(raw) }),
}
