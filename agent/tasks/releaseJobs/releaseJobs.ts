import { ReleaseJobsResult } from '../../../orchestrations/contracts/scripts/backup.ts'
import { minutes, type ScriptTask } from '../scriptTask.ts'

/** On the backup server: what was held for the target comes back, unless another server still holds it. */
export const releaseJobs: ScriptTask<'releaseJobs'> = {
  kind: 'releaseJobs',
  runs: 'detached',
  timeoutMs: minutes(30),
  toOutcome: (raw) => ({ kind: 'succeeded', result: ReleaseJobsResult.parse(raw) }),
}
