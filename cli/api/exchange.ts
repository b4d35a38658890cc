import { randomUUID } from 'node:crypto'
import type { Io } from '../io.ts'
import { exitCodes, Failure } from '../failure.ts'
import type { Language, Texts } from '../texts/index.ts'

/** The line to a server, and to whom delays on it are told. */
export interface Line {
  /** `http://host:port`, without a path. */
  readonly server: string
  readonly token: string
  /** In which the server is to answer. */
  readonly language: Language
  readonly t: Texts
  /** Ctrl+C ends a call that is under way. */
  readonly io: Pick<Io, 'err' | 'wait' | 'interrupted' | 'now'>
}

export type Method = 'GET' | 'POST' | 'DELETE'

export interface Sent {
  readonly json?: unknown
  readonly file?: { readonly bytes: Uint8Array<ArrayBuffer>; readonly type: string }
  readonly accept?: string
  /** The version that the person has seen: what has changed since isn't overwritten. */
  readonly ifMatch?: string
  /** Names one intent: with it a repeated call starts nothing twice. Made here unless told. */
  readonly key?: string
  /** The caller itself asks again when no answer came. */
  readonly once?: true
  /** Milliseconds of wire time; a minute unless told. */
  readonly timeoutMs?: number
}

export interface Reply {
  readonly status: number
  readonly text: string
  readonly type: string
  readonly retryAfter: string | null
}

const tries = 5
const pauseMs = 500
const longestWaitMs = 120_000

/**
 * One call. It is made again, with the same Idempotency-Key, when its answer was lost, and after the time that a busy
 * server names (Retry-After). Throws Failure when no answer came.
 */
export async function exchange(line: Line, method: Method, path: string, sent: Sent): Promise<Reply> {
  const { io, t } = line
  const key = method === 'GET' ? undefined : (sent.key ?? randomUUID())
  for (let attempt = 1; ; attempt += 1) {
    const isLast = attempt === tries
    const reply = await once(line, method, path, sent, key).catch((error: unknown) => asCause(error))
    const giveUp = isLast || io.interrupted.aborted
    if (!(reply instanceof Lost)) {
      const waitMs = giveUp ? undefined : waitOf(reply, io.now())
      if (waitMs === undefined) return reply
      io.err(`${t.waitsForServer(Math.ceil(waitMs / 1000))}\n`)
      await io.wait(waitMs)
    } else {
      const mayRepeat = key !== undefined && sent.once !== true && (reply.isCut || attempt > 1)
      const failure = unreachable(reply, line)
      if (giveUp || !mayRepeat) throw failure
      io.err(`${failure.message} ${t.asksAgain}\n`)
      await io.wait(pauseMs * attempt)
    }
  }
}

async function once(line: Line, method: Method, path: string, sent: Sent, key?: string): Promise<Reply> {
  const { file, json, ifMatch } = sent
  const body = file?.bytes ?? (method === 'POST' ? JSON.stringify(json ?? {}) : null)
  const headers: Record<string, string> = {
    authorization: `Bearer ${line.token}`,
    'accept-language': line.language,
    accept: sent.accept ?? 'application/json',
  }
  if (body !== null) headers['content-type'] = file?.type ?? 'application/json'
  if (key !== undefined) headers['idempotency-key'] = key
  if (ifMatch !== undefined) headers['if-match'] = ifMatch
  const response = await fetch(`${line.server}${path}`, {
    method,
    headers,
    ...(body === null ? {} : { body }),
    // A redirect could carry the token elsewhere.
    redirect: 'manual',
    signal: AbortSignal.any([line.io.interrupted, AbortSignal.timeout(sent.timeoutMs ?? 60_000)]),
  })
  return {
    status: response.status,
    text: await response.text(),
    type: response.headers.get('content-type') ?? '',
    retryAfter: response.headers.get('retry-after'),
  }
}

/** How long a busy server wants to be left alone, ms; undefined when it says nothing or too much. */
function waitOf({ status, retryAfter }: Reply, now: number): number | undefined {
  if (retryAfter === null || ![409, 429, 503].includes(status)) return undefined
  const seconds = /^\d+$/.test(retryAfter) ? Number(retryAfter) : (Date.parse(retryAfter) - now) / 1000
  const ms = Math.max(1, seconds) * 1000
  return ms <= longestWaitMs ? ms : undefined
}

/** No answer, and why. */
class Lost {
  readonly name: string
  readonly code: string
  readonly message: string
  constructor(name: string, code: string, message: string) {
    this.name = name
    this.code = code
    this.message = message
  }
  /** The line was there and broke: the server may have got the call. */
  get isCut(): boolean {
    return ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'].includes(this.code)
  }
}

function asCause(error: unknown): Lost {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const message = cause instanceof Error ? cause.message : String(cause)
  return new Lost(error instanceof Error ? error.name : '', code, message)
}

function unreachable({ name, code, message }: Lost, { server, t }: Line): Failure {
  const { tooSlow, interrupted, connectionRefused, noSuchHost } = t.errors
  const known: Readonly<Record<string, string>> = {
    TimeoutError: tooSlow,
    AbortError: interrupted,
    ECONNREFUSED: connectionRefused,
    ENOTFOUND: noSuchHost,
  }
  const why = known[name] ?? known[code] ?? (message || code)
  return new Failure(exitCodes.failure, t.errors.unreachable(server, why), {
    fix: t.errors.unreachableFix,
    unanswered: true,
  })
}
