import type { z } from 'zod'
import { exitCodes, Failure } from '../failure.ts'
import { exchange, type Line, type Method, type Sent } from './exchange.ts'
import { approvalAsked, refusal } from './refusal.ts'

export interface Target extends Line {
  readonly zone: string
}

export type Send = <T extends z.ZodType>(
  method: Method,
  path: string,
  answer: T,
  sent?: Sent,
) => Promise<z.infer<T>>

/** Calls the operator API. Throws only Failure: whatever goes wrong is one line with what to do. */
export function sender(target: Target): Send {
  return async (method, path, answer, sent = {}) => {
    const { status, text } = await exchange(target, method, path, sent)
    const value = readJson(text)
    if (status < 200 || status >= 300) throw refusal(status, value, `${method} ${pathOf(path)}`, target)
    const asked = status === 202 ? approvalAsked(value, target) : undefined
    if (asked) throw asked
    const parsed = answer.safeParse(value)
    if (parsed.success) return parsed.data
    const issue = parsed.error.issues[0]
    const where = issue ? `${issue.path.join('.') || 'body'}: ${issue.message}` : ''
    throw strange(target, `${method} ${path}, ${where}`)
  }
}

export type SendText = (path: string, type: string) => Promise<string>

/** Reads a file that the API makes: its text as it is, when it has the type that was asked for. */
export function textSender(target: Target): SendText {
  return async (path, type) => {
    const reply = await exchange(target, 'GET', path, { accept: `${type}, application/problem+json` })
    if (reply.status !== 200) throw refusal(reply.status, readJson(reply.text), `GET ${pathOf(path)}`, target)
    if (reply.type.split(';')[0]?.trim() === type) return reply.text
    throw strange(target, `GET ${path}, ${reply.type || '?'} ≠ ${type}`)
  }
}

const pathOf = (path: string): string => path.split('?')[0] ?? path

function strange({ server, t }: Target, where: string): Failure {
  return new Failure(exitCodes.failure, t.errors.strangeAnswer(server, where), {
    fix: t.errors.strangeAnswerFix,
  })
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
