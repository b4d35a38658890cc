import type { CampaignHead, CellName } from '../../../orchestrations/contracts/board.ts'
import { clientOf, type CampaignId, type ServerId } from '../../../orchestrations/domain/ids.ts'
import type { RunRow } from '../../adapters/tables/rows.ts'
import type { Services } from '../../services.ts'
import { Refusal } from '../respond.ts'
import { noSuchServer } from './auth.ts'

/**
 * The campaign that an action on a server is about: the one asked for, else the newest in which the server's place
 * is such a one. Refused when there is none.
 */
export async function whichCampaign(
  services: Services,
  serverId: ServerId,
  { asked, fits }: { asked: CampaignId | undefined; fits: (run: RunRow) => boolean },
): Promise<{ head: CampaignHead; run: RunRow }> {
  const clientId = clientOf(serverId)
  const known = await services.clients.read(clientId, {}, (partition) => partition.server(serverId))
  if (!known) throw noSuchServer(serverId)
  const heads = (await services.campaigns.heads()).filter(
    ({ campaignId }) => (asked ?? campaignId) === campaignId,
  )
  const runs = new Map(
    (await services.history.runs(clientId))
      .filter((run) => run.serverId === serverId)
      .map((run) => [run.campaignId, run]),
  )
  const places = heads.flatMap((head) => {
    const run = runs.get(head.campaignId)
    return run ? [{ head, run }] : []
  })
  const found = places.find(({ run }) => fits(run)) ?? places[0]
  if (found) return found
  throw asked === undefined
    ? new Refusal('serverInNoCampaign', { serverId })
    : new Refusal('serverNotInCampaign', { serverId, campaignId: asked })
}

/** How a place reads in a refusal. */
export const stateName = ({ state }: RunRow): CellName =>
  state.kind === 'ended' ? state.outcome : state.kind
