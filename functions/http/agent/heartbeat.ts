import { HeartbeatBody, type HeartbeatAnswer } from '../../../orchestrations/contracts/agent.ts'
import { clientOf, isCleanup, type ServerId } from '../../../orchestrations/domain/ids.ts'
import { doubtOf, nowKnown } from '../../../orchestrations/domain/identity.ts'
import type { Partition } from '../../adapters/tables/partition.ts'
import { judgeDoubt } from '../../control/quarantine.ts'
import { commandWaiter } from '../../activities/peek.ts'
import { activeCampaigns } from '../../control/activeCampaigns.ts'
import { mailboxIn } from '../../control/mailbox.ts'
import { wake } from '../../control/wake.ts'
import type { Durable, Services } from '../../services.ts'
import { json, parseJson } from '../respond.ts'
import { needOf } from './need.ts'

const nearSeconds = 10
/** An agent that was not heard for so long may be awaited, wire ms. */
const silentMs = 150_000
/** An agent that was set back is told its client's fence this long, wire ms. */
const tellFenceMs = 10 * 60_000

/** Records a heartbeat and tells the agent the time, the epoch, and whether to be at its queue. */
export async function heartbeat(services: Services, durable: Durable, sender: ServerId, body: Buffer) {
  const beat = parseJson(HeartbeatBody, body)
  const at = services.clocks.wire()
  const { bootedAt, journal, open, epoch: known, connected, agentVersion: version, now, windows } = beat
  const last = await services.heartbeats.last(sender)
  const doubt = doubtOf(last, { bootedAt, journal, saidAt: now })
  // Before it is remembered: what is cut off here is found out again by the next heartbeat.
  if (last && doubt) await judgeDoubt(services, sender, doubt, last.at)
  await services.heartbeats.record({
    serverId: sender,
    // What was just taken for true belongs to the time after that, and is judged by again.
    at: doubt ? services.clocks.wire() : at,
    open,
    epoch: known,
    connected,
    version,
    skewMs: now - at,
    ...(windows && { windows }),
    ...nowKnown(last, { bootedAt, journal }),
  })
  if (last && at - last.at > silentMs) await wakeUnknown(services, durable, sender)
  const clientId = clientOf(sender)
  const need = await needOf(services, sender)
  const look = (partition: Partition) => ({
    epoch: partition.control().epoch,
    fence: partition.lock().fence,
    row: partition.server(sender),
    cleaning: isCleaned(partition, sender),
  })
  const seen = services.clients.glance(clientId, look) ?? (await services.clients.read(clientId, {}, look))
  const { epoch, fence, row, cleaning } = seen
  const connect = row?.quarantined === undefined && (need === 'now' || cleaning || beat.open.length > 0)
  const forgot = row?.acceptedAt !== undefined && at - row.acceptedAt < tellFenceMs
  const calmSeconds = services.settings.ATLAS_AGENT_HEARTBEAT_SECONDS
  return json({
    serverTime: services.clocks.wire(),
    epoch,
    nextHeartbeatSeconds: beat.open.length > 0 || need === 'soon' ? nearSeconds : calmSeconds,
    ...(forgot ? { fence } : {}),
    ...(row?.quarantined && { quarantined: row.quarantined.code }),
    ...(connect ? { connect: services.bus.access(mailboxIn(row, sender)) } : {}),
  } satisfies HeartbeatAnswer)
}

/** A clean-up is no campaign that could say who is needed: hosts of checkpoints and backup servers are. */
function isCleaned(partition: Partition, host: ServerId): boolean {
  const { owner } = partition.lock()
  if (owner === undefined || !isCleanup(owner)) return false
  return [...partition.checkpoints(), ...partition.heldJobs()].some(({ on }) => on === host)
}

/** It is back: whoever waits for a command of its server looks again, and asks it what became of that. */
async function wakeUnknown(services: Services, durable: Durable, sender: ServerId): Promise<void> {
  for (const { campaignId } of await activeCampaigns(services)) {
    const waiters = services.clients.glance(clientOf(sender), (partition) =>
      partition
        .runs(campaignId)
        .flatMap(({ state, command }) =>
          state.kind === 'unknown' && command?.on === sender ? [commandWaiter(command.commandId)] : [],
        ),
    )
    if (waiters && waiters.length > 0) await wake(services, durable, campaignId, waiters)
  }
}
