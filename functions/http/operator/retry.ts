import { clientOf, type CampaignId, type ServerId } from '../../../orchestrations/domain/ids.ts'
import { reason as reasonOf } from '../../../orchestrations/domain/reasons.ts'
import { retriable } from '../../../orchestrations/domain/transitions.ts'
import { judgeAnew } from '../../activities/judgeRing.ts'
import { inquire } from '../../activities/lookAtCommand.ts'
import { putRun, runOf } from '../../activities/runs.ts'
import type { Decision } from '../../adapters/tables/clientStore.ts'
import type { Partition } from '../../adapters/tables/partition.ts'
import type { CommandRow, RunRow } from '../../adapters/tables/rows.ts'
import { exclusionOf } from '../../board/serverViews.ts'
import type { By } from '../../control/exclusion.ts'
import { nextStory, passOf, placeFor, startStory, type Story } from '../../control/story.ts'
import { wakeClient } from '../../control/wake.ts'
import type { Durable, Services } from '../../services.ts'
import { Refusal } from '../respond.ts'
import { stateName, whichCampaign } from './whichCampaign.ts'

type Retried =
  | {
      readonly kind: 'placed'
      readonly story: Story
      /** Where it stands among its client's servers. */
      readonly place: number
    }
  | { readonly kind: 'open'; readonly row: CommandRow }

/**
 * Gives a server its place in a campaign under way back, and starts a story that takes it up. A repeated call
 * starts that same story. Answers which campaign it was.
 */
export async function retry(
  services: Services,
  durable: Durable,
  serverId: ServerId,
  { asked, ...by }: By & { asked: CampaignId | undefined },
): Promise<CampaignId> {
  const clientId = clientOf(serverId)
  const { head, run } = await whichCampaign(services, serverId, { asked, fits: mayRetry })
  const { campaignId } = head
  if (!['running', 'paused', 'carryingOver'].includes(head.state.kind))
    throw new Refusal('campaignNotUnderWay', { campaignId, campaignState: head.state.kind })
  const commands = run.command ? [run.command.commandId] : []
  const done = await services.clients.transact(clientId, { campaign: campaignId, commands }, (partition) =>
    decide(services, partition, { campaignId, serverId, by }),
  )
  if (done.kind === 'open') {
    await inquire(services, done.row)
    throw new Refusal('commandOpen', { on: done.row.on, commandId: done.row.commandId })
  }
  await judgeAnew(services, campaignId, clientId, done.place)
  await startStory(services, durable, done.story)
  await wakeClient(services, durable, campaignId, clientId)
  return campaignId
}

const mayRetry = ({ state }: RunRow): boolean => state.kind === 'ended' && retriable.has(state.outcome)

function decide(
  services: Services,
  partition: Partition,
  { campaignId, serverId, by }: { campaignId: CampaignId; serverId: ServerId; by: By },
): Decision<Retried> {
  const clientId = clientOf(serverId)
  const run = runOf(partition, campaignId, serverId)
  const runs = partition.runs(campaignId)
  const pass = passOf(runs)
  const place = runs.indexOf(run)
  const story = (name: string): Retried => ({
    kind: 'placed',
    story: { campaignId, clientId, pass, name },
    place,
  })
  // Asked twice: the story may not have been started the first time.
  if (run.state.kind === 'pending' && run.story !== undefined)
    return { kind: 'nothing', value: story(run.story) }
  by.unchanged(partition)
  if (!mayRetry(run)) throw notRetried(run)
  requireStartable(services, partition, serverId)
  const last = run.command && partition.command(run.command.commandId)
  if (last && last.end === undefined) return { kind: 'nothing', value: { kind: 'open', row: last } }
  const name = nextStory(partition)
  const why = reasonOf('retriedByOperator', { actor: by.actor, reason: by.reason })
  const again = placeFor(run, { kind: 'pending', reason: why, since: services.clocks.plan() }, name)
  return {
    kind: 'write',
    rows: [putRun(again)],
    ledger: {
      actor: by.actor,
      action: 'server.retried',
      object: serverId,
      detail: { reason: by.reason, was: stateName(run) },
    },
    value: story(name),
  }
}

const notRetriable = {
  pending: 'retryPending',
  running: 'retryRunning',
  unknown: 'retryUnknown',
  ended: 'retryDone',
} as const

const notRetried = (run: RunRow): Refusal =>
  new Refusal(notRetriable[run.state.kind], { serverId: run.serverId, cell: stateName(run) })

/** A place that would end at once as it ended before is not given. */
function requireStartable(services: Services, partition: Partition, serverId: ServerId): void {
  const row = partition.server(serverId)
  const now = services.clocks.plan()
  if (row && !row.agent) throw new Refusal('serverNotEnrolled', { serverId })
  // Its turn would skip it at once: no command goes to an agent that may be a clone's.
  if (row?.quarantined) throw new Refusal('serverQuarantined', { serverId, reason: row.quarantined })
  if ((row && exclusionOf(row, now)) ?? exclusionOf(partition.control(), now))
    throw new Refusal('serverExcluded', { serverId })
}
