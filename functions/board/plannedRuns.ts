import type { CampaignId } from '../../orchestrations/domain/ids.ts'
import type { PlannedClient } from '../../orchestrations/domain/planned.ts'
import type { RunRow } from '../adapters/tables/rows.ts'

/** A client's places before its first turn writes them down: everything waits, in the plan's order. */
export function plannedRuns(campaignId: CampaignId, planned: PlannedClient | undefined): RunRow[] {
  const servers = planned?.servers ?? []
  return servers.map(({ serverId, order }) => ({
    campaignId,
    serverId,
    order,
    state: { kind: 'pending' },
    attempts: 0,
    updates: [],
    pass: 0,
  }))
}
