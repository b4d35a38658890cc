import { setTimeout as delay } from 'node:timers/promises'
import { NoticeList, type Delivery } from '../../../orchestrations/contracts/api.ts'
import type { CampaignHead } from '../../../orchestrations/contracts/board.ts'
import type { Api } from './api.ts'

/** Wire ms. The watch looks every ten seconds, the mail goes five later; then the report is read and written. */
const patienceMs = 120_000
const lookEveryMs = 1_000

/**
 * Waits until the mail about a campaign's end, with the fleet's report, has gone out, and answers what became of it;
 * `waiting`: not within two minutes of wire time.
 */
export async function mailOfEnd(
  api: Api,
  campaign: CampaignHead,
  patience: { readonly everyMs: number; readonly mostMs: number } = {
    everyMs: lookEveryMs,
    mostMs: patienceMs,
  },
): Promise<Delivery['kind']> {
  const until = performance.now() + patience.mostMs
  for (;;) {
    const { notices } = await api.get('notices?limit=100', NoticeList)
    const told = notices.find(
      ({ kind, campaignId, planAt }) =>
        kind === 'campaignEnded' &&
        campaignId === campaign.campaignId &&
        planAt >= (campaign.endedAt ?? Infinity),
    )
    const mail = told?.deliveries.find(({ channel }) => channel === 'mail')
    if (mail !== undefined && mail.kind !== 'waiting') return mail.kind
    if (performance.now() >= until) return 'waiting'
    await delay(patience.everyMs)
  }
}
