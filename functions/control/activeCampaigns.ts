import type { CampaignHead, RingRow } from '../../orchestrations/contracts/board.ts'
import type { Services } from '../services.ts'

export interface ActiveCampaign {
  readonly head: CampaignHead
  readonly campaignId: CampaignHead['campaignId']
  readonly rings: readonly RingRow[]
}

const active = new Set<CampaignHead['state']['kind']>(['approved', 'running', 'paused', 'carryingOver'])

/** A cancelled one goes on until what was under way has finished. */
const isActive = ({ state, endedAt }: CampaignHead): boolean =>
  active.has(state.kind) || (state.kind === 'cancelled' && endedAt === undefined)
const cacheMs = 1_500

const caches = new WeakMap<Services, { at: number; value: Promise<ActiveCampaign[]> }>()

/** Campaigns that are approved, running, paused, carrying over or being cancelled; at most 1.5 s old (wire). */
export function activeCampaigns(services: Services): Promise<ActiveCampaign[]> {
  const now = services.clocks.wire()
  const cached = caches.get(services)
  if (cached && now - cached.at < cacheMs) return cached.value
  const value = read(services)
  caches.set(services, { at: now, value })
  value.catch(() => {
    if (caches.get(services)?.value === value) caches.delete(services)
  })
  return value
}

/** After a change by this process: an agent that asks at once must not hear that nothing is going on. */
export function forgetActiveCampaigns(services: Services): void {
  caches.delete(services)
}

async function read(services: Services): Promise<ActiveCampaign[]> {
  const heads = (await services.campaigns.heads()).filter(isActive)
  return Promise.all(
    heads.map(async (head) => ({
      head,
      campaignId: head.campaignId,
      rings: await services.campaigns.rings(head.campaignId),
    })),
  )
}
