import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto'
import type { HttpRequest } from '@azure/functions'
import { AgentAssertion, type PublicKey } from '../../../orchestrations/contracts/agent.ts'
import type { ServerId } from '../../../orchestrations/domain/ids.ts'
import type { Services } from '../../services.ts'
import { Refusal } from '../respond.ts'
import { enrolledKey } from './enrolledKeys.ts'

const longestAssertion = 4_096
/** An assertion's age and the clocks' difference together, seconds. */
const toleranceSeconds = 120

const refuse = (detail: string) =>
  new Refusal(401, 'The agent did not prove who it is', {
    detail,
    fix: 'Sign each request with the key that was enrolled; check the host clock; if the key is lost, an operator forgets the agent (atlas server forget) and the host is enrolled again.',
  })

/** Assertions seen within their lifetime: the same one is not accepted twice by one process. */
class Seen {
  #young = new Set<string>()
  #old = new Set<string>()
  #turnedAt = 0

  /** Whether it is new. */
  add(id: string, now: number): boolean {
    if (now - this.#turnedAt > toleranceSeconds * 2_000) {
      this.#old = this.#young
      this.#young = new Set()
      this.#turnedAt = now
    }
    if (this.#young.has(id) || this.#old.has(id)) return false
    this.#young.add(id)
    return true
  }
}

const seen = new Seen()
const keys = new Map<string, KeyObject>()
const keysKept = 20_000

function keyOf(publicKey: PublicKey): KeyObject {
  const name = `${publicKey.x}.${publicKey.y}`
  const known = keys.get(name)
  if (known) return known
  if (keys.size >= keysKept) keys.clear()
  const { kty, crv, x, y } = publicKey
  const key = createPublicKey({ key: { kty, crv, x, y }, format: 'jwk' })
  keys.set(name, key)
  return key
}

function parsePart(text: string | undefined): unknown {
  try {
    return JSON.parse(Buffer.from(text ?? '', 'base64url').toString('utf8'))
  } catch {
    throw refuse('The assertion is not a compact JWS.')
  }
}

/** Verifies an agent's signed request and returns whose it is. The body is covered by the signature. */
export async function authenticateAgent(
  services: Services,
  request: HttpRequest,
  body: Buffer,
): Promise<ServerId> {
  const header = request.headers.get('authorization') ?? ''
  if (!/^bearer /i.test(header)) throw refuse('The request carries no assertion.')
  const assertion = header.slice(7).trim()
  if (assertion.length > longestAssertion) throw refuse('The assertion is too long to be one.')
  const parts = assertion.split('.')
  if (parts.length !== 3) throw refuse('The assertion is not a compact JWS.')
  const [head, payload, signature] = parts
  const parsedHead = parsePart(head)
  if (
    typeof parsedHead !== 'object' ||
    parsedHead === null ||
    !('alg' in parsedHead) ||
    parsedHead.alg !== 'ES256'
  )
    throw refuse('The assertion is not signed with ES256.')
  const claims = AgentAssertion.safeParse(parsePart(payload))
  if (!claims.success) throw refuse('The assertion does not say what it must.')
  const { iss, iat, jti, body: digest } = claims.data
  const now = services.clocks.wire()
  if (Math.abs(now / 1000 - iat) > toleranceSeconds)
    throw refuse(`The assertion was made at ${iat}, it is ${Math.floor(now / 1000)} here.`)
  if (createHash('sha256').update(body).digest('base64url') !== digest)
    throw refuse('The body is not the signed one.')
  const isBy = (publicKey: PublicKey) =>
    verify(
      'sha256',
      Buffer.from(`${head}.${payload}`),
      { key: keyOf(publicKey), dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature ?? '', 'base64url'),
    )
  const publicKey = await enrolledKey(services, iss)
  if (!publicKey) throw refuse(`No agent is enrolled as ${iss}.`)
  if (!isBy(publicKey)) {
    // It may have got another key in another process.
    const stored = await enrolledKey(services, iss, { afresh: true })
    if (!stored || !isBy(stored)) throw refuse('The signature is not by the enrolled key.')
  }
  if (!seen.add(`${iss} ${jti}`, now)) throw refuse('The assertion was used before.')
  return iss
}
