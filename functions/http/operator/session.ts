import { Me, NegotiateAnswer, Status } from '../../../orchestrations/contracts/api.ts'
import { clientGroup, fleetGroup } from '../../adapters/push.ts'
import { activeCampaigns } from '../../control/activeCampaigns.ts'
import { stopState } from '../../control/emergencyStop.ts'
import type { Services } from '../../services.ts'
import { json } from '../respond.ts'
import { readers, type Call, type Route } from './route.ts'

export const sessionRoutes: readonly Route[] = [
  {
    name: 'me',
    method: 'GET',
    path: 'me',
    roles: readers,
    summary: 'Says who the caller is, with which roles and clients.',
    answers: { 200: Me },
    handle: (_, call) => Promise.resolve(json(call.me)),
  },
  {
    name: 'status',
    method: 'GET',
    path: 'status',
    roles: readers,
    summary: 'Shows the clocks, the emergency stop and the campaign that is under way.',
    answers: { 200: Status },
    handle: showStatus,
  },
  {
    name: 'negotiate',
    method: 'POST',
    path: 'negotiate',
    roles: readers,
    summary: "Gives an address of Web PubSub for the caller's own groups, read-only, for an hour.",
    answers: { 200: NegotiateAnswer },
    unlimited: true,
    handle: negotiate,
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
