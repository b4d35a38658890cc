import { createHash } from 'node:crypto'
import type { EnrolAnswer, EnrolBody, PublicKey } from '../../../orchestrations/contracts/agent.ts'
import { isHostName, serverIdFor } from '../../../orchestrations/domain/hostname.ts'
import type { EnrolmentToken } from '../../adapters/tables/fleetStore.ts'
import type { EnrolmentRow } from '../../adapters/tables/enrolments.ts'
import type { Services } from '../../services.ts'
import { json, Refusal } from '../respond.ts'

/** RFC 7638: the thumbprint of an EC key is over these members, in this order. */
export function thumbprintOf({ crv, kty, x, y }: PublicKey): string {
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url')
}

const longestWait = 'An operator decides whether this host belongs to the client. It asks again by itself.'

/**
 * A host that isn't in the inventory and has a token that is good: it waits for an operator. The first key that asks
 * for a name is the one that is judged; a second one is refused. As many wait as the token has uses left.
 */
export async function waitForApproval(
  services: Services,
  body: EnrolBody,
  { hash, token }: { hash: string; token: EnrolmentToken },
) {
  const { host, publicKey, agentVersion } = body
  if (!isHostName(host)) throw new Refusal('badHostName')
  const enrolmentId = serverIdFor(token.clientId, host)
  const known = await services.enrolments.find(enrolmentId)
  if (known) return answerTo(known, publicKey)
  const now = services.clocks.wire()
  const waiting = (await services.enrolments.list()).filter(([, row]) => row.token === hash && !row.refused)
  if (token.expiresAt <= now || waiting.length >= token.left) throw new Refusal('enrolmentTokenFull')
  const row: EnrolmentRow = {
    enrolmentId,
    clientId: token.clientId,
    host,
    thumbprint: thumbprintOf(publicKey),
    agentVersion,
    askedAt: now,
    publicKey,
    token: hash,
  }
  const stored = await services.enrolments.change(enrolmentId, (current) => (current ? undefined : row))
  return answerTo(stored ?? (await services.enrolments.find(enrolmentId)) ?? row, publicKey)
}

function answerTo(row: EnrolmentRow, publicKey: PublicKey) {
  if (row.thumbprint !== thumbprintOf(publicKey)) throw new Refusal('otherKeyWaits', { host: row.host })
  if (row.refused) throw new Refusal('enrolmentRefused', { host: row.host, said: row.refused.reason })
  return json({ kind: 'waitingForApproval', message: longestWait } satisfies EnrolAnswer, 202)
}
