import { cellLetters, type CampaignHead } from '../../orchestrations/contracts/board.ts'
import type { CampaignId, ClientId } from '../../orchestrations/domain/ids.ts'
import { putRun } from '../activities/runs.ts'
import { maxRowsPerTransaction } from '../adapters/tables/clientStore.ts'
import type { RunRow } from '../adapters/tables/rows.ts'
import { eachOf } from '../concurrency.ts'
import type { Durable, Services } from '../services.ts'
import { instanceState } from './instances.ts'
import { nextStory, passOf, startStory, storyInstance, type Story } from './story.ts'

const clientsAtOnce = 8

/**
 * Servers that got a place, and whose story was never started because its caller died, or broke: once the stories
 * of their ring are over nobody else would take them up. One query a campaign; clients are read only when they
 * have servers that wait.
 */
export async function takeUpForgotten(
  services: Services,
  durable: Durable,
  heads: readonly CampaignHead[],
): Promise<void> {
  for (const { campaignId, state } of heads) {
    if (state.kind !== 'running' && state.kind !== 'carryingOver') continue
    const rings = await services.campaigns.rings(campaignId)
    const over = new Set(rings.flatMap(({ ring, endedAt }) => (endedAt === undefined ? [] : [ring])))
    const rows = await services.campaigns.clients(campaignId)
    const waiting = rows.filter(({ ring, cells }) => over.has(ring) && cells.includes(cellLetters.pending))
    await eachOf(waiting, clientsAtOnce, ({ clientId }) => takeUp(services, durable, campaignId, clientId))
  }
}

async function takeUp(
  services: Services,
  durable: Durable,
  campaignId: CampaignId,
  clientId: ClientId,
): Promise<void> {
  const runs = await services.clients.read(clientId, { campaign: campaignId }, (partition) =>
    partition.runs(campaignId),
  )
  for (const name of new Set(runs.flatMap((run) => (isPending(run) ? [run.story] : [])))) {
    const story = { campaignId, clientId, pass: passOf(runs) }
    if (name !== undefined && (await isUnderWay(durable, { ...story, name }))) return
  }
  // The rings' own stories of a further pass are under way while it is.
  if ((await instanceState(durable, `${campaignId}:p${passOf(runs)}:${clientId}`)) === 'under way') return
  const name = await services.clients.transact(clientId, { campaign: campaignId }, (partition) => {
    const pending = partition.runs(campaignId).filter(isPending).slice(0, maxRowsPerTransaction)
    if (pending.length === 0) return { kind: 'nothing', value: undefined }
    const story = nextStory(partition)
    return {
      kind: 'write',
      rows: pending.map((run) => putRun({ ...run, story })),
      ledger: {
        actor: 'watchdog',
        action: 'client.takenUp',
        object: campaignId,
        detail: { servers: pending.length },
      },
      value: story,
    }
  })
  if (name !== undefined)
    await startStory(services, durable, { campaignId, clientId, pass: passOf(runs), name })
}

const isPending = ({ state }: RunRow): boolean => state.kind === 'pending'

const isUnderWay = async (durable: Durable, story: Story): Promise<boolean> =>
  (await instanceState(durable, storyInstance(story))) === 'under way'
