import { app } from '@azure/functions'
import * as df from 'durable-functions'
import { sendDigest } from '../board/digest.ts'
import { settleStop } from '../control/emergencyStop.ts'
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
