import { createHmac, timingSafeEqual } from 'node:crypto'

export type Right = 'Listen' | 'Send' | 'Manage'

/** A shared access rule of the namespace. */
export interface Rule {
  readonly name: string
  readonly key: string
  readonly rights: ReadonlyArray<Right>
}

/** What a verified token allows: these rights, on everything below `path`, until `expiresAt` (epoch ms). */
export interface Grant {
  readonly rights: ReadonlySet<Right>
  readonly path: readonly string[]
  readonly expiresAt: number
}

export type SasVerdict =
  | { readonly kind: 'granted'; readonly grant: Grant }
  | { readonly kind: 'refused'; readonly reason: string }

const refused = (reason: string): SasVerdict => ({ kind: 'refused', reason })

/**
 * Verifies a shared access signature: HMAC-SHA256 over the still-encoded resource and the expiry.
 * https://learn.microsoft.com/azure/service-bus-messaging/service-bus-sas
 */
export function verifySas(token: string, rules: readonly Rule[], now: number): SasVerdict {
  const fields = parseToken(token)
  const { sr, sig, se, skn } = fields
  if (sr === undefined || sig === undefined || se === undefined || skn === undefined) {
    return refused('The token is not a SharedAccessSignature with sr, sig, se and skn.')
  }
  const rule = rules.find((candidate) => candidate.name === decodeURIComponent(skn))
  if (rule === undefined) return refused(`No rule '${decodeURIComponent(skn)}' in this namespace.`)
  const expected = createHmac('sha256', rule.key).update(`${sr}\n${se}`).digest()
  const given = Buffer.from(decodeURIComponent(sig), 'base64')
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    return refused('The token has an invalid signature.')
  }
  const expiresAt = Number(se) * 1000
  if (!(expiresAt > now)) return refused('ExpiredToken: the token has expired.')
  const rights = new Set<Right>(rule.rights.includes('Manage') ? ['Manage', 'Send', 'Listen'] : rule.rights)
  return { kind: 'granted', grant: { rights, path: pathOf(decodeURIComponent(sr)), expiresAt } }
}

/** The path segments of an entity address or resource URI, lower-cased; scheme and host don't count here. */
export function pathOf(resource: string): string[] {
  const path = resource.replace(/^[a-z]+:\/\/[^/]*/i, '').replace(/\?.*$/, '')
  return path
    .toLowerCase()
    .split('/')
    .filter((segment) => segment !== '')
}

/** Whether a grant reaches an entity: its path is the entity's or a parent, segment by segment. */
export const covers = (grant: readonly string[], entity: readonly string[]): boolean =>
  grant.length <= entity.length && grant.every((segment, index) => segment === entity[index])

function parseToken(token: string): Record<string, string | undefined> {
  const prefix = 'SharedAccessSignature '
  if (!token.startsWith(prefix)) return {}
  const pairs = token
    .slice(prefix.length)
    .split('&')
    .map((pair): [string, string] => {
      const at = pair.indexOf('=')
      return [pair.slice(0, at), pair.slice(at + 1)]
    })
  return Object.fromEntries(pairs)
}
