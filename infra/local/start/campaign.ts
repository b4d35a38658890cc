import {
  CampaignList,
  InventoryAnswer,
  InventorySummary,
  PlanAnswer,
} from '../../../orchestrations/contracts/api.ts'
import { Board, CampaignHead } from '../../../orchestrations/contracts/board.ts'
import type { CampaignId } from '../../../orchestrations/domain/ids.ts'
import type { Plan } from '../../../orchestrations/domain/planned.ts'
import type { CampaignSettings } from '../../../orchestrations/domain/settings.ts'
import type { Api } from './api.ts'
import type { Source } from './inventory.ts'
import type { Rehearsal } from './kept.ts'

/** What a scenario changes of a campaign's settings. */
function settingsFor(scenario: string, seed: number): Partial<CampaignSettings> {
  switch (scenario) {
    case 'even':
      return { topology: false, serverMinutes: { p50: 45, p95: 50 } }
    case 'instant':
      return { topology: false, serverMinutes: { p50: 1, p95: 5 } }
    case 'storm':
      // Both ways to go on after a failure are trodden.
      return { onFailure: seed % 2 === 0 ? 'stopClient' : 'continue' }
    default:
      return {}
  }
}

export async function importInventory(api: Api, source: Source): Promise<void> {
  await api.upload(`inventory?file=${encodeURIComponent(source.name)}`, source.csv, InventoryAnswer)
}

/** Servers in the inventory. */
export const knownServers = async (api: Api): Promise<number> =>
  (await api.get('inventory', InventorySummary)).servers

/** The campaign of this data folder, when an earlier start has made one. */
export async function knownCampaign(api: Api): Promise<CampaignHead | undefined> {
  const { campaigns } = await api.get('campaigns', CampaignList)
  return campaigns[0]
}

/** Plans everything as the operator and has the plan approved by somebody else. */
export async function planAndApprove(
  operator: Api,
  approver: Api,
  { scenario, seed }: Pick<Rehearsal, 'scenario' | 'seed'>,
): Promise<CampaignHead> {
  const { campaign } = await operator.post(
    'campaigns',
    {
      name: 'Weekend of updates',
      selection: { kind: 'everything' },
      settings: settingsFor(scenario.name, seed),
      updates: { ids: scenario.updates.map((update) => update.id), categories: ['security'] },
    },
    PlanAnswer,
  )
  return approve(approver, campaign)
}

export function approve(approver: Api, campaign: CampaignHead): Promise<CampaignHead> {
  return approver.post(
    `campaigns/${campaign.campaignId}/approve`,
    { planHash: campaign.planHash },
    CampaignHead,
  )
}

/** START ALL. */
export function startCampaign(operator: Api, campaign: CampaignHead): Promise<CampaignHead> {
  return operator.post(
    `campaigns/${campaign.campaignId}/start`,
    { planHash: campaign.planHash },
    CampaignHead,
  )
}

export const readBoard = (api: Api, id: CampaignId): Promise<Board> => api.get(`campaigns/${id}`, Board)

export async function readPlan(api: Api, id: CampaignId): Promise<Plan> {
  return (await api.get(`campaigns/${id}/plan`, PlanAnswer)).plan
}

/**
 * Carried-over servers count as ended while their next window lies ahead; once that is open, the next pass is about to
 * begin, whatever a look finds in between.
 */
export function isOver({ campaign, clocks }: Pick<Board, 'campaign' | 'clocks'>): boolean {
  const { state, endedAt } = campaign
  if (state.kind === 'carryingOver') return state.nextAt !== undefined && state.nextAt > clocks.plan
  // A cancelled one still finishes what was under way.
  return state.kind === 'ended' || (state.kind === 'cancelled' && endedAt !== undefined)
}
