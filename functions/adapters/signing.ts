import { createPrivateKey, createPublicKey, sign } from 'node:crypto'
import { PublicKey } from '../../orchestrations/contracts/agent.ts'
import type { Envelope } from '../../orchestrations/contracts/command.ts'
import { sha256 } from './tables/ledger.ts'

export interface Signer {
  readonly publicKey: PublicKey
  /** Compact JWS (RFC 7515) of an envelope, ES256, `typ: atlas+jws`. */
  sign(envelope: Envelope): Promise<string>
}

const base64url = (text: string): string => Buffer.from(text).toString('base64url')

/** A signer with a key in memory (PKCS#8 PEM, P-256). Throws when the key is of another kind. */
export function createSigner(pem: string): Signer {
  const key = createPrivateKey(pem)
  const jwk = PublicKey.parse(createPublicKey(key).export({ format: 'jwk' }))
  // RFC 7638: the thumbprint names the key.
  const kid = sha256(JSON.stringify({ crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y })).slice(0, 32)
  const header = base64url(JSON.stringify({ alg: 'ES256', kid, typ: 'atlas+jws' }))
  return {
    publicKey: { ...jwk, kid },
    sign(envelope) {
      const input = `${header}.${base64url(JSON.stringify(envelope))}`
      // On this thread: handing 50 µs of work to another one costs as much again.
      const signature = sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' })
      return Promise.resolve(`${input}.${signature.toString('base64url')}`)
    },
  }
}
