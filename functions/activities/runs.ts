import { serverInstanceOf, type CampaignId, type ServerId } from '../../orchestrations/domain/ids.ts'
import type { Write } from '../adapters/tables/clientStore.ts'
import type { Partition } from '../adapters/tables/partition.ts'
import { rowKeys, type RunRow } from '../adapters/tables/rows.ts'

/** A server's place in a campaign. Throws when it has none. */
export function runOf(partition: Partition, campaignId: CampaignId, serverId: ServerId): RunRow {
  const run = partition.run(campaignId, serverId)
  if (!run) throw new Error(`Server ${serverId} has no place in campaign ${campaignId}`)
  return run
}

/**
 * A place that had ended, given back. A server that was started before gets a new instance: an old one, and
 * whatever it still does, is not its story any more.
 */
export function placeAgain(run: RunRow, state: Extract<RunRow['state'], { kind: 'pending' }>): RunRow {
  const { turn, ...rest } = run
  void turn
  return { ...rest, state, round: (run.round ?? 0) + 1 }
}

/**
 * Whether a server's story is over in the books: an operator resolved it, or gave the server its place back and
 * another instance has it. Nothing that an old story still does may count.
 */
export function isOfOlderStory(run: RunRow | undefined, instanceId: string): boolean {
  if (run === undefined) return false
  if (run.state.kind === 'ended') return true
  const stories = new RegExp(`^${run.campaignId}:p\\d+(?:r\\d+)?:`)
  const ofAServer = stories.test(instanceId) && instanceId.endsWith(`:${run.serverId}`)
  return ofAServer && instanceId !== serverInstanceOf(run)
}

/** Writes a server's place. */
export function putRun(run: RunRow): Write {
  return { rowKey: rowKeys.run(run.campaignId, run.order, run.serverId), value: run }
}
