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
    throw new Refusal('assertionMalformed')
  }
}

/** Verifies an agent's signed request and returns whose it is. The body is covered by the signature. */
export async function authenticateAgent(
  services: Services,
  request: HttpRequest,
  body: Buffer,
): Promise<ServerId> {
  const header = request.headers.get('authorization') ?? ''
  if (!/^bearer /i.test(header)) throw new Refusal('assertionMissing')
  const assertion = header.slice(7).trim()
  if (assertion.length > longestAssertion) throw new Refusal('assertionTooLong')
  const parts = assertion.split('.')
  if (parts.length !== 3) throw new Refusal('assertionMalformed')
  const [head, payload, signature] = parts
  const parsedHead = parsePart(head)
  if (
    typeof parsedHead !== 'object' ||
    parsedHead === null ||
    !('alg' in parsedHead) ||
    parsedHead.alg !== 'ES256'
  )
    throw new Refusal('assertionAlgorithm')
  const claims = AgentAssertion.safeParse(parsePart(payload))
  if (!claims.success) throw new Refusal('assertionClaims')
  const { iss, iat, jti, body: digest } = claims.data
  const now = services.clocks.wire()
  if (Math.abs(now / 1000 - iat) > toleranceSeconds)
    throw new Refusal('assertionTime', { issued: `${iat}`, now: `${Math.floor(now / 1000)}` })
  if (createHash('sha256').update(body).digest('base64url') !== digest) throw new Refusal('assertionBody')
  const isBy = (publicKey: PublicKey) =>
    verify(
      'sha256',
      Buffer.from(`${head}.${payload}`),
      { key: keyOf(publicKey), dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature ?? '', 'base64url'),
    )
  const publicKey = await enrolledKey(services, iss)
  if (!publicKey) throw new Refusal('assertionSigner', { serverId: iss })
  if (!isBy(publicKey)) {
    // It may have got another key in another process.
    const stored = await enrolledKey(services, iss, { afresh: true })
    if (!stored || !isBy(stored)) throw new Refusal('assertionSignature')
  }
  if (!seen.add(`${iss} ${jti}`, now)) throw new Refusal('assertionRepeated')
  return iss
}
