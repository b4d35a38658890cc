import { wakeEvent } from '../../orchestrations/campaign/wait.ts'
import type { CampaignId, ClientId } from '../../orchestrations/domain/ids.ts'
import { clientWaiters, stopWaiters } from '../activities/peek.ts'
import { eachOf } from '../concurrency.ts'
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

/** Tells those of a client's servers that wait for a stop's end to look again. */
export async function wakeStopped(
  services: Services,
  durable: Durable,
  campaignId: CampaignId,
  clientId: ClientId,
): Promise<void> {
  await wakeAll(durable, await services.campaigns.waitersWith(campaignId, stopWaiters(clientId)))
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
