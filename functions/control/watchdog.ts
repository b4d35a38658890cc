import { isUnderWay } from '../../orchestrations/domain/outcomes.ts'
import type { CampaignHead } from '../../orchestrations/contracts/board.ts'
import type { CampaignId, ClientId } from '../../orchestrations/domain/ids.ts'
import { reason } from '../../orchestrations/domain/reasons.ts'
import type { Partition } from '../adapters/tables/partition.ts'
import type { RunRow } from '../adapters/tables/rows.ts'
import { releaseIn } from '../activities/sharedHost.ts'
import { putRun } from '../activities/runs.ts'
import { eachOf } from '../concurrency.ts'
import type { Durable, Services } from '../services.ts'
import { takeUpForgotten } from './forgotten.ts'
import { ensureStarted, instanceState } from './instances.ts'

const clientsAtOnce = 8
const started = new Set<CampaignHead['state']['kind']>(['running', 'paused', 'carryingOver'])

/** What the watchdog does each minute; the first failure is thrown after everything was looked at. */
export async function watch(services: Services, durable: Durable): Promise<void> {
  const heads = await services.campaigns.heads()
  const done = await Promise.allSettled([
    startForgotten(durable, heads),
    freeOrphans(services, durable, heads),
    takeUpForgotten(services, durable, heads),
  ])
  for (const one of done) if (one.status === 'rejected') throw one.reason
}

/** START writes that the campaign runs, then starts its orchestration: its caller may have died in between. */
async function startForgotten(durable: Durable, heads: readonly CampaignHead[]): Promise<void> {
  const running = heads.filter((head) => started.has(head.state.kind))
  await eachOf(running, clientsAtOnce, ({ campaignId }) => ensureStarted(durable, campaignId))
}

/**
 * A lock never expires; but one whose owner's orchestration has ended holds a client for nobody. Its servers
 * that are still in the books need an operator. The lock stays until a human has looked at them.
 */
async function freeOrphans(
  services: Services,
  durable: Durable,
  heads: readonly CampaignHead[],
): Promise<void> {
  const owners = new Map<CampaignId, Promise<boolean>>()
  const isOver = (campaignId: CampaignId): Promise<boolean> => {
    const known = owners.get(campaignId) ?? hasEnded(durable, heads, campaignId)
    owners.set(campaignId, known)
    return known
  }
  await eachOf(await services.fleet.clients(), clientsAtOnce, async ({ clientId }) => {
    const { owner, reservations } = await services.clients.read(clientId, {}, (partition) => ({
      owner: partition.lock().owner,
      reservations: partition.reservations(),
    }))
    for (const { campaignId } of reservations)
      if (await isOver(campaignId))
        await services.clients.transact(clientId, {}, (partition) =>
          releaseIn(partition, (row) => row.campaignId === campaignId),
        )
    if (owner !== undefined && (await isOver(owner))) await askForOperator(services, owner, clientId)
  })
}

/** A purged instance has ended, unless its campaign is to run: then it is started. */
async function hasEnded(
  durable: Durable,
  heads: readonly CampaignHead[],
  campaignId: CampaignId,
): Promise<boolean> {
  const state = await instanceState(durable, campaignId)
  if (state !== 'absent') return state === 'over'
  return !heads.some((head) => head.campaignId === campaignId && started.has(head.state.kind))
}

async function askForOperator(services: Services, campaignId: CampaignId, clientId: ClientId): Promise<void> {
  await services.clients.transact(clientId, { campaign: campaignId }, (partition) => {
    const left = underWay(partition, campaignId)
    if (left.length === 0) return { kind: 'nothing', value: undefined }
    const endedAt = services.clocks.plan()
    const why = reason('internalError', { message: 'the orchestration that updated it has ended' })
    return {
      kind: 'write',
      rows: left.map((run) =>
        putRun({ ...run, state: { kind: 'ended', outcome: 'needsOperator', endedAt, reason: why } }),
      ),
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
  partition.runs(campaignId).filter((run) => isUnderWay(run.state))
