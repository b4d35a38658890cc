import type { z } from 'zod'
import { Approval, Problem } from '../../../orchestrations/contracts/api.ts'

/** What kept a call from being accepted; each kind has its own sentence on the page. */
export type RefusalKind =
  | 'unreachable'
  | 'tokenRefused'
  | 'notAllowed'
  | 'notFound'
  | 'changed'
  | 'tooMany'
  | 'refused'
  | 'broken'

export class Refusal extends Error {
  readonly kind: RefusalKind
  readonly problem: Problem | undefined
  /** Wire seconds after which it may be tried again (429). */
  readonly retryAfter: number | undefined
  constructor(kind: RefusalKind, message: string, problem?: Problem, retryAfter?: number) {
    super(message)
    this.name = 'Refusal'
    this.kind = kind
    this.problem = problem
    this.retryAfter = retryAfter
  }
}

/** Neither accepted nor refused: a second person has to allow it, then the same call does it. */
export class Awaits extends Error {
  readonly approval: Approval
  constructor(approval: Approval) {
    super(`${approval.action} waits for a second person`)
    this.name = 'Awaits'
    this.approval = approval
  }
}

export interface CallOptions {
  readonly method?: 'GET' | 'POST' | 'DELETE'
  readonly body?: unknown
  /** Instead of `body`: a file as it is. */
  readonly file?: Blob
  /** Wire milliseconds until the call counts as unreachable. */
  readonly timeoutMs?: number
  readonly ifMatch?: string
  /** It starts something: a key of its own lets the server tell a repetition from a second wish. */
  readonly starts?: boolean
}

export interface Call {
  <S extends z.ZodType>(path: string, answer: S, options?: CallOptions): Promise<z.infer<S>>
}

export interface Wire {
  readonly call: Call
  /** A file of the server's, for the reader to keep. */
  readonly download: (path: string) => Promise<Blob>
}

/** Calls the operator API with this bearer token. Rejects only with `Refusal` and `Awaits`. */
export function wireWith(token: string): Wire {
  return {
    call: async (path, answer, options = {}) => {
      const response = await send(path, token, options)
      const body = await bodyOf(response)
      if (!response.ok) throw refusalOf(response, body)
      const approval = response.status === 202 ? Approval.safeParse(body) : undefined
      if (approval?.success) throw new Awaits(approval.data)
      const parsed = answer.safeParse(body)
      if (!parsed.success) throw new Refusal('broken', `${path}: ${parsed.error.message}`)
      return parsed.data
    },
    download: async (path) => {
      const response = await send(path, token, { timeoutMs: 60_000 })
      if (!response.ok) throw refusalOf(response, await bodyOf(response))
      return response.blob()
    },
  }
}

async function send(path: string, token: string, options: CallOptions): Promise<Response> {
  const { method = 'GET', body, file, timeoutMs = 15_000, ifMatch, starts } = options
  const content = file ?? (body === undefined ? undefined : JSON.stringify(body))
  const type = file ? file.type || 'application/octet-stream' : 'application/json'
  try {
    return await fetch(path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        // Refusals are read as they come: in the language that the page is shown in.
        'accept-language': document.documentElement.lang,
        ...(content === undefined ? {} : { 'content-type': type }),
        ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
        ...(starts ? { 'idempotency-key': freshKey() } : {}),
      },
      ...(content === undefined ? {} : { body: content }),
      signal: AbortSignal.timeout(timeoutMs),
      cache: 'no-store',
      credentials: 'omit',
    })
  } catch (cause) {
    throw new Refusal('unreachable', `${path}: ${String(cause)}`)
  }
}

/** Not crypto.randomUUID: the page may be served over plain HTTP inside a provider's network. */
function freshKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

async function bodyOf(response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch {
    // An answer without JSON (a proxy's page, a body cut off) is judged by its status alone.
    return undefined
  }
}

function refusalOf(response: Response, body: unknown): Refusal {
  const problem = Problem.safeParse(body)
  const message = problem.success ? (problem.data.detail ?? problem.data.title) : `HTTP ${response.status}`
  const after = Number(response.headers.get('retry-after') ?? Number.NaN)
  return new Refusal(
    kindOf(response.status),
    message,
    problem.success ? problem.data : undefined,
    Number.isFinite(after) ? after : undefined,
  )
}

function kindOf(status: number): RefusalKind {
  if (status === 401) return 'tokenRefused'
  if (status === 403) return 'notAllowed'
  if (status === 404) return 'notFound'
  if (status === 412) return 'changed'
  if (status === 429) return 'tooMany'
  if (status >= 500) return 'broken'
  return 'refused'
}
