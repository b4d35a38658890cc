import type { z } from 'zod'
import { InstallResult } from '../../../orchestrations/contracts/scripts/updates.ts'
import type { Failure } from '../../../orchestrations/domain/failures.ts'
import type { UpdateResult } from '../../../orchestrations/domain/outcomes.ts'
import { isHarmless, knownHResult } from '../failures.ts'
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
    const failure = forAll(installed)
    if (failure) return { kind: 'failed', failure }
    const { rebootRequired } = installed
    return { kind: 'succeeded', result: { updates: resultsOf(installed), rebootRequired } }
  },
}

function resultsOf({ updates, stillOffered }: Installed): UpdateResult[] {
  return updates.map((update) => ({
    id: update.id,
    kb: kbOf(update.kbArticles),
    title: update.title,
    result: resultOf(update, stillOffered),
    ...(update.hresult === undefined ? {} : { hresult: update.hresult }),
  }))
}

/** One that is offered again right after it was installed isn't; one that has nothing to do is. */
function resultOf({ id, result, hresult }: Ended, stillOffered: readonly string[]): UpdateResult['result'] {
  if (result === 'succeeded') return stillOffered.includes(id) ? 'failed' : 'succeeded'
  if (isHarmless(hresult)) return 'succeeded'
  // Install() has returned: what still runs by its own account has not been seen to end.
  return result === 'inProgress' ? 'aborted' : result
}

/** Where nothing arrived and trying again alone doesn't help, the whole is a failure that says what does. */
function forAll(installed: Installed): Failure | undefined {
  if (resultsOf(installed).some(({ result }) => result !== 'failed' && result !== 'notStarted'))
    return undefined
  for (const { hresult, title, kbArticles } of installed.updates) {
    if (hresult === undefined) continue
    const { code, remedy } = knownHResult(hresult)
    const message = `${kbOf(kbArticles)} ${title}: ${code}`.trim()
    if (remedy !== 'retry') return { code, message, hresult, remedy }
  }
  return undefined
}
