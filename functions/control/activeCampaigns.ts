import type { CampaignHead, RingRow } from '../../orchestrations/contracts/board.ts'
import { briefly } from '../briefly.ts'
import type { Services } from '../services.ts'

export interface ActiveCampaign {
  readonly head: CampaignHead
  readonly campaignId: CampaignHead['campaignId']
  readonly rings: readonly RingRow[]
}

const active = new Set<CampaignHead['state']['kind']>(['approved', 'running', 'paused', 'carryingOver'])

/** A cancelled one goes on until what was under way has finished. */
export const isActive = ({ state, endedAt }: CampaignHead): boolean =>
  active.has(state.kind) || (state.kind === 'cancelled' && endedAt === undefined)

const cacheMs = 1_500

/** Every campaign, newest first; at most 1.5 s old (wire). */
export const campaignHeads = briefly<CampaignHead[]>(cacheMs, (services) => services.campaigns.heads())

/** Planned or approved, and being looked at before the night. */
export const preparingCampaigns = briefly<readonly CampaignHead['campaignId'][]>(cacheMs, async (services) =>
  (await campaignHeads(services)).flatMap((head) => (head.preparing === true ? [head.campaignId] : [])),
)

/** Campaigns that are approved, running, paused, carrying over or being cancelled; at most 1.5 s old (wire). */
export const activeCampaigns = briefly<ActiveCampaign[]>(cacheMs, async (services) => {
  const heads = (await services.campaigns.heads()).filter(isActive)
  return Promise.all(
    heads.map(async (head) => ({
      head,
      campaignId: head.campaignId,
      rings: await services.campaigns.rings(head.campaignId),
    })),
  )
})

/** Those of them that have begun and may start servers. */
export async function campaignsUnderWay(services: Services): Promise<ActiveCampaign[]> {
  const found = await activeCampaigns(services)
  return found.filter(({ head }) => head.state.kind !== 'approved' && head.state.kind !== 'cancelled')
}

/** After a change by this process: an agent that asks at once must not hear that nothing is going on. */
export function forgetActiveCampaigns(services: Services): void {
  activeCampaigns.forget(services)
  campaignHeads.forget(services)
  preparingCampaigns.forget(services)
}

/** The campaign that people mean when they name none: the one started last, else the one planned last. */
export function newestOf(heads: readonly CampaignHead[]): CampaignHead | undefined {
  const started = heads
    .filter((head) => head.startedAt !== undefined)
    .sort((a, b) => (b.startedAt ?? 0) - (a.startedAt ?? 0))
  return started[0] ?? heads[0]
}
