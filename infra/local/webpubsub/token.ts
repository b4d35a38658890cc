import { errors, jwtVerify } from 'jose'
import { z } from 'zod'

/** What an accepted token says of its bearer. REST tokens carry none of it. */
export type Claims = {
  readonly userId: string | undefined
  readonly roles: readonly string[]
  readonly groups: readonly string[]
}

export type TokenCheck =
  | { readonly kind: 'valid'; readonly claims: Claims }
  | { readonly kind: 'refused'; readonly reason: string }

export type TokenRules = {
  readonly accessKey: string
  /** Path that the token must have been issued for, e.g. `/client/hubs/live`. */
  readonly path: string
  /** Host names with port under which this server is known: its own, and the one the caller dialled. */
  readonly hosts: readonly string[]
  /** Epoch milliseconds. */
  readonly now: number
}

const oneOrMany = z
  .union([z.string(), z.array(z.string())])
  .optional()
  .transform((value) => (value === undefined ? [] : [value].flat()))

const claimsSchema = z.object({
  aud: z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat()),
  sub: z.string().optional(),
  role: oneOrMany,
  'webpubsub.group': oneOrMany,
})

/**
 * Checks a JWT as the service does: HS256 with the access key, not expired, audience = the address called.
 * Never throws: a bad token is a refusal with its reason.
 * Source: learn.microsoft.com/azure/azure-web-pubsub/reference-rest-api-data-plane (authentication with JWT).
 */
export const checkToken = async (token: string, rules: TokenRules): Promise<TokenCheck> => {
  try {
    const { payload } = await jwtVerify(token, new TextEncoder().encode(rules.accessKey), {
      algorithms: ['HS256'],
      requiredClaims: ['exp', 'aud'],
      currentDate: new Date(rules.now),
    })
    const claims = claimsSchema.parse(payload)
    if (!claims.aud.some((audience) => isFor(audience, rules))) {
      return {
        kind: 'refused',
        reason: `Token was issued for ${claims.aud.join(', ')}, not for ${rules.path}.`,
      }
    }
    return {
      kind: 'valid',
      claims: { userId: claims.sub, roles: claims.role, groups: claims['webpubsub.group'] },
    }
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof z.ZodError) {
      return { kind: 'refused', reason: `Token refused: ${error.message}` }
    }
    throw error
  }
}

// The SDK signs the whole request address, query included, so host and path are compared alone.
const isFor = (audience: string, rules: TokenRules): boolean => {
  const url = URL.parse(audience)
  return url !== null && rules.hosts.includes(url.host) && url.pathname === rules.path
}
