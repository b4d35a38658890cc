import { Problem } from '../../orchestrations/contracts/api.ts'
import { sentence } from '../../orchestrations/contracts/words/index.ts'
import { Reason } from '../../orchestrations/domain/reasons.ts'
import { exitCodes, Failure, type ExitCode } from '../failure.ts'
import type { Language, Texts } from '../texts/index.ts'

interface Reader {
  readonly t: Texts
  readonly language: Language
  readonly server: string
  readonly zone: string
}

/** A refusal of the server as a failure of the verb. */
export function refusal(status: number, body: unknown, reader: Reader): Failure {
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
  if (!problem) return new Failure(exitCode, t.errors.strangeRefusal(server, status))
  const said = [problem.title, detailOf(problem, reader)].filter(Boolean).map(ended).join(' ')
  const fix = status === 404 ? t.errors.notFoundFix : problem.fix && inVerbs(problem.fix)
  return new Failure(exitCode, t.errors.refused(said), { problem, ...(fix && { fix }) })
}

export function exitCodeOf(status: number): ExitCode {
  if (status === 401 || status === 403) return exitCodes.denied
  return [400, 404, 413, 415, 422].includes(status) ? exitCodes.badInput : exitCodes.failure
}

/** Plans are refused with a reason's code and parameters: they become its sentence. */
function detailOf(problem: Problem, { language, zone }: Reader): string {
  const { detail = '' } = problem
  const found = /^(\w+)(?: (\{.*\}))?$/.exec(detail)
  const reason = Reason.safeParse({ code: found?.[1], params: found?.[2] && parameters(found[2]) })
  return reason.success ? sentence(reason.data, language, { zone, showZone: true }) : detail
}

function parameters(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What the API advises in its own words, in those of the command line. */
const verbs: readonly (readonly [api: RegExp, verb: string])[] = [
  [/POST \/api\/release/g, '`atlas release --reason TEXT`'],
  [/GET \/api\/inventory/g, '`atlas client list`'],
  [/GET \/api\/campaigns/g, '`atlas campaign list`'],
]

function inVerbs(fix: string): string {
  return verbs.reduce((text, [api, verb]) => text.replaceAll(api, verb), fix)
}

export function ended(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`
}
