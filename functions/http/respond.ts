import type { HttpRequest, HttpResponseInit } from '@azure/functions'
import type { z } from 'zod'
import type { Problem } from '../../orchestrations/contracts/api.ts'
import { StoreUnavailable } from '../adapters/tables/clientStore.ts'
import { ConflictTooOften, isOutage } from '../adapters/tables/connect.ts'
import { secured } from './headers.ts'
import { problemTypeOf } from './problems.ts'

/** A refusal that becomes a problem document (RFC 9457). */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly problem: Problem
  readonly headers: Readonly<Record<string, string>>

  constructor(
    status: number,
    title: string,
    more: Partial<Omit<Problem, 'status' | 'title'>> = {},
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(title)
    this.problem = { type: problemTypeOf(status), title, status, ...more }
    this.headers = headers
  }
}

export const json = (body: unknown, status = 200): HttpResponseInit => ({
  status,
  jsonBody: body,
})

/** Done; there is nothing to say of it. */
export const nothing = (): HttpResponseInit => ({ status: 204 })

/** A file to keep. `name` is what a browser calls it: plain characters only. */
export const file = (body: string, type: string, name: string): HttpResponseInit => ({
  status: 200,
  body,
  headers: { 'content-type': type, 'content-disposition': `attachment; filename="${name}"` },
})

export function problem(document: Problem, more: Readonly<Record<string, string>> = {}): HttpResponseInit {
  const headers: Record<string, string> = { ...more, 'content-type': 'application/problem+json' }
  if (document.status === 401) headers['www-authenticate'] = 'Bearer'
  if (document.status === 503) headers['retry-after'] = '2'
  return { status: document.status, body: JSON.stringify(document), headers }
}

/** Reads a body of at most `limit` bytes. */
export async function readBody(request: HttpRequest, limit: number): Promise<Buffer> {
  const declared = Number(request.headers.get('content-length') ?? 0)
  if (declared > limit) throw tooLarge(limit)
  const body = Buffer.from(await request.arrayBuffer())
  if (body.length > limit) throw tooLarge(limit)
  return body
}

const tooLarge = (limit: number) =>
  new Refusal(413, 'The body is too large', { detail: `At most ${limit} bytes are read here.` })

/** Parses a JSON body with its schema. An empty body counts as `{}`. */
export function parseJson<T extends z.ZodType>(schema: T, body: Buffer): z.infer<T> {
  if (isTooDeep(body))
    throw new Refusal(400, 'The body is nested too deeply', { detail: `At most ${deepest} levels are read.` })
  let value: unknown
  try {
    value = body.length === 0 ? {} : JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    throw new Refusal(400, 'The body is not JSON', { fix: 'Send one JSON document in UTF-8.' })
  }
  return parsedAs(schema, value, 'body')
}

/** Parses a query with its schema; of a name that comes twice the last one counts. */
export function parseQuery<T extends z.ZodType>(schema: T, query: URLSearchParams): z.infer<T> {
  return parsedAs(schema, Object.fromEntries(query), 'query')
}

function parsedAs<T extends z.ZodType>(schema: T, value: unknown, what: 'body' | 'query'): z.infer<T> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues
    .slice(0, 20)
    .map((issue) => `${issue.path.join('.') || what}: ${issue.message}`)
  throw new Refusal(400, `The ${what} is not what this call takes`, { detail: faults.join('; ') })
}

const deepest = 64
const byteOf = (character: string): number => character.charCodeAt(0)
const [quote, backslash] = [byteOf('"'), byteOf('\\')]
const opening = new Set([byteOf('['), byteOf('{')])
const closing = new Set([byteOf(']'), byteOf('}')])

/** Whether it couldn't be written again: `JSON.parse` takes any depth, `JSON.stringify` runs out of stack. */
function isTooDeep(body: Buffer): boolean {
  let depth = 0
  let quoted = false
  for (let at = 0; at < body.length; at++) {
    const byte = body[at] ?? 0
    if (quoted) {
      if (byte === backslash) at++
      else if (byte === quote) quoted = false
    } else if (byte === quote) quoted = true
    else if (opening.has(byte)) depth++
    else if (closing.has(byte)) depth--
    if (depth > deepest) return true
  }
  return false
}

/**
 * Runs a handler; refusals become their problem documents, anything else a 500 or 503 without internals. Every
 * answer gets the headers that all have.
 */
export async function answer(
  request: Pick<HttpRequest, 'url'>,
  handle: () => Promise<HttpResponseInit>,
  log: (text: string) => void,
): Promise<HttpResponseInit> {
  try {
    return secured(await handle())
  } catch (error) {
    const refusal = error instanceof Refusal ? error : refusalOf(error)
    if (refusal !== error) log(error instanceof Error ? (error.stack ?? error.message) : String(error))
    const instance = URL.parse(request.url)?.pathname.slice(0, 300)
    const document = { ...refusal.problem, ...(instance === undefined ? {} : { instance }) }
    return secured(problem(document, refusal.headers))
  }
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof StoreUnavailable || error instanceof ConflictTooOften || isOutage(error))
    return new Refusal(503, 'The store is busy', { fix: 'Try again in a moment.' })
  return new Refusal(500, 'ATLAS failed to do this', {
    detail: 'Nothing is known of the cause here; the log of the function app has it.',
  })
}
