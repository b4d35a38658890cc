import type { z } from 'zod'
import { VerifyResult } from '../../../orchestrations/contracts/scripts/server.ts'
import { pendingOf } from '../inspect/inspect.ts'
import { minutes, type ScriptTask } from '../scriptTask.ts'

type Verified = z.infer<typeof VerifyResult>

/** Reads: healthy again, updates no longer offered, nothing pending. */
export const verify: ScriptTask<'verify'> = {
  kind: 'verify',
  runs: 'attached',
  timeoutMs: minutes(60),
  toOutcome: (raw, { probes: asked = [] }) => {
    const verified = VerifyResult.parse(raw)
    const unanswered = unansweredOf(verified, asked.length)
    const problems = problemsOf(verified, unanswered)
    const { build, stillOffered } = verified
    const pendingReboot = pendingOf(verified.pendingReboot)
    const result = { healthy: problems.length === 0, problems, build, stillOffered, pendingReboot }
    return { kind: 'succeeded', result: asked.length === 0 ? result : { ...result, unanswered } }
  },
}

/** A probe of which nothing is said was not answered. */
function unansweredOf({ probes }: Verified, asked: number): string[] {
  const unsaid = asked - probes.length
  return [
    ...probes.filter(({ ok }) => !ok).map(({ name, detail }) => `Probe ${name}: ${detail}`.slice(0, 500)),
    ...(unsaid > 0 ? [`Nothing is said of ${unsaid} probes`] : []),
  ].slice(0, 20)
}

/** Errors in the event log are told beside another problem: alone they are every server's usual noise. */
function problemsOf({ servicesDown, events, stable }: Verified, unanswered: readonly string[]): string[] {
  const problems = [
    ...events.filter(isCrash).map(({ provider, id }) => `Stopped with a bug check (${provider} ${id})`),
    ...servicesDown.map(({ name, display }) => `Service ${display} (${name}) does not run`),
    ...unanswered,
    ...(stable ? [] : ['Services still start and stop']),
  ]
  if (problems.length === 0) return []
  const noted = events.filter((event) => !isCrash(event)).map(told)
  return [...problems, ...noted].slice(0, 50).map((problem) => problem.slice(0, 500))
}

/** A bug check. Kernel-Power 41 isn't one: every guest whose checkpoint was restored says that it lost power. */
const isCrash = ({ provider, id }: Verified['events'][number]): boolean =>
  provider === 'Microsoft-Windows-WER-SystemErrorReporting' && id === 1001

function told({ provider, id, count, newest }: Verified['events'][number]): string {
  return `Event ${provider} ${id}, ${count}×: ${newest}`
}
