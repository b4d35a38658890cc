import { wakeEvent } from '../../orchestrations/campaign/wait.ts'
import type { CampaignId, ClientId } from '../../orchestrations/domain/ids.ts'
import { clientWaiters, stopWaiters } from '../activities/peek.ts'
import { eachOf } from '../concurrency.ts'
import { activeCampaigns } from './activeCampaigns.ts'
import type { Durable, Services } from '../services.ts'

/** Tells a client's lanes to look again: somebody changed its control, or one of its servers ended. */
export async function wakeClient(
  services: Services,
  durable: Durable,
  campaignId: CampaignId,
  clientId: ClientId,
): Promise<void> {
  await wakeAll(durable, await services.campaigns.waitersWith(campaignId, clientWaiters(clientId)))
}

/** Tells all that waits for a client, in whichever campaign: its lanes, and its servers that a stop holds. */
export async function wakeAllOf(services: Services, durable: Durable, clientId: ClientId): Promise<void> {
  for (const { campaignId } of await activeCampaigns(services)) {
    await wakeClient(services, durable, campaignId, clientId)
    await wakeAll(durable, await services.campaigns.waitersWith(campaignId, stopWaiters(clientId)))
  }
}

/** Tells waiting orchestrations to look again: all of a campaign's, or those that wait for one subject. */
export async function wake(
  services: Services,
  durable: Durable,
  campaignId: CampaignId,
  subjects?: readonly string[],
): Promise<void> {
  const found = subjects
    ? await Promise.all(subjects.map((subject) => services.campaigns.waiters(campaignId, subject)))
    : [await services.campaigns.waiters(campaignId)]
  await wakeAll(durable, found.flat())
}

/** A hint that doesn't arrive costs the wait's next poll, so failures are not the caller's. */
async function wakeAll(durable: Durable, instances: readonly string[]): Promise<void> {
  await eachOf(instances, 16, async (instanceId) => {
    // 404 and 410: the wait is over already.
    await durable.raiseEvent(instanceId, wakeEvent, null).catch(() => undefined)
  })
}
