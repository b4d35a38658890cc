import { cellLetters, type ClientRow } from '../../orchestrations/contracts/board.ts'
import type { CampaignId, ClientId } from '../../orchestrations/domain/ids.ts'
import { reason } from '../../orchestrations/domain/reasons.ts'
import type { Fact, WatchedCampaign } from '../adapters/tables/noticeRows.ts'
import type { Partition } from '../adapters/tables/partition.ts'
import { eachOf } from '../concurrency.ts'
import type { Services } from '../services.ts'

const clientsAtOnce = 8

/** Only clients in trouble are read, and only when they have changed since. */
export async function factsOf(
  services: Services,
  campaignId: CampaignId,
  rows: readonly ClientRow[],
  known: WatchedCampaign['clients'],
): Promise<WatchedCampaign['clients']> {
  const facts: WatchedCampaign['clients'] = {}
  await eachOf(rows.filter(isTroubled), clientsAtOnce, async ({ clientId, revision }) => {
    const last = known[clientId]
    facts[clientId] =
      last?.revision === revision ? last : { revision, ...(await readFacts(services, campaignId, clientId)) }
  })
  return facts
}

const isTroubled = ({ cells, trouble }: ClientRow): boolean =>
  trouble !== undefined || cells.includes(cellLetters.needsOperator) || cells.includes(cellLetters.unknown)

function readFacts(services: Services, campaignId: CampaignId, clientId: ClientId) {
  return services.clients.read(clientId, { campaign: campaignId }, (partition) => {
    const zone = partition.config()?.zone
    return { ...(zone === undefined ? {} : { zone }), facts: factsIn(partition, campaignId) }
  })
}

function factsIn(partition: Partition, campaignId: CampaignId): Fact[] {
  return partition.runs(campaignId).flatMap(({ serverId, state }): Fact[] => {
    const about = { serverId, host: partition.server(serverId)?.server.host ?? serverId }
    if (state.kind === 'unknown')
      return [{ kind: 'unknown', ...about, at: state.since, reason: state.reason }]
    if (state.kind !== 'ended' || state.outcome !== 'needsOperator') return []
    const why = state.reason ?? reason('internalError')
    return [{ kind: 'needsOperator', ...about, at: state.endedAt, reason: why }]
  })
}
