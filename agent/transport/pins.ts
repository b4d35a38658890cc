import { X509Certificate, createHash } from 'node:crypto'
import { checkServerIdentity } from 'node:tls'
import type { DetailedPeerCertificate, PeerCertificate } from 'node:tls'

/** SHA-256 of a SubjectPublicKeyInfo, base64 with padding (RFC 7469, 2.4). */
export type Pin = string

/** The key of a certificate as a pin: it stays the same when the certificate is renewed for the same key. */
export function pinOf(certificate: X509Certificate): Pin {
  const info = certificate.publicKey.export({ type: 'spki', format: 'der' })
  return createHash('sha256').update(info).digest('base64')
}

/**
 * What TLS asks after it has proved the chain and the dates: the usual check of the name, then whether a pinned
 * key is in the chain. Undefined when all is well. A pin may name the server's own key or an authority's.
 */
export function checkIdentity(
  pins: readonly Pin[],
): (host: string, certificate: PeerCertificate) => Error | undefined {
  return (host, certificate) => {
    const stranger = checkServerIdentity(host, certificate)
    if (stranger !== undefined) return stranger
    const found = provenChain(certificate).map(pinOf)
    if (found.some((pin) => pins.includes(pin))) return undefined
    return new Error(
      `none of the ${pins.length} pinned keys is ${host}'s: its chain has ${found.join(', ')}. Somebody reads along (a proxy that inspects TLS?), or the server's keys were changed`,
    )
  }
}

/** Certificates that a server merely sends along prove nothing: each must have signed the one before. */
function provenChain(leaf: PeerCertificate): X509Certificate[] {
  const chain: X509Certificate[] = []
  let next: Partial<DetailedPeerCertificate> | undefined = leaf
  while (next?.raw !== undefined) {
    const certificate = new X509Certificate(next.raw)
    const child = chain.at(-1)
    const isNew = chain.every(({ fingerprint256 }) => fingerprint256 !== certificate.fingerprint256)
    if (!isNew || (child !== undefined && !child.verify(certificate.publicKey))) break
    chain.push(certificate)
    next = next.issuerCertificate
  }
  return chain
}
