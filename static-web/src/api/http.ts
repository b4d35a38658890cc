import type { z } from 'zod'
import { Problem } from '../../../orchestrations/contracts/api.ts'

/** What kept a call from being accepted; each kind has its own sentence on the page. */
export type RefusalKind = 'unreachable' | 'tokenRefused' | 'notAllowed' | 'notFound' | 'refused' | 'broken'

export class Refusal extends Error {
  readonly kind: RefusalKind
  readonly problem: Problem | undefined
  constructor(kind: RefusalKind, message: string, problem?: Problem) {
    super(message)
    this.name = 'Refusal'
    this.kind = kind
    this.problem = problem
  }
}

export interface CallOptions {
  readonly method?: 'GET' | 'POST'
  readonly body?: unknown
  /** Wire milliseconds until the call counts as unreachable. */
  readonly timeoutMs?: number
}

export type Call = <S extends z.ZodType>(
  path: string,
  answer: S,
  options?: CallOptions,
) => Promise<z.infer<S>>

/** Calls the operator API with this bearer token. Rejects only with `Refusal`. */
export function callsWith(token: string): Call {
  return async (path, answer, options = {}) => {
    const response = await send(path, token, options)
    const body = await bodyOf(response)
    if (!response.ok) throw refusalOf(response.status, body)
    const parsed = answer.safeParse(body)
    if (!parsed.success) throw new Refusal('broken', `${path}: ${parsed.error.message}`)
    return parsed.data
  }
}

async function send(path: string, token: string, options: CallOptions): Promise<Response> {
  const { method = 'GET', body, timeoutMs = 15_000 } = options
  try {
    return await fetch(path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMs),
      cache: 'no-store',
      credentials: 'omit',
    })
  } catch (cause) {
    throw new Refusal('unreachable', `${path}: ${String(cause)}`)
  }
}

async function bodyOf(response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch {
    // An answer without JSON (a proxy's page, a body cut off) is judged by its status alone.
    return undefined
  }
}

function refusalOf(status: number, body: unknown): Refusal {
  const problem = Problem.safeParse(body)
  const message = problem.success ? (problem.data.detail ?? problem.data.title) : `HTTP ${status}`
  return new Refusal(kindOf(status), message, problem.success ? problem.data : undefined)
}

function kindOf(status: number): RefusalKind {
  if (status === 401) return 'tokenRefused'
  if (status === 403) return 'notAllowed'
  if (status === 404) return 'notFound'
  if (status >= 500) return 'broken'
  return 'refused'
}
