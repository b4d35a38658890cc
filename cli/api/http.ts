import type { z } from 'zod'
import { exitCodes, Failure } from '../failure.ts'
import type { Language, Texts } from '../texts/index.ts'
import { refusal } from './refusal.ts'

export interface Target {
  /** `http://host:port`, without a path. */
  readonly server: string
  readonly token: string
  readonly t: Texts
  readonly language: Language
  readonly zone: string
  /** Ctrl+C ends a call that is under way. */
  readonly interrupted: AbortSignal
}

export interface Sent {
  readonly json?: unknown
  readonly csv?: Uint8Array<ArrayBuffer>
  /** Milliseconds of wire time; a minute unless told. */
  readonly timeoutMs?: number
}

export type Send = <T extends z.ZodType>(
  method: 'GET' | 'POST',
  path: string,
  answer: T,
  sent?: Sent,
) => Promise<z.infer<T>>

/** Calls the operator API. Throws only Failure: whatever goes wrong is one line with what to do. */
export function sender(target: Target): Send {
  const { server, token, t, interrupted } = target
  return async (method, path, answer, sent = {}) => {
    const body = sent.csv ?? (method === 'POST' ? JSON.stringify(sent.json ?? {}) : null)
    const headers: Record<string, string> = { authorization: `Bearer ${token}`, accept: 'application/json' }
    if (body !== null) headers['content-type'] = sent.csv ? 'text/csv' : 'application/json'
    let status: number
    let text: string
    try {
      const response = await fetch(`${server}${path}`, {
        method,
        headers,
        ...(body === null ? {} : { body }),
        // A redirect could carry the token elsewhere.
        redirect: 'manual',
        signal: AbortSignal.any([interrupted, AbortSignal.timeout(sent.timeoutMs ?? 60_000)]),
      })
      status = response.status
      text = await response.text()
    } catch (error) {
      throw unreachable(error, server, t)
    }
    const value = readJson(text)
    if (status < 200 || status >= 300) throw refusal(status, value, target)
    const parsed = answer.safeParse(value)
    if (parsed.success) return parsed.data
    const issue = parsed.error.issues[0]
    const where = issue ? `${issue.path.join('.') || 'body'}: ${issue.message}` : ''
    throw new Failure(exitCodes.failure, t.errors.strangeAnswer(server, `${method} ${path}, ${where}`), {
      fix: t.errors.strangeAnswerFix,
    })
  }
}

/** Terminals obey control characters: what others wrote (host names, reasons, messages) carries none. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text, (_, value: unknown) =>
      typeof value === 'string' ? value.replaceAll(/\p{Cc}+/gu, ' ') : value,
    )
  } catch {
    return undefined
  }
}

function unreachable(error: unknown, server: string, t: Texts): Failure {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const name = error instanceof Error ? error.name : ''
  const said = cause instanceof Error ? cause.message : String(cause)
  const why =
    name === 'TimeoutError'
      ? t.errors.tooSlow
      : name === 'AbortError'
        ? t.errors.interrupted
        : code === 'ECONNREFUSED'
          ? t.errors.connectionRefused
          : code === 'ENOTFOUND'
            ? t.errors.noSuchHost
            : said || code
  return new Failure(exitCodes.failure, t.errors.unreachable(server, why), {
    fix: t.errors.unreachableFix,
    unanswered: true,
  })
}
