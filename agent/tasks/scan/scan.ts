import { ScanResult } from '../../../orchestrations/contracts/scripts/server.ts'
import { epochOf, minutes, type ScriptTask } from '../scriptTask.ts'
import { offeredOf } from '../updates.ts'

/** Reads: what Windows Update offers now, and where it asks. */
export const scan: ScriptTask<'scan'> = {
  kind: 'scan',
  runs: 'attached',
  // A search of Server 2016 against a slow WSUS has taken most of an hour.
  timeoutMs: minutes(60),
  toOutcome: (raw) => {
    const { source, searchedAt, updates } = ScanResult.parse(raw)
    const result = { source, searchedAt: epochOf(searchedAt), offered: offeredOf(updates) }
    return { kind: 'succeeded', result }
  },
}
