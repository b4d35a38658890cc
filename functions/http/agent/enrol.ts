import { EnrolBody, type EnrolAnswer } from '../../../orchestrations/contracts/agent.ts'
import { clientOf, type ClientId, type ServerId } from '../../../orchestrations/domain/ids.ts'
import { sha256 } from '../../adapters/tables/ledger.ts'
import { rowKeys } from '../../adapters/tables/rows.ts'
import type { Services } from '../../services.ts'
import { json, parseJson, Refusal } from '../respond.ts'

const badToken = () =>
  new Refusal(403, 'The enrolment token is not valid', {
    detail: 'It is unknown, used up, expired, or of another client.',
    fix: 'Issue a new one: POST /api/enrolment-tokens.',
  })

/** Registers a host's public key. The host must be in the inventory; a key once registered isn't replaced. */
export async function enrol(services: Services, body: Buffer) {
  const { token, host, publicKey, agentVersion } = parseJson(EnrolBody, body)
  const candidates = await services.fleet.hostsNamed(host)
  const known = await enrolledAs(services, candidates, publicKey.x)
  if (known) return json(await answerOf(services, known))
  // One use is taken before the key is registered: of many that race for the last one, one wins.
  const used = await services.fleet.useToken(sha256(token), services.clocks.wire())
  if (!used) throw badToken()
  const serverId = candidates.find((candidate) => clientOf(candidate) === used.clientId)
  if (!serverId)
    throw new Refusal(404, `${host} is not in the inventory of client ${used.clientId}`, {
      fix: 'Import it first, then enrol it again.',
    })
  await register(services, used.clientId, serverId, (enrolledAt) => ({
    publicKey,
    enrolledAt,
    version: agentVersion,
  }))
  return json(await answerOf(services, serverId), 201)
}

async function enrolledAs(
  services: Services,
  candidates: readonly ServerId[],
  x: string,
): Promise<ServerId | undefined> {
  for (const serverId of candidates) {
    const look = await services.clients.read(
      clientOf(serverId),
      {},
      (partition) => partition.server(serverId)?.agent,
    )
    if (look?.publicKey.x === x) return serverId
  }
  return undefined
}

async function register(
  services: Services,
  clientId: ClientId,
  serverId: ServerId,
  agentOf: (enrolledAt: number) => object,
): Promise<void> {
  await services.clients.transact(clientId, {}, (partition) => {
    const row = partition.server(serverId)
    if (!row) throw new Refusal(404, `${serverId} is not in the inventory`)
    if (row.agent)
      throw new Refusal(409, `${serverId} is enrolled with another key`, {
        fix: 'If the machine was rebuilt, an operator removes the old key first.',
      })
    return {
      kind: 'write',
      rows: [{ rowKey: rowKeys.server(serverId), value: { ...row, agent: agentOf(services.clocks.wire()) } }],
      ledger: { actor: 'agent', action: 'agent.enrolled', object: serverId },
      value: undefined,
    }
  })
}

async function answerOf(services: Services, serverId: ServerId): Promise<EnrolAnswer> {
  const clientId = clientOf(serverId)
  const epoch = await services.clients.read(clientId, {}, (partition) => partition.control().epoch)
  return { kind: 'enrolled', clientId, serverId, commandKeys: [services.signer.publicKey], epoch }
}
