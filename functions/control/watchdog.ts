import type { CampaignId, ClientId } from '../../orchestrations/domain/ids.ts'
import { reason } from '../../orchestrations/domain/reasons.ts'
import type { Partition } from '../adapters/tables/partition.ts'
import { rowKeys, type RunRow } from '../adapters/tables/rows.ts'
import { eachOf } from '../concurrency.ts'
import type { Durable, Services } from '../services.ts'

const over = new Set(['Completed', 'Failed', 'Terminated', 'Canceled'])
const clientsAtOnce = 8

/**
 * A lock never expires; but one whose owner's orchestration has ended holds a client for nobody. Its servers
 * that are still in the books need an operator. The lock stays until a human has looked at them.
 */
export async function freeOrphans(services: Services, durable: Durable): Promise<void> {
  const ended = new Map<CampaignId, boolean>()
  await eachOf(await services.fleet.clients(), clientsAtOnce, async ({ clientId }) => {
    const owner = await services.clients.read(clientId, {}, (partition) => partition.lock().owner)
    if (owner === undefined) return
    if (!ended.has(owner)) ended.set(owner, await isOver(durable, owner))
    if (ended.get(owner) === true) await askForOperator(services, owner, clientId)
  })
}

async function isOver(durable: Durable, campaignId: CampaignId): Promise<boolean> {
  const status = await durable.getStatus(campaignId)
  return over.has(status.runtimeStatus)
}

async function askForOperator(services: Services, campaignId: CampaignId, clientId: ClientId): Promise<void> {
  await services.clients.transact(clientId, { campaign: campaignId }, (partition) => {
    const left = underWay(partition, campaignId)
    if (left.length === 0) return { kind: 'nothing', value: undefined }
    const endedAt = services.clocks.plan()
    const why = reason('internalError', { message: 'the orchestration that updated it has ended' })
    return {
      kind: 'write',
      rows: left.map((run) => ({
        rowKey: rowKeys.run(campaignId, run.order, run.serverId),
        value: { ...run, state: { kind: 'ended', outcome: 'needsOperator', endedAt, reason: why } },
      })),
      ledger: {
        actor: 'watchdog',
        action: 'server.needsOperator',
        object: clientId,
        detail: { servers: left.length },
      },
      value: undefined,
    }
  })
}

const underWay = (partition: Partition, campaignId: CampaignId): RunRow[] =>
  partition.runs(campaignId).filter((run) => run.state.kind === 'running' || run.state.kind === 'unknown')
