import { DownloadResult } from '../../../orchestrations/contracts/scripts/updates.ts'
import { minutes, type ScriptTask } from '../scriptTask.ts'

/** Fetches files of updates within a limit; what is missing when the time is over is asked for again another day. */
export const download: ScriptTask<'download'> = {
  kind: 'download',
  runs: 'attached',
  timeoutMs: minutes(12 * 60),
  toOutcome: (raw) => {
    const { downloaded, missing, bytes } = DownloadResult.parse(raw)
    return { kind: 'succeeded', result: { downloaded, missing: missing.map(({ id }) => id), bytes } }
  },
}
