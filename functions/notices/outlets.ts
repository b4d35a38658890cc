import type { Channel } from '../../orchestrations/contracts/api.ts'
import type { Clocks } from '../adapters/clock.ts'
import { createMailer, type Mailer } from '../adapters/mail.ts'
import { createWebhook, type Webhook } from '../adapters/webhook.ts'
import type { Settings } from '../settings.ts'

export interface Outlets {
  readonly mail?: Mailer
  readonly webhook?: Webhook
}

const made = new WeakMap<Settings, Outlets>()

/** What notices go out through, as the settings say; made once. */
export function outletsOf({ settings, clocks }: { settings: Settings; clocks: Clocks }): Outlets {
  const known = made.get(settings)
  if (known) return known
  const { ATLAS_MAIL: mail, ATLAS_WEBHOOK: webhook } = settings
  const outlets: Outlets = {
    ...(mail ? { mail: createMailer(mail) } : {}),
    ...(webhook ? { webhook: createWebhook(webhook, clocks) } : {}),
  }
  made.set(settings, outlets)
  return outlets
}

/** The channels that are configured; none = nobody is woken. */
export function channelsOf({ settings }: { settings: Settings }): Channel[] {
  return [
    ...(settings.ATLAS_MAIL ? (['mail'] as const) : []),
    ...(settings.ATLAS_WEBHOOK ? (['webhook'] as const) : []),
  ]
}
