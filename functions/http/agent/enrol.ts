import { createPublicKey } from 'node:crypto'
import { EnrolBody, type EnrolAnswer, type PublicKey } from '../../../orchestrations/contracts/agent.ts'
import { clientOf, type ClientId, type ServerId } from '../../../orchestrations/domain/ids.ts'
import { sha256 } from '../../adapters/tables/ledger.ts'
import { rowKeys } from '../../adapters/tables/rows.ts'
import { joinCampaigns } from '../../control/join.ts'
import type { Durable, Services } from '../../services.ts'
import { json, parseJson, Refusal } from '../respond.ts'
import { waitForApproval } from './waiting.ts'

/**
 * Registers a host's public key; a key once registered isn't replaced. A host that isn't in the inventory waits for
 * an operator.
 */
export async function enrol(services: Services, durable: Durable, body: Buffer) {
  const parsed = parseJson(EnrolBody, body)
  const { token, host, publicKey, agentVersion } = parsed
  requireUsable(publicKey)
  const hash = sha256(token)
  const issued = await services.fleet.token(hash)
  if (!issued) throw new Refusal('badEnrolmentToken')
  // Other characters are in no host name, and some of them are not allowed in a table's keys.
  const named = /^[\w.-]+$/.test(host) ? await services.fleet.hostsNamed(host) : []
  const serverId = named.find((id) => clientOf(id) === issued.clientId)
  if (!serverId) return waitForApproval(services, parsed, { hash, token: issued })
  const known = await keyOf(services, serverId)
  // The answer to an enrolment that was lost: also once the token is used up.
  if (known && sameKey(known.key, publicKey)) return json(answerOf(services, serverId, known.epoch))
  if (known) throw otherKey(serverId)
  // One use is taken before the key is registered: of many that race for the last one, one wins. What can be
  // refused before costs none: a host that tries again and again would use the token up.
  const used = await services.fleet.useToken(hash, services.clocks.wire())
  if (!used) throw new Refusal('badEnrolmentToken')
  const epoch = await register(services, used.clientId, serverId, (enrolledAt) => ({
    publicKey,
    enrolledAt,
    version: agentVersion,
  }))
  await joinCampaigns(services, durable, serverId)
  return json(answerOf(services, serverId, epoch), 201)
}

const notInInventory = (host: string, clientId: ClientId) =>
  new Refusal('hostNotInInventory', { host, clientId })

const otherKey = (serverId: ServerId) => new Refusal('enrolledWithOtherKey', { serverId })

/** A key that is no point of the curve would be stored and fail each request that it is to verify. */
function requireUsable({ kty, crv, x, y }: PublicKey): void {
  try {
    createPublicKey({ key: { kty, crv, x, y }, format: 'jwk' })
  } catch {
    throw new Refusal('badPublicKey')
  }
}

const sameKey = (a: PublicKey, b: PublicKey): boolean => a.x === b.x && a.y === b.y

/** The key that is registered for it, with its client's epoch. */
function keyOf(services: Services, serverId: ServerId) {
  return services.clients.read(clientOf(serverId), {}, (partition) => {
    const key = partition.server(serverId)?.agent?.publicKey
    return key && { key, epoch: partition.control().epoch }
  })
}

/** Answers its client's epoch. */
function register(
  services: Services,
  clientId: ClientId,
  serverId: ServerId,
  agentOf: (enrolledAt: number) => object,
): Promise<number> {
  return services.clients.transact(clientId, {}, (partition) => {
    const row = partition.server(serverId)
    if (!row) throw notInInventory(serverId, clientId)
    if (row.agent) throw otherKey(serverId)
    return {
      kind: 'write',
      rows: [{ rowKey: rowKeys.server(serverId), value: { ...row, agent: agentOf(services.clocks.wire()) } }],
      ledger: { actor: 'agent', action: 'agent.enrolled', object: serverId },
      value: partition.control().epoch,
    }
  })
}

function answerOf(services: Services, serverId: ServerId, epoch: number): EnrolAnswer {
  const commandKeys = [services.signer.publicKey]
  return { kind: 'enrolled', clientId: clientOf(serverId), serverId, commandKeys, epoch }
}
