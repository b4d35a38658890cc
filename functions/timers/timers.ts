import { app } from '@azure/functions'
import { Channel } from '../../orchestrations/contracts/api.ts'
import { sendDigest } from '../board/digest.ts'
import { cleanUp } from '../control/cleanup.ts'
import { settleStop } from '../control/emergencyStop.ts'
import { forgetOld } from '../control/retention.ts'
import { watch } from '../control/watchdog.ts'
import { tellClients } from '../notices/clientMails.ts'
import { forgetOldAnswers } from '../http/operator/idempotency.ts'
import { deliver } from '../notices/deliver.ts'
import { pingMonitor } from '../notices/monitor.ts'
import { channelsOf } from '../notices/outlets.ts'
import { lookAgainOnce } from '../notices/look.ts'
import type { Services } from '../services.ts'
import { durableInput, durableOf } from '../durableClient.ts'

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
    extraInputs: [durableInput],
    handler: async (_, context) => watch(await services(), durableOf(context)),
  })
  app.timer('cleanUp', {
    schedule: '50 */5 * * * *',
    extraInputs: [durableInput],
    handler: async (_, context) => cleanUp(await services(), durableOf(context)),
  })
  registerNotices(services)
}

/** Looking and each channel have a timer of their own: a mail server that hangs holds up nothing else. */
function registerNotices(services: () => Promise<Services>): void {
  app.timer('notices', {
    schedule: '*/10 * * * * *',
    handler: async (_, context) => lookAgainOnce(await services(), (text) => context.error(text)),
  })
  for (const channel of Channel.options) {
    app.timer(channel === 'mail' ? 'sendMail' : 'sendWebhook', {
      schedule: '5/10 * * * * *',
      handler: async (_, context) => {
        const all = await services()
        if (channelsOf(all).includes(channel)) await deliver(all, channel, (text) => context.error(text))
      },
    })
  }
  app.timer('tellClients', {
    schedule: '50 * * * * *',
    handler: async (_, context) => tellClients(await services(), (text) => context.error(text)),
  })
  app.timer('pingMonitor', {
    schedule: '40 * * * * *',
    handler: async (_, context) => pingMonitor(await services(), (text) => context.error(text)),
  })
  app.timer('forgetOldAnswers', {
    schedule: '0 17 * * * *',
    handler: async () => forgetOldAnswers(await services()),
  })
  // At noon: nothing of it is urgent, and campaigns run at night.
  app.timer('forgetOld', {
    schedule: '0 47 12 * * *',
    handler: async () => forgetOld(await services()),
  })
}
