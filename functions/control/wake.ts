import { wakeEvent } from '../../orchestrations/campaign/wait.ts'
import type { CampaignId, ClientId } from '../../orchestrations/domain/ids.ts'
import { clientWaiter } from '../activities/peek.ts'
import { plannedClient } from '../activities/turnFacts.ts'
import { eachOf } from '../concurrency.ts'
import type { Durable, Services } from '../services.ts'

/** Tells a client's lanes to look again: somebody changed its control, or one of its servers ended. */
export async function wakeClient(
  services: Services,
  durable: Durable,
  campaignId: CampaignId,
  clientId: ClientId,
): Promise<void> {
  const planned = await plannedClient(services, campaignId, clientId)
  const lanes = Array.from({ length: planned?.maxParallelServers ?? 1 }, (_, lane) =>
    clientWaiter(clientId, lane),
  )
  await wake(services, durable, campaignId, lanes)
}

/**
 * Tells waiting orchestrations to look again: all of a campaign's, or those that wait for one subject. A hint
 * that doesn't arrive costs the wait's next poll, so failures are not the caller's.
 */
export async function wake(
  services: Services,
  durable: Durable,
  campaignId: CampaignId,
  subjects?: readonly string[],
): Promise<void> {
  const found = subjects
    ? await Promise.all(subjects.map((subject) => services.campaigns.waiters(campaignId, subject)))
    : [await services.campaigns.waiters(campaignId)]
  await eachOf(found.flat(), 16, async (instanceId) => {
    // 404 and 410: the wait is over already.
    await durable.raiseEvent(instanceId, wakeEvent, null).catch(() => undefined)
  })
}
