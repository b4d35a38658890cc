import { isUnderWay } from '../../orchestrations/domain/outcomes.ts'
import { tasksVersion } from '../../orchestrations/contracts/tasks.ts'
import { clientOf, type CampaignId, type ClientId, type ServerId } from '../../orchestrations/domain/ids.ts'
import type { Partition } from '../adapters/tables/partition.ts'
import type { RunRow } from '../adapters/tables/rows.ts'
import type { Services } from '../services.ts'
import { mailboxOf } from './mailbox.ts'

const messageLifeMs = 15 * 60_000

export type LastCommand = NonNullable<RunRow['command']>

/** A client's commands that are issued and not ended. */
export async function openCommands(services: Services, clientId: ClientId): Promise<LastCommand[]> {
  const campaign = await ownerOf(services, clientId)
  if (campaign === undefined) return []
  const seen = await services.clients.read(clientId, { campaign }, (partition) =>
    lastCommands(partition, campaign),
  )
  if (seen.unread.length === 0) return seen.open
  const commands = [...seen.open, ...seen.unread].map((command) => command.commandId)
  return services.clients.read(
    clientId,
    { campaign, commands },
    (partition) => lastCommands(partition, campaign).open,
  )
}

/** Which campaign holds the client's lock; what this process saw last will do, a stop asks again. */
export async function ownerOf(services: Services, clientId: ClientId): Promise<CampaignId | undefined> {
  const look = (partition: Partition) => ({ owner: partition.lock().owner })
  const seen = services.clients.glance(clientId, look) ?? (await services.clients.read(clientId, {}, look))
  return seen.owner
}

/** The last command of each server under way: still open, or not read yet, so that nobody knows here. */
export function lastCommands(
  partition: Partition,
  campaign: CampaignId,
): { open: LastCommand[]; unread: LastCommand[] } {
  const underWay = partition.runs(campaign).filter(({ state }) => isUnderWay(state))
  const last = underWay.flatMap((run) => (run.command ? [run.command] : []))
  const unread = last.filter(({ commandId }) => partition.command(commandId) === undefined)
  const open = last.filter(({ commandId }) => {
    const row = partition.command(commandId)
    return row !== undefined && row.end === undefined
  })
  return { open, unread }
}

/** Hosts that a stop is sent to: one that was not read here as well, a stop too many harms nobody. */
export function hostsToStop(partition: Partition): ReadonlySet<ServerId> {
  const { owner } = partition.lock()
  if (owner === undefined) return new Set()
  const { open, unread } = lastCommands(partition, owner)
  return new Set([...open, ...unread].map((command) => command.on))
}

/** Sent to hosts whose command is issued and not ended, accepted or not. */
export async function tellStop(services: Services, serverId: ServerId, epoch: number): Promise<void> {
  const issuedAt = services.clocks.wire()
  const audience = { clientId: clientOf(serverId), serverId }
  const jws = await services.signer.sign({ type: 'stop', version: tasksVersion, audience, epoch, issuedAt })
  await services.bus.send(
    await mailboxOf(services, serverId),
    `stop.${serverId}.${epoch}`,
    jws,
    messageLifeMs,
  )
}
