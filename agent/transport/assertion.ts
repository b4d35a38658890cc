import { createHash, sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import type { ServerId } from '../../orchestrations/domain/ids.ts'
import type { AgentAssertion } from '../../orchestrations/contracts/agent.ts'

/** Signs requests in the name of one host. */
export interface AssertionSigner {
  /** Compact JWS (ES256) over the request's body; `wireMs` by the server's clock. */
  assert(body: string, wireMs: number): string
}

/** Source: contracts/agent.ts, `AgentAssertion`; RFC 7515 and RFC 7518 3.4. */
export function createAssertionSigner(
  serverId: ServerId,
  privateKey: KeyObject,
  newId: () => string,
): AssertionSigner {
  const header = encode({ alg: 'ES256', kid: serverId })
  return {
    assert(body, wireMs) {
      const payload: AgentAssertion = {
        iss: serverId,
        aud: 'atlas',
        jti: newId(),
        iat: Math.floor(wireMs / 1000),
        body: createHash('sha256').update(body).digest('base64url'),
      }
      const input = `${header}.${encode(payload)}`
      const signature = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' })
      return `${input}.${signature.toString('base64url')}`
    },
  }
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
