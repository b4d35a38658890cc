import type { CampaignId, ServerId } from '../../orchestrations/domain/ids.ts'
import type { Write } from '../adapters/tables/clientStore.ts'
import type { Partition } from '../adapters/tables/partition.ts'
import { rowKeys, type RunRow } from '../adapters/tables/rows.ts'

/** A server's place in a campaign. Throws when it has none. */
export function runOf(partition: Partition, campaignId: CampaignId, serverId: ServerId): RunRow {
  const run = partition.run(campaignId, serverId)
  if (!run) throw new Error(`Server ${serverId} has no place in campaign ${campaignId}`)
  return run
}

/** Writes a server's place. */
export function putRun(run: RunRow): Write {
  return { rowKey: rowKeys.run(run.campaignId, run.order, run.serverId), value: run }
}
