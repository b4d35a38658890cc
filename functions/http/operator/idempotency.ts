import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import type { HttpResponseInit } from '@azure/functions'
import { sha256 } from '../../adapters/tables/ledger.ts'
import type { KeptAnswer } from '../../adapters/tables/keptAnswers.ts'
import type { Services } from '../../services.ts'
import { Refusal } from '../respond.ts'
import { fingerprintOf } from './fingerprint.ts'
import type { Call, Route } from './route.ts'

/** How long an answer is kept, and after which a call that left none counts as died; wire ms. */
const keptMs = 24 * 3_600_000
const diedMs = 5 * 60_000
const longestAnswer = 32 * 1024

type Act = () => Promise<HttpResponseInit>

/**
 * Idempotency-Key (draft-ietf-httpapi-idempotency-key-header): the same key, call and caller get the same answer for
 * a day, and what it starts is started once. `perform` is told how to act under the key, after its own checks.
 * Refusals are not kept: what was not done may be tried again.
 */
export async function once(
  services: Services,
  route: Route,
  call: Call,
  perform: (claimed: (act: Act) => Promise<HttpResponseInit>) => Promise<HttpResponseInit>,
): Promise<HttpResponseInit> {
  const header = route.starts === true ? call.request.headers.get('idempotency-key') : null
  if (header === null) return perform((act) => act())
  const use: Use = {
    services,
    row: sha256(`${call.me.name}\n${keyIn(header)}`),
    secret: createHash('sha256')
      .update(`answer\n${call.me.name}\n${keyIn(header)}`)
      .digest(),
    fingerprint: await fingerprintOf(route, call),
  }
  const known = judged(use, await services.keptAnswers.find(use.row))
  return known ?? perform((act) => underKey(use, act))
}

/** At most so many a run: the next one is an hour later. */
const mostForgotten = 5_000

/** Takes away what is kept no longer. */
export async function forgetOldAnswers(services: Services): Promise<void> {
  const { keptAnswers, clocks } = services
  const now = clocks.wire()
  const isOld = ({ at }: KeptAnswer): boolean => now - at > keptMs
  for (const row of await keptAnswers.keysOf(isOld, mostForgotten)) await keptAnswers.removeIf(row, isOld)
}

interface Use {
  readonly services: Services
  readonly row: string
  /** Answers may hold tokens: they can be read only with the key, which is not stored. */
  readonly secret: Buffer
  readonly fingerprint: string
}

function keyIn(header: string): string {
  const key = header.trim().replace(/^"(.*)"$/, '$1')
  if (/^[\x21-\x7e]{1,200}$/.test(key)) return key
  throw new Refusal('badIdempotencyKey')
}

/** The answer that is kept; undefined when there is none and the call may be done. Refuses all else. */
function judged(use: Use, kept: KeptAnswer | undefined): HttpResponseInit | undefined {
  if (!kept || isOver(use, kept)) return undefined
  if (kept.fingerprint !== use.fingerprint) throw new Refusal('idempotencyKeyReused')
  switch (kept.state.kind) {
    case 'running':
      throw inUse()
    case 'notKept':
      throw new Refusal('idempotencyAnswerNotKept', { status: kept.state.status })
    case 'done':
      return {
        status: kept.state.status,
        body: unsealed(use.secret, kept.state.sealed),
        headers: { 'content-type': 'application/json', 'idempotency-replayed': 'true' },
      }
  }
}

const inUse = () => new Refusal('idempotencyKeyInUse', {}, { headers: { 'retry-after': '2' } })

function isOver({ services }: Use, { at, state }: KeptAnswer): boolean {
  const age = services.clocks.wire() - at
  return age > keptMs || (state.kind === 'running' && age > diedMs)
}

async function underKey(use: Use, act: Act): Promise<HttpResponseInit> {
  const { services, row, fingerprint } = use
  const at = services.clocks.wire()
  const claim = await services.keptAnswers.change(row, (kept) =>
    judged(use, kept) ? undefined : { fingerprint, at, state: { kind: 'running' } },
  )
  // Somebody was faster by a moment, and has finished since.
  if (!claim) throw inUse()
  let response: HttpResponseInit
  try {
    response = await act()
  } catch (error) {
    await services.keptAnswers.remove(row)
    throw error
  }
  await services.keptAnswers.change(row, () => ({ fingerprint, at, state: stateOf(use, response) }))
  return response
}

function stateOf({ secret }: Use, { status = 200, jsonBody }: HttpResponseInit): KeptAnswer['state'] {
  const text = JSON.stringify(jsonBody ?? null)
  if (text.length > longestAnswer) return { kind: 'notKept', status }
  return { kind: 'done', status, sealed: sealed(secret, text) }
}

const ivBytes = 12
const tagBytes = 16

function sealed(secret: Buffer, text: string): string {
  const iv = randomBytes(ivBytes)
  const cipher = createCipheriv('aes-256-gcm', secret, iv)
  const content = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([iv, cipher.getAuthTag(), content]).toString('base64')
}

function unsealed(secret: Buffer, text: string): string {
  const bytes = Buffer.from(text, 'base64')
  const decipher = createDecipheriv('aes-256-gcm', secret, bytes.subarray(0, ivBytes))
  decipher.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes))
  const content = bytes.subarray(ivBytes + tagBytes)
  return Buffer.concat([decipher.update(content), decipher.final()]).toString('utf8')
}
