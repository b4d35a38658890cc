import { createHash, timingSafeEqual } from 'node:crypto'
import { createRemoteJWKSet, jwtVerify, type JWTVerifyGetKey } from 'jose'
import type { HttpRequest } from '@azure/functions'
import { z } from 'zod'
import { Me } from '../../../orchestrations/contracts/api.ts'
import { clientOf, fleetLedger, type ClientId, type ServerId } from '../../../orchestrations/domain/ids.ts'
import type { Settings } from '../../settings.ts'
import { Refusal } from '../respond.ts'

export type Role = Me['roles'][number]
export type Authenticate = (request: HttpRequest) => Promise<Me>

const longestToken = 8_192

/** Checks bearer tokens: of named operators (by hash) and, where configured, of Entra ID. Default deny. */
export function createAuthentication(settings: Settings, keys?: JWTVerifyGetKey): Authenticate {
  const operators = settings.ATLAS_OPERATORS.map((operator) => ({
    me: Me.parse({ name: operator.name, roles: operator.roles, clients: operator.clients }),
    hash: Buffer.from(operator.tokenSha256, 'hex'),
  }))
  const entra = settings.ATLAS_ENTRA
  const jwks = keys ?? (entra ? createRemoteJWKSet(new URL(entra.jwks)) : undefined)

  return async (request) => {
    const header = request.headers.get('authorization') ?? ''
    if (!/^bearer /i.test(header)) throw new Refusal('tokenMissing')
    const token = header.slice(7).trim()
    if (token.length > longestToken) throw new Refusal('tokenTooLong')
    const hash = createHash('sha256').update(token).digest()
    const named = operators.find((operator) => timingSafeEqual(operator.hash, hash))
    if (named) return named.me
    if (!entra || !jwks) throw new Refusal('tokenUnknown')
    return entraOperator(token, jwks, entra)
  }
}

const EntraClaims = z.object({
  name: z.string().optional(),
  preferred_username: z.string().optional(),
  sub: z.string(),
  roles: Me.shape.roles.min(1),
  /** Directory extension: the clients that the operator may see; absent = all. */
  extension_clients: z.array(z.string()).optional(),
})

/** Source: learn.microsoft.com, "Access token claims reference" (roles, aud, iss). */
async function entraOperator(
  token: string,
  keys: JWTVerifyGetKey,
  entra: { issuer: string; audience: string },
): Promise<Me> {
  try {
    const { payload } = await jwtVerify(token, keys, { issuer: entra.issuer, audience: entra.audience })
    const claims = EntraClaims.parse(payload)
    return Me.parse({
      name: claims.preferred_username ?? claims.name ?? claims.sub,
      roles: claims.roles,
      clients: claims.extension_clients ?? 'all',
    })
  } catch (error) {
    throw new Refusal('tokenRefused', { message: error instanceof Error ? error.message : String(error) })
  }
}

/** Refuses unless the operator has one of the roles; `admin` has them all. */
export function requireRole(me: Me, ...roles: readonly Role[]): void {
  if (me.roles.includes('admin') || me.roles.some((role) => roles.includes(role))) return
  throw new Refusal('roleMissing', { name: me.name, has: me.roles, takes: roles })
}

/** Refuses what lies outside the operator's clients, in the words of something that doesn't exist. */
export function requireClient(me: Me, clientId: ClientId): void {
  if (me.clients === 'all') return
  // The fleet's own ledger is nobody's client, whatever a token lists.
  if (clientId === fleetLedger || !me.clients.includes(clientId)) throw noSuchClient(clientId)
}

/** The same for one of a client's servers. */
export function requireServer(me: Me, serverId: ServerId): void {
  if (me.clients !== 'all' && !me.clients.includes(clientOf(serverId))) throw noSuchServer(serverId)
}

export function requireWholeFleet(me: Me): void {
  if (me.clients === 'all') return
  throw new Refusal('wholeFleetOnly', { name: me.name, clients: me.clients.length })
}

export const noSuchClient = (clientId: string): Refusal => new Refusal('noSuchClient', { clientId })
export const noSuchServer = (serverId: string): Refusal => new Refusal('noSuchServer', { serverId })
