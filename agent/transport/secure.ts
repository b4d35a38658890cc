import https from 'node:https'
import { rootCertificates } from 'node:tls'
import { checkIdentity } from './pins.ts'
import type { Pin } from './pins.ts'

/** How the agent reaches out, for requests and for the queue alike. */
export interface SecureOptions {
  /** Empty: any certificate that the trusted authorities vouch for. */
  readonly pins: readonly Pin[]
  /** PEM certificates of authorities that are trusted beside the public ones. */
  readonly extraAuthorities?: string
  /** `http://[user:password@]host:port`: every connection is a CONNECT through it. */
  readonly proxy?: string
  readonly maxSockets?: number
}

/** Connections over TLS 1.2 or later, pinned, through the proxy. */
export function openSecureAgent(options: SecureOptions): https.Agent {
  const { pins, extraAuthorities, proxy, maxSockets = 2 } = options
  return new https.Agent({
    keepAlive: true,
    maxSockets,
    scheduling: 'lifo',
    minVersion: 'TLSv1.2',
    // A session that is taken up again would not be asked for its certificate.
    maxCachedSessions: 0,
    ...(extraAuthorities === undefined ? {} : { ca: [...rootCertificates, extraAuthorities] }),
    ...(pins.length === 0 ? {} : { checkServerIdentity: checkIdentity(pins) }),
    ...(proxy === undefined ? {} : { proxyEnv: { HTTPS_PROXY: proxy } }),
  })
}
