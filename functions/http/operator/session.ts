import { randomBytes } from 'node:crypto'
import { EnrolmentTokenRequest, NegotiateAnswer } from '../../../orchestrations/contracts/api.ts'
import { clientGroup, fleetGroup } from '../../adapters/push.ts'
import { sha256 } from '../../adapters/tables/ledger.ts'
import { activeCampaigns } from '../../control/activeCampaigns.ts'
import { audit } from '../../control/audit.ts'
import { stopState } from '../../control/emergencyStop.ts'
import type { Services } from '../../services.ts'
import { json } from '../respond.ts'
import { noSuchClient, requireClient } from './auth.ts'
import { readers, type Call, type Route } from './route.ts'

export const sessionRoutes: readonly Route[] = [
  {
    name: 'me',
    method: 'GET',
    path: 'me',
    roles: readers,
    handle: (_, call) => Promise.resolve(json(call.me)),
  },
  { name: 'status', method: 'GET', path: 'status', roles: readers, handle: showStatus },
  { name: 'negotiate', method: 'POST', path: 'negotiate', roles: readers, handle: negotiate },
  {
    name: 'issueEnrolmentTokens',
    method: 'POST',
    path: 'enrolment-tokens',
    roles: ['operator'],
    handle: issueEnrolmentTokens,
  },
]

const viewerMinutes = 60

async function showStatus(services: Services, call: Call) {
  void call
  const { clocks } = services
  const [campaign] = await activeCampaigns(services)
  return json({
    clocks: { wire: clocks.wire(), plan: clocks.plan(), speed: clocks.speed },
    stop: await stopState(services),
    ...(campaign ? { campaign: campaign.head, campaignId: campaign.campaignId } : {}),
  })
}

/** A viewer gets its own clients' groups and no other; who sees the whole fleet gets the fleet's. */
async function negotiate(services: Services, call: Call) {
  const { clients, name } = call.me
  const groups = clients === 'all' ? [fleetGroup] : clients.map(clientGroup)
  if (clients !== 'all') await services.viewers.add(clients, viewerMinutes)
  const url = await services.push.accessUrl(name, groups, viewerMinutes)
  return json(NegotiateAnswer.parse({ url, groups }))
}

/** A token per client for N hosts and at most 7 days (operations.md, "Enrolment at scale"). */
async function issueEnrolmentTokens(services: Services, call: Call) {
  const { clients, hosts, days } = await call.body(EnrolmentTokenRequest)
  const known = new Set((await services.fleet.clients()).map((client) => client.clientId))
  const expiresAt = services.clocks.wire() + days * 24 * 3_600_000
  for (const clientId of clients) {
    requireClient(call.me, clientId)
    if (!known.has(clientId)) throw noSuchClient(clientId)
  }
  await audit(services, {
    actor: call.me.name,
    action: 'enrolmentTokens.issued',
    object: clients.join(' ').slice(0, 1000),
    detail: { clients: clients.length, hosts, days },
  })
  const tokens = await Promise.all(
    clients.map(async (clientId) => {
      const token = randomBytes(24).toString('base64url')
      await services.fleet.putToken(sha256(token), {
        clientId,
        left: hosts,
        expiresAt,
        issuedBy: call.me.name,
      })
      return { clientId, token, hosts, expiresAt }
    }),
  )
  return json({ tokens }, 201)
}
