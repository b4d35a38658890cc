import type { HttpRequest, HttpResponseInit } from '@azure/functions'
import { z } from 'zod'
import { problemStatuses, type Problem, type ProblemCode } from '../../orchestrations/contracts/api.ts'
import type { Language } from '../../orchestrations/contracts/words/index.ts'
import {
  problemText,
  type AnyParams,
  type ProblemParams,
} from '../../orchestrations/contracts/words/problems/index.ts'
import { StoreUnavailable } from '../adapters/tables/clientStore.ts'
import { ConflictTooOften, isOutage } from '../adapters/tables/connect.ts'
import { secured } from './headers.ts'
import { languageOf } from './language.ts'
import { problemTypeOf } from './problems.ts'

interface More {
  readonly errors?: NonNullable<Problem['errors']>
  readonly headers?: Readonly<Record<string, string>>
}

/** A refusal that becomes a problem document (RFC 9457), in the language of who asked. */
export class Refusal<Code extends ProblemCode = ProblemCode> extends Error {
  override readonly name = 'Refusal'
  readonly code: ProblemCode
  readonly status: number
  readonly params: AnyParams
  readonly headers: Readonly<Record<string, string>>
  readonly #errors: More['errors']

  constructor(
    code: Code,
    ...[params, more]: Record<string, never> extends ProblemParams<Code>
      ? [params?: ProblemParams<Code>, more?: More]
      : [params: ProblemParams<Code>, more?: More]
  ) {
    const given: AnyParams = params ?? {}
    super(problemText(code, given, 'en').title)
    this.code = code
    this.status = problemStatuses[code]
    this.params = given
    this.headers = more?.headers ?? {}
    this.#errors = more?.errors
  }

  /** Its document, but for the path that was asked. */
  in(language: Language): Problem {
    const { code, status } = this
    const errors = this.#errors === undefined ? {} : { errors: this.#errors }
    return { type: problemTypeOf(code), code, status, ...problemText(code, this.params, language), ...errors }
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

const tooLarge = (most: number) => new Refusal('bodyTooLarge', { most })

/** Parses a JSON body with its schema. An empty body counts as `{}`. */
export function parseJson<T extends z.ZodType>(schema: T, body: Buffer): z.infer<T> {
  if (isTooDeep(body)) throw new Refusal('bodyTooDeep', { most: deepest })
  let value: unknown
  try {
    value = body.length === 0 ? {} : JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    throw new Refusal('bodyNotJson')
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
  const en = faultsOf(parsed.error, what)
  // Zod writes its messages while it parses: for another language it parses again.
  const french = schema.safeParse(value, { error: z.locales.fr().localeError })
  const fr = french.error ? faultsOf(french.error, what) : en
  throw new Refusal(what === 'body' ? 'badBody' : 'badQuery', { faults: { en, fr } })
}

function faultsOf({ issues }: z.ZodError, what: string): string {
  const faults = issues.slice(0, 20).map(({ path, message }) => `${path.join('.') || what}: ${message}`)
  return faults.join('; ')
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
 * answer gets the headers that all have. Refusals are written in the language that the caller accepts: people's
 * clients name one, agents name none and read English.
 */
export async function answer(
  request: Pick<HttpRequest, 'url' | 'headers'>,
  handle: () => Promise<HttpResponseInit>,
  log: (text: string) => void,
): Promise<HttpResponseInit> {
  try {
    return secured(await handle())
  } catch (error) {
    const refusal = error instanceof Refusal ? error : refusalOf(error)
    if (refusal !== error) log(error instanceof Error ? (error.stack ?? error.message) : String(error))
    const language = languageOf(request.headers.get('accept-language'))
    const instance = URL.parse(request.url)?.pathname.slice(0, 300)
    const document = { ...refusal.in(language), ...(instance === undefined ? {} : { instance }) }
    const spoken = { ...refusal.headers, 'content-language': language, vary: 'Accept-Language' }
    return secured(problem(document, spoken))
  }
}

function refusalOf(error: unknown): Refusal {
  const isBusy = error instanceof StoreUnavailable || error instanceof ConflictTooOften || isOutage(error)
  return new Refusal(isBusy ? 'storeBusy' : 'internal')
}
