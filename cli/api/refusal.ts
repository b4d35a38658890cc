import { Approval, Problem } from '../../orchestrations/contracts/api.ts'
import { wordsOf, writeTime } from '../../orchestrations/contracts/words/index.ts'
import { exitCodes, Failure, type ExitCode } from '../failure.ts'
import type { Language, Texts } from '../texts/index.ts'

interface Reader {
  readonly t: Texts
  readonly language: Language
  readonly server: string
  readonly zone: string
}

/** A refusal of the server as a failure of the verb; `call` is the method and path that it refused. */
export function refusal(status: number, body: unknown, call: string, reader: Reader): Failure {
  const { t, server } = reader
  const parsed = Problem.safeParse(body)
  const problem = parsed.success ? parsed.data : undefined
  const exitCode = exitCodeOf(status)
  if (status === 401) {
    return new Failure(exitCode, t.errors.unknownToken(server), {
      fix: t.errors.unknownTokenFix,
      ...(problem && { problem }),
    })
  }
  if (!problem) return new Failure(exitCode, t.errors.strangeRefusal(server, status, call))
  const said = [problem.title, problem.detail ?? ''].filter(Boolean).map(ended).join(' ')
  const fix =
    adviceOf(status, t) ?? spoken(problem.fix) ?? (status === 404 ? t.errors.notFoundFix : undefined)
  return new Failure(exitCode, t.errors.refused(said, `${call}, ${status}`), { problem, ...(fix && { fix }) })
}

function adviceOf(status: number, t: Texts): string | undefined {
  if (status === 412) return t.errors.changedFix
  return status === 429 ? t.errors.busyFix : undefined
}

/** The server has written down what was asked for and waits for a second person. */
export function approvalAsked(body: unknown, { t, language, zone }: Reader): Failure | undefined {
  const parsed = Approval.safeParse(body)
  if (!parsed.success) return undefined
  const { approvalId, action, expiresAt } = parsed.data
  const until = writeTime(expiresAt, language, { zone, showZone: true })
  return new Failure(exitCodes.partial, t.errors.secondPerson(wordsOf(language).actions[action], until), {
    fix: t.errors.secondPersonFix(approvalId),
    approval: parsed.data,
  })
}

export function exitCodeOf(status: number): ExitCode {
  if (status === 401 || status === 403) return exitCodes.denied
  return [400, 404, 413, 415, 422].includes(status) ? exitCodes.badInput : exitCodes.failure
}

/** What the API advises in its own words, in those of the command line. */
const verbs: readonly (readonly [api: RegExp, verb: string])[] = [
  [/POST \/api\/release/g, '`atlas release --reason TEXT`'],
  [/GET \/api\/inventory/g, '`atlas client list`'],
  [/GET \/api\/clients\b(?!\/)/g, '`atlas client list`'],
  [/GET \/api\/servers\b(?!\/)/g, '`atlas server list`'],
  [/GET \/api\/todo\b(?!\/)/g, '`atlas todo`'],
  [/GET \/api\/updates\b(?!\/)/g, '`atlas kb list`'],
  [/GET \/api\/waivers\b(?!\/)/g, '`atlas waiver list`'],
  [/GET \/api\/build-waivers\b(?!\/)/g, '`atlas evidence list`'],
  [/GET \/api\/approvals\b(?!\/)/g, '`atlas approval list`'],
  [/GET \/api\/enrolments\b(?!\/)/g, '`atlas enrolment list`'],
  [/GET \/api\/enrolment-tokens\b(?!\/)/g, '`atlas token list`'],
  [/GET \/api\/campaigns/g, '`atlas campaign list`'],
]

/** Advice that still names a route is none for a person at a command line. */
function spoken(fix: string | undefined): string | undefined {
  const text = fix && verbs.reduce((told, [api, verb]) => told.replaceAll(api, verb), fix)
  return text?.includes('/api/') ? undefined : text
}

export function ended(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`
}
