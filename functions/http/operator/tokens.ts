import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import {
  EnrolmentTokenAnswer,
  EnrolmentTokenList,
  EnrolmentTokenRequest,
} from '../../../orchestrations/contracts/api.ts'
import type { ClientId } from '../../../orchestrations/domain/ids.ts'
import type { EnrolmentToken } from '../../adapters/tables/fleetStore.ts'
import { sha256 } from '../../adapters/tables/ledger.ts'
import { audit } from '../../control/audit.ts'
import type { Services } from '../../services.ts'
import { json, nothing, Refusal } from '../respond.ts'
import { noSuchClient, requireClient } from './auth.ts'
import { readers, type Call, type Route } from './route.ts'

export const tokenRoutes: readonly Route[] = [
  {
    name: 'issueEnrolmentTokens',
    method: 'POST',
    path: 'enrolment-tokens',
    roles: ['operator'],
    summary: 'Issues one enrolment token per client, for N hosts and at most 7 days.',
    body: EnrolmentTokenRequest,
    answers: { 201: EnrolmentTokenAnswer },
    starts: true,
    handle: issueEnrolmentTokens,
  },
  {
    name: 'listEnrolmentTokens',
    method: 'GET',
    path: 'enrolment-tokens',
    roles: readers,
    summary: 'Lists the enrolment tokens that are still usable, without the tokens themselves.',
    answers: { 200: EnrolmentTokenList },
    handle: listEnrolmentTokens,
  },
  {
    name: 'revokeEnrolmentToken',
    method: 'DELETE',
    path: 'enrolment-tokens/{tokenId}',
    roles: ['operator'],
    summary: 'Revokes an enrolment token; hosts that enrolled with it stay enrolled.',
    answers: { 204: null },
    handle: revokeEnrolmentToken,
  },
]

/** A token per client for N hosts and at most 7 days (operations.md, "Enrolment at scale"). */
async function issueEnrolmentTokens(services: Services, call: Call) {
  const { clients, hosts, days, hours = days * 24 } = await call.body(EnrolmentTokenRequest)
  const known = new Set((await services.fleet.clients()).map((client) => client.clientId))
  const expiresAt = services.clocks.wire() + hours * 3_600_000
  for (const clientId of clients) {
    requireClient(call.me, clientId)
    if (!known.has(clientId)) throw noSuchClient(clientId)
  }
  await audit(services, {
    actor: call.me.name,
    action: 'enrolmentTokens.issued',
    object: clients.join(' ').slice(0, 1000),
    detail: { clients: clients.length, hosts, hours },
  })
  const issuedBy = call.me.name
  const tokens = await Promise.all(
    clients.map(async (clientId) => {
      // A letter first: what begins with a dash is an option to the agent's command line, not its value.
      const token = `t${randomBytes(24).toString('base64url')}`
      await services.fleet.putToken(sha256(token), { clientId, left: hosts, expiresAt, issuedBy })
      return { clientId, token, hosts, expiresAt }
    }),
  )
  return json({ tokens }, 201)
}

/** The hash is no secret, yet long: its beginning names the token. */
const idOf = (hash: string): string => hash.slice(0, 16)
const TokenId = z.string().regex(/^[0-9a-f]{16}$/)

type Stored = EnrolmentToken & { readonly hash: string }

async function usable(services: Services, call: Call): Promise<Stored[]> {
  const now = services.clocks.wire()
  const mine = (clientId: ClientId) => call.me.clients === 'all' || call.me.clients.includes(clientId)
  return (await services.fleet.tokens()).filter(
    ({ clientId, left, expiresAt }) => left > 0 && expiresAt > now && mine(clientId),
  )
}

async function listEnrolmentTokens(services: Services, call: Call) {
  const tokens = (await usable(services, call))
    .sort((a, b) => a.expiresAt - b.expiresAt || (a.hash < b.hash ? -1 : 1))
    .map(({ hash, clientId, left, expiresAt, issuedBy }) => ({
      id: idOf(hash),
      clientId,
      left,
      expiresAt,
      issuedBy,
    }))
  return json({ tokens } satisfies EnrolmentTokenList)
}

async function revokeEnrolmentToken(services: Services, call: Call) {
  const id = call.param('tokenId', TokenId, 'enrolmentToken')
  const token = (await usable(services, call)).find(({ hash }) => idOf(hash) === id)
  if (!token) throw new Refusal('noSuchEnrolmentToken', { tokenId: id })
  await audit(services, {
    actor: call.me.name,
    action: 'enrolmentToken.revoked',
    object: token.clientId,
    detail: { id, left: token.left },
  })
  await services.fleet.revokeToken(token.hash)
  return nothing()
}
