import type { ClientRow } from '../../orchestrations/contracts/board.ts'
import type { CampaignId, ClientId } from '../../orchestrations/domain/ids.ts'
import { eachOf } from '../concurrency.ts'
import type { Services } from '../services.ts'
import { clientRowOf } from './clientRow.ts'

const clientsAtOnce = 16

/**
 * Clients' lines rebuilt from their partitions, and stored: what is decided from them is the truth, whichever
 * process committed it, and has not died before its own summary. A client that has no place yet has no line.
 */
export async function freshRows(
  services: Services,
  campaignId: CampaignId,
  clients: readonly ClientId[],
): Promise<ClientRow[]> {
  const rows: ClientRow[] = []
  await eachOf(clients, clientsAtOnce, async (clientId) => {
    const row = await services.clients.read(clientId, { campaign: campaignId }, (partition) =>
      clientRowOf(partition, campaignId, services.clocks.plan(), services.live.holdOf(campaignId, clientId)),
    )
    if (row) rows.push(row)
  })
  await services.campaigns.putClients(campaignId, rows)
  return rows
}
