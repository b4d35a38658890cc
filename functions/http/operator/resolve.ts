import {
  clientOf,
  type CampaignId,
  type ClientId,
  type ServerId,
} from '../../../orchestrations/domain/ids.ts'
import type { OutcomeKind, RunState } from '../../../orchestrations/domain/outcomes.ts'
import { reason as reasonOf } from '../../../orchestrations/domain/reasons.ts'
import { mended } from '../../../orchestrations/domain/turnFailures.ts'
import { commandWaiter } from '../../activities/peek.ts'
import { judgeRing } from '../../activities/judgeRing.ts'
import { otherClientsOf, releaseHost } from '../../activities/sharedHost.ts'
import { putRun, runOf } from '../../activities/runs.ts'
import { maxRowsPerTransaction, type Decision } from '../../adapters/tables/clientStore.ts'
import type { Partition } from '../../adapters/tables/partition.ts'
import type { RunRow } from '../../adapters/tables/rows.ts'
import type { By } from '../../control/exclusion.ts'
import { leftHeld } from '../../control/heldJobs.ts'
import { tellRing } from '../../control/endOfServer.ts'
import { nextStory, passOf, placeFor, startStory, type Story } from '../../control/story.ts'
import { wake, wakeClient } from '../../control/wake.ts'
import type { Durable, Services } from '../../services.ts'
import { Refusal } from '../respond.ts'
import { stateName, whichCampaign } from './whichCampaign.ts'

interface Resolution extends By {
  readonly outcome: Extract<OutcomeKind, 'succeeded' | 'failed' | 'rolledBack' | 'skipped'>
}

/**
 * Records what an operator found on a server that needs one, or of which nobody knows how it is. That is its end:
 * the story that still waits for it ends without another word, and what its agent says later is kept beside it.
 * When no failure stands any more, those that were skipped because of it get their places back (operations.md: a
 * server rolled back and verified up lets its client continue). Answers which campaign it was.
 */
export async function resolve(
  services: Services,
  durable: Durable,
  serverId: ServerId,
  { asked, ...said }: Resolution & { asked: CampaignId | undefined },
): Promise<CampaignId> {
  const clientId = clientOf(serverId)
  const { head, run } = await whichCampaign(services, serverId, { asked, fits: mayResolve })
  const { campaignId } = head
  const goesOn = head.state.kind === 'running' || head.state.kind === 'carryingOver'
  const story = await services.clients.transact(clientId, { campaign: campaignId }, (partition) =>
    decide(services, partition, { campaignId, serverId, goesOn, said }),
  )
  await releaseHost(services, campaignId, serverId, run.round ?? 0)
  for (const other of await otherClientsOf(services, campaignId, serverId))
    await wakeClient(services, durable, campaignId, other)
  await judge(services, durable, campaignId, clientId)
  if (story) await startStory(services, durable, story)
  if (run.command) await wake(services, durable, campaignId, [commandWaiter(run.command.commandId)])
  await wakeClient(services, durable, campaignId, clientId)
  return campaignId
}

const mayResolve = ({ state }: RunRow): boolean =>
  state.kind === 'unknown' || (state.kind === 'ended' && state.outcome === 'needsOperator')

function decide(
  services: Services,
  partition: Partition,
  about: { campaignId: CampaignId; serverId: ServerId; goesOn: boolean; said: Resolution },
): Decision<Story | undefined> {
  const { campaignId, serverId, goesOn, said } = about
  said.unchanged(partition)
  const run = runOf(partition, campaignId, serverId)
  if (!mayResolve(run)) throw new Refusal('nothingToResolve', { serverId, cell: stateName(run) })
  const resolved: RunRow = { ...run, state: resolvedState(run.state, said, services.clocks.plan()) }
  const runs = partition.runs(campaignId).map((one) => (one.serverId === serverId ? resolved : one))
  const held = leftHeld(partition, serverId)
  const free = goesOn ? mended(runs).slice(0, maxRowsPerTransaction - 1 - held.length) : []
  const name = nextStory(partition)
  const clientId = clientOf(serverId)
  return {
    kind: 'write',
    rows: [putRun(resolved), ...held, ...free.map((one) => putRun(placeFor(one, { kind: 'pending' }, name)))],
    ledger: {
      actor: said.actor,
      action: 'server.resolved',
      object: serverId,
      detail: { outcome: said.outcome, reason: said.reason, was: stateName(run), goOn: free.length },
    },
    value: free.length === 0 ? undefined : { campaignId, clientId, pass: passOf(runs), name },
  }
}

function resolvedState(before: RunState, { outcome, actor, reason }: Resolution, now: number): RunState {
  const startedAt = before.kind === 'pending' ? undefined : before.startedAt
  const failure = before.kind === 'ended' ? before.failure : undefined
  return {
    kind: 'ended',
    outcome,
    ...(startedAt === undefined ? {} : { startedAt }),
    endedAt: now,
    reason: reasonOf('resolvedByOperator', { actor, reason }),
    ...(failure === undefined ? {} : { failure }),
  }
}

/** What was unknown may now be one failure more, or one less that holds the gate. */
async function judge(
  services: Services,
  durable: Durable,
  campaignId: CampaignId,
  clientId: ClientId,
): Promise<void> {
  const plan = await services.campaigns.planHeader(campaignId)
  const ring = plan.rings.find(({ clients }) => clients.includes(clientId))?.ring
  if (ring === undefined) return
  await judgeRing(services, campaignId, ring, clientId)
  await tellRing(services, durable, { campaignId, clientId, ring })
}
