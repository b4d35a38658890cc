import type { StopState } from '../../orchestrations/contracts/board.ts'
import type { ClientId } from '../../orchestrations/domain/ids.ts'
import type { FleetControl } from '../adapters/tables/fleetStore.ts'
import { rowKeys, type ControlRow } from '../adapters/tables/rows.ts'
import { stopStateOf } from '../board/stopState.ts'
import { eachOf } from '../concurrency.ts'
import type { Durable, Services } from '../services.ts'
import { activeCampaigns } from './activeCampaigns.ts'
import { lastCommands, openCommands, ownerOf, tellStop } from './openCommands.ts'
import { wake } from './wake.ts'

const clientsAtOnce = 48

/**
 * EMERGENCY STOP: raises the epoch fleet-wide, then in every client, then tells every host that has an open
 * command. Safe to repeat; a timer completes one whose caller died. When it returns, no client issues commands.
 */
export async function raiseStop(services: Services, actor: string, reason: string): Promise<StopState> {
  const at = services.clocks.wire()
  const control = await services.fleet.changeControl((current) =>
    current.raised ? current : { epoch: current.epoch + 1, raised: { at, actor, reason }, settled: false },
  )
  const { open, clientsToGo } = await settleStop(services, control)
  return stopStateOf(await services.fleet.control(), open, clientsToGo)
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
): Promise<{ open: number; clientsToGo: number }> {
  const clients = await services.fleet.clients()
  const emergency = control.raised !== undefined
  let highest = control.epoch
  let open = 0
  let clientsToGo = 0
  await eachOf(clients, clientsAtOnce, async ({ clientId }) => {
    const settled = await settleClient(services, clientId, { emergency, epoch: control.epoch, actor, reason })
    highest = Math.max(highest, settled.epoch)
    open += settled.open
    if (settled.open > 0) clientsToGo++
  })
  if (highest > control.epoch) return catchUp(services, control, highest)
  await services.fleet.changeControl((current) =>
    current.epoch === control.epoch && (current.raised !== undefined) === emergency
      ? { ...current, settled: true }
      : current,
  )
  return { open, clientsToGo }
}

/** Clients know a newer epoch: another stop has overtaken this one, or `Fleet` was restored from a backup. */
async function catchUp(services: Services, control: FleetControl, highest: number) {
  const current = await services.fleet.changeControl((now) =>
    now.epoch < highest ? { ...now, epoch: highest + 1, settled: false } : now,
  )
  // The clients' epochs win; a stop that they would take for an old one is raised above them.
  return current.raised && current.epoch > control.epoch
    ? settleStop(services, current)
    : { open: 0, clientsToGo: 0 }
}

async function settleClient(
  services: Services,
  clientId: ClientId,
  wanted: { emergency: boolean; epoch: number; actor: string; reason: string },
): Promise<{ epoch: number; open: number }> {
  const { emergency, epoch, actor, reason } = wanted
  const campaign = await ownerOf(services, clientId)
  const needs = campaign === undefined ? {} : { campaign }
  const known = await services.clients.transact(clientId, needs, (partition) => {
    const row = partition.control()
    const { owner } = partition.lock()
    const last = emergency && owner !== undefined ? lastCommands(partition, owner) : { open: [], unread: [] }
    // One that was not read here is told as well: a stop too many harms nobody.
    const tell = [...last.open, ...last.unread]
    if (isInLine(row, wanted)) return { kind: 'nothing', value: { epoch: row.epoch, tell } }
    const action = emergency ? 'stop.raised' : 'stop.released'
    return {
      kind: 'write',
      rows: [{ rowKey: rowKeys.control, value: { ...row, emergency, epoch } }],
      ledger: { actor, action, object: clientId, detail: { epoch, reason } },
      value: { epoch, tell },
    }
  })
  if (known.epoch > epoch) return { epoch: known.epoch, open: 0 }
  const hosts = new Set(known.tell.map((command) => command.on))
  await Promise.all([...hosts].map((host) => tellStop(services, host, epoch)))
  return { epoch: known.epoch, open: known.tell.length }
}

/**
 * Whether a client has heard of it, or of something newer. Each stop raises the epoch and each release keeps it:
 * a slow release never takes back a newer stop, and a slow stop never comes back after its own release.
 */
function isInLine(row: ControlRow, wanted: { emergency: boolean; epoch: number }): boolean {
  if (row.epoch !== wanted.epoch) return row.epoch > wanted.epoch
  return wanted.emergency || !row.emergency
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
