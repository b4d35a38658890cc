import { app } from '@azure/functions'
import * as df from 'durable-functions'
import { fleetGroup } from '../adapters/push.ts'
import { activeCampaigns } from '../control/activeCampaigns.ts'
import { settleStop, stopState } from '../control/emergencyStop.ts'
import { watch } from '../control/watchdog.ts'
import type { Services } from '../services.ts'

/** Timers run on wire time (architecture.md, section 9). */
export function registerTimers(services: () => Promise<Services>): void {
  app.timer('digest', {
    schedule: '*/5 * * * * *',
    handler: async () => sendDigest(await services()),
  })
  app.timer('completeStop', {
    schedule: '*/10 * * * * *',
    handler: async () => {
      const all = await services()
      const control = await all.fleet.control()
      if (!control.settled) await settleStop(all, control)
    },
  })
  app.timer('watchdog', {
    schedule: '30 * * * * *',
    extraInputs: [df.input.durableClient()],
    handler: async (_, context) => watch(await services(), df.getClient(context)),
  })
}

/** Tells viewers which revision each client is at: covers frames that a dying process never sent. */
async function sendDigest(services: Services): Promise<void> {
  const { clocks } = services
  const [campaign] = await activeCampaigns(services)
  const rows = campaign ? await services.campaigns.clients(campaign.campaignId) : []
  await services.push.send(fleetGroup, {
    type: 'digest',
    ...(campaign ? { campaignId: campaign.campaignId } : {}),
    clocks: { wire: clocks.wire(), plan: clocks.plan(), speed: clocks.speed },
    stop: await stopState(services),
    revisions: Object.fromEntries(rows.map((row) => [row.clientId, row.revision])),
  })
}
