import type { Frame } from '../../orchestrations/contracts/board.ts'
import { clientGroup, fleetGroup } from '../adapters/push.ts'
import { eachOf } from '../concurrency.ts'
import { activeCampaigns } from '../control/activeCampaigns.ts'
import { stopState } from '../control/emergencyStop.ts'
import type { Services } from '../services.ts'

const groupsAtOnce = 16

/**
 * Tells viewers which revision each client is at: covers frames that a dying process never sent. The fleet's group
 * hears of all clients. A client's own group, when somebody watches it, hears of that one, and of the campaign and
 * its rings, about which nothing else tells it.
 */
export async function sendDigest(services: Services): Promise<void> {
  const { clocks, push } = services
  const [campaign] = await activeCampaigns(services)
  const [rows, stop, viewed] = await Promise.all([
    campaign ? services.campaigns.clients(campaign.campaignId) : [],
    stopState(services),
    services.viewers.viewed(),
  ])
  const common = {
    type: 'digest',
    ...(campaign ? { campaignId: campaign.campaignId } : {}),
    clocks: { wire: clocks.wire(), plan: clocks.plan(), speed: clocks.speed },
    stop,
  } as const
  const revisions = new Map(rows.map((row) => [row.clientId, row.revision]))
  await push.send(fleetGroup, { ...common, revisions: Object.fromEntries(revisions) })
  await eachOf(viewed, groupsAtOnce, async (clientId) => {
    const revision = revisions.get(clientId)
    const frame: Frame = {
      ...common,
      revisions: revision === undefined ? {} : { [clientId]: revision },
      ...(campaign ? { campaign: campaign.head, rings: [...campaign.rings] } : {}),
    }
    await push.send(clientGroup(clientId), frame)
  })
}
