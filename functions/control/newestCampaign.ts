import type { CampaignHead } from '../../orchestrations/contracts/board.ts'
import { briefly } from '../briefly.ts'

/** Every campaign, newest first; at most 1.5 s old (wire). */
export const campaignHeads = briefly<CampaignHead[]>(1_500, (services) => services.campaigns.heads())

/** The campaign that people mean when they name none: the one started last, else the one planned last. */
export function newestOf(heads: readonly CampaignHead[]): CampaignHead | undefined {
  const started = heads
    .filter((head) => head.startedAt !== undefined)
    .sort((a, b) => (b.startedAt ?? 0) - (a.startedAt ?? 0))
  return started[0] ?? heads[0]
}
