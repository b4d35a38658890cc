import type { z } from 'zod'
import { InstallResult } from '../../../orchestrations/contracts/scripts/updates.ts'
import type { Remedy } from '../../../orchestrations/domain/failures.ts'
import type { UpdateResult } from '../../../orchestrations/domain/outcomes.ts'
import { isHarmless, knownHResult, type Known } from '../failures.ts'
import { minutes, type ScriptTask } from '../scriptTask.ts'
import { kbOf } from '../updates.ts'

type Installed = z.infer<typeof InstallResult>
type Ended = Installed['updates'][number]

/** Only the approved updates; what is not offered any more is left out. Goes on while the agent restarts. */
export const install: ScriptTask<'install'> = {
  kind: 'install',
  runs: 'detached',
  // Server 2016 takes hours over a cumulative update; the script ends by itself between two updates.
  timeoutMs: minutes(6 * 60),
  toOutcome: (raw) => {
    const installed = InstallResult.parse(raw)
    const { rebootRequired } = installed
    return { kind: 'succeeded', result: { updates: resultsOf(installed), rebootRequired } }
  },
}

function resultsOf({ updates, stillOffered }: Installed): UpdateResult[] {
  return updates.map((update) => {
    const { id, kbArticles, title, hresult } = update
    const result = resultOf(update, stillOffered)
    const told = hresult === undefined ? {} : { hresult }
    return { id, kb: kbOf(kbArticles), title, result, ...told, ...judged(update, result) }
  })
}

/** One that is offered again right after it was installed isn't; one that has nothing to do is. */
function resultOf({ id, result, hresult }: Ended, stillOffered: readonly string[]): UpdateResult['result'] {
  if (result === 'succeeded') return stillOffered.includes(id) ? 'failed' : 'succeeded'
  if (isHarmless(hresult)) return 'succeeded'
  // Install() has returned: what still runs by its own account has not been seen to end.
  return result === 'inProgress' ? 'aborted' : result
}

/** What helps against its end, by its code or by why the script left it out; trying again where nobody knows. */
function judged({ hresult, because }: Ended, result: UpdateResult['result']): Partial<Known> {
  if (result === 'succeeded') return {}
  if (hresult !== undefined) return knownHResult(hresult)
  return because === undefined ? { remedy: 'retry' } : { code: because, remedy: leftOut[because] }
}

const leftOut: Readonly<Record<NonNullable<Ended['because']>, Remedy>> = {
  asksForInput: 'giveUp',
  rebootDue: 'rebootFirst',
  timeOver: 'retry',
}
