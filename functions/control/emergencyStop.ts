import type { StopState } from '../../orchestrations/contracts/board.ts'
import { tasksVersion } from '../../orchestrations/contracts/tasks.ts'
import { clientOf, type CampaignId, type ClientId, type ServerId } from '../../orchestrations/domain/ids.ts'
import type { FleetControl } from '../adapters/tables/fleetStore.ts'
import type { Partition } from '../adapters/tables/partition.ts'
import { rowKeys, type ControlRow } from '../adapters/tables/rows.ts'
import { stopStateOf } from '../board/stopState.ts'
import { eachOf } from '../concurrency.ts'
import type { Durable, Services } from '../services.ts'
import { activeCampaigns } from './activeCampaigns.ts'
import { wake } from './wake.ts'

const clientsAtOnce = 24
const messageLifeMs = 15 * 60_000

/**
 * EMERGENCY STOP: raises the epoch fleet-wide, then in every client, then tells every host that has an open
 * command. Safe to repeat; a timer completes one whose caller died. When it returns, no client issues commands.
 */
export async function raiseStop(services: Services, actor: string, reason: string): Promise<StopState> {
  const at = services.clocks.wire()
  const control = await services.fleet.changeControl((current) =>
    current.raised ? current : { epoch: current.epoch + 1, raised: { at, actor, reason }, settled: false },
  )
  await settleStop(services, control)
  return stopState(services)
}

export async function releaseStop(
  services: Services,
  durable: Durable,
  actor: string,
  reason: string,
): Promise<StopState> {
  // The epoch stays: what was signed before the stop stays refused.
  const control = await services.fleet.changeControl((current) => ({ epoch: current.epoch, settled: false }))
  await settleStop(services, control, actor, reason)
  for (const campaign of await activeCampaigns(services)) await wake(services, durable, campaign.campaignId)
  return stopState(services)
}

/** Brings every client's control row in line with the fleet's; what was in line stays untouched. */
export async function settleStop(
  services: Services,
  control: FleetControl,
  actor = control.raised?.actor ?? 'atlas',
  reason = control.raised?.reason ?? '',
): Promise<void> {
  const clients = await services.fleet.clients()
  const emergency = control.raised !== undefined
  let highest = control.epoch
  await eachOf(clients, clientsAtOnce, async ({ clientId }) => {
    const epoch = await settleClient(services, clientId, { emergency, epoch: control.epoch, actor, reason })
    highest = Math.max(highest, epoch)
  })
  if (highest > control.epoch) return catchUp(services, control, highest)
  await services.fleet.changeControl((current) =>
    current.epoch === control.epoch && (current.raised !== undefined) === emergency
      ? { ...current, settled: true }
      : current,
  )
}

/** Clients know a newer epoch: another stop has overtaken this one, or `Fleet` was restored from a backup. */
async function catchUp(services: Services, control: FleetControl, highest: number): Promise<void> {
  const current = await services.fleet.changeControl((now) =>
    now.epoch < highest ? { ...now, epoch: highest + 1, settled: false } : now,
  )
  // The clients' epochs win; a stop that they would take for an old one is raised above them.
  if (current.raised && current.epoch > control.epoch) await settleStop(services, current)
}

async function settleClient(
  services: Services,
  clientId: ClientId,
  wanted: { emergency: boolean; epoch: number; actor: string; reason: string },
): Promise<number> {
  const { emergency, epoch, actor, reason } = wanted
  const campaign = await services.clients.read(clientId, {}, (partition) => partition.lock().owner)
  const needs = campaign === undefined ? {} : { campaign }
  const known = await services.clients.transact(clientId, needs, (partition) => {
    const row = partition.control()
    if (isInLine(row, wanted)) return { kind: 'nothing', value: row.epoch }
    const action = emergency ? 'stop.raised' : 'stop.released'
    return {
      kind: 'write',
      rows: [{ rowKey: rowKeys.control, value: { ...row, emergency, epoch } }],
      ledger: { actor, action, object: clientId, detail: { epoch, reason } },
      value: epoch,
    }
  })
  if (!emergency || known > epoch) return known
  const hosts = new Set((await openCommands(services, clientId)).map((command) => command.on))
  await Promise.all([...hosts].map((host) => tellStop(services, host, epoch)))
  return known
}

/**
 * Whether a client has heard of it, or of something newer. Each stop raises the epoch and each release keeps it:
 * a slow release never takes back a newer stop, and a slow stop never comes back after its own release.
 */
function isInLine(row: ControlRow, wanted: { emergency: boolean; epoch: number }): boolean {
  if (row.epoch !== wanted.epoch) return row.epoch > wanted.epoch
  return wanted.emergency || !row.emergency
}

/** Sent to hosts whose command is issued and not ended, accepted or not. */
async function tellStop(services: Services, serverId: ServerId, epoch: number): Promise<void> {
  const issuedAt = services.clocks.wire()
  const audience = { clientId: clientOf(serverId), serverId }
  const jws = await services.signer.sign({ type: 'stop', version: tasksVersion, audience, epoch, issuedAt })
  await services.bus.send(serverId, `stop.${serverId}.${epoch}`, jws, messageLifeMs)
}

/** A client's commands that are issued and not ended. */
async function openCommands(services: Services, clientId: ClientId) {
  const campaign = await services.clients.read(clientId, {}, (partition) => partition.lock().owner)
  if (campaign === undefined) return []
  const issued = await services.clients.read(clientId, { campaign }, (partition) =>
    lastCommands(partition, campaign),
  )
  const commands = issued.map((command) => command.commandId)
  return services.clients.read(clientId, { campaign, commands }, (partition) =>
    issued.filter(({ commandId }) => partition.command(commandId)?.end === undefined),
  )
}

function lastCommands(partition: Partition, campaign: CampaignId) {
  return partition
    .runs(campaign)
    .flatMap((run) => (['running', 'unknown'].includes(run.state.kind) && run.command ? [run.command] : []))
}

/** The stop as it stands; while it is raised, counts what is still on its way to a safe point. */
export async function stopState(services: Services): Promise<StopState> {
  const control = await services.fleet.control()
  if (!control.raised) return stopStateOf(control, 0, 0)
  let open = 0
  let clientsToGo = 0
  await eachOf(await services.fleet.clients(), clientsAtOnce, async ({ clientId }) => {
    const count = (await openCommands(services, clientId)).length
    open += count
    if (count > 0) clientsToGo++
  })
  return stopStateOf(control, open, clientsToGo)
}
