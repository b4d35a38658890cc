import type { Command } from '../../orchestrations/contracts/command.ts'
import { tasksVersion } from '../../orchestrations/contracts/tasks.ts'
import { isStopped } from '../../orchestrations/domain/control.ts'
import { clientOf, type ClientId, type ServerId } from '../../orchestrations/domain/ids.ts'
import type { Reason } from '../../orchestrations/domain/reasons.ts'
import type { RunState } from '../../orchestrations/domain/outcomes.ts'
import type { CommandSpec, Issued } from '../../orchestrations/steps/catalogue.ts'
import type { Decision, Needs, Write } from '../adapters/tables/clientStore.ts'
import type { Partition } from '../adapters/tables/partition.ts'
import {
  rowKeys,
  type CheckpointRow,
  type CommandRow,
  type RunRow,
  type ServerRow,
} from '../adapters/tables/rows.ts'
import { holdTo } from '../control/heldJobs.ts'
import type { Services } from '../services.ts'
import { mailboxOf } from '../control/mailbox.ts'
import { commandEndOf } from './commandEnd.ts'
import { pollAt } from './pollAt.ts'
import { isOfOlderStory, putRun, runOf } from './runs.ts'

/** How long an agent may take to begin, wire ms: the bound of an emergency stop for hosts that are offline. */
const startByMs = 5 * 60_000

/** Stores a command with its server's status and ledger row, then sends it; see the step of the same name. */
export async function issueCommand(services: Services, spec: CommandSpec): Promise<Issued> {
  const { clientId, commandId, campaignId } = spec
  const place: Needs = spec.aside ? {} : { campaign: campaignId }
  let needs: Needs = spec.aside ? { commands: [commandId] } : place
  let decision: Decided = { kind: 'epochMoved' }
  while (decision.kind === 'epochMoved' || decision.kind === 'issuedBefore') {
    // A first issue, by far the most frequent, needs no look for a row that can't be there.
    if (decision.kind === 'issuedBefore') needs = { ...place, commands: [commandId] }
    const target = await lookAtTarget(services, spec)
    const body = bodyOf(services, spec, target.epoch)
    // Signed before the transaction: the row holds exactly what is sent, also when it is sent again.
    const signed = await services.signer.sign(body)
    decision = await services.clients.transact(clientId, needs, (partition) =>
      decide(services, partition, spec, target, body, signed),
    )
  }
  if (decision.kind === 'answer') return decision.issued
  await send(services, decision.row)
  return {
    kind: 'open',
    pollAt: pollAt(services.clocks, spec.task.kind, decision.row, { ...spec, round: 0 }),
  }
}

type Decided =
  | { readonly kind: 'send'; readonly row: CommandRow }
  | { readonly kind: 'answer'; readonly issued: Issued }
  /** A stop or release came while the command was being signed: sign it anew. */
  | { readonly kind: 'epochMoved' }
  /** The server's place names this command as its last one: its row has to be read. */
  | { readonly kind: 'issuedBefore' }

/** What else counts about who is to carry it out. */
interface Target {
  /** Of the client and, where another client's host acts for it, of that one too: the higher. */
  readonly epoch: number
  readonly quarantined: Reason | undefined
}

export async function lookAtTarget(
  services: Services,
  spec: Pick<CommandSpec, 'clientId' | 'on'>,
): Promise<Target> {
  const clients = new Set([spec.clientId, clientOf(spec.on)])
  const looks = await Promise.all([...clients].map((clientId) => targetIn(services, clientId, spec.on)))
  return {
    epoch: Math.max(...looks.map(({ epoch }) => epoch)),
    quarantined: looks.find(({ quarantined }) => quarantined)?.quarantined,
  }
}

async function targetIn(services: Services, clientId: ClientId, on: ServerId): Promise<Target> {
  const look = (partition: Partition): Target => ({
    epoch: partition.control().epoch,
    quarantined: partition.server(on)?.quarantined,
  })
  return services.clients.glance(clientId, look) ?? (await services.clients.read(clientId, {}, look))
}

function decide(
  services: Services,
  partition: Partition,
  spec: CommandSpec,
  target: Target,
  body: Command,
  jws: string,
): Decision<Decided> {
  const answer = (issued: Issued): Decision<Decided> => ({
    kind: 'nothing',
    value: { kind: 'answer', issued },
  })
  const known = partition.command(spec.commandId)
  const run = spec.aside ? undefined : runOf(partition, spec.campaignId, spec.serverId)
  if (!known && run?.command?.commandId === spec.commandId)
    return { kind: 'nothing', value: { kind: 'issuedBefore' } }
  const elsewhere = clientOf(spec.on) === spec.clientId ? undefined : target.quarantined
  const quarantined = partition.server(spec.on)?.quarantined ?? elsewhere
  if (known?.end) return answer({ kind: 'ended', end: commandEndOf(known.kind, known.end) })
  const control = partition.control()
  const lock = partition.lock()
  if (lock.owner !== spec.campaignId || lock.fence !== spec.fence)
    return answer({ kind: 'fenced', fence: lock.fence })
  // Told like a lock that changed hands: whatever this story does, it is not this server's any more.
  if (!known && isOfOlderStory(run, spec.instanceId)) return answer({ kind: 'fenced', fence: lock.fence })
  // A pause lets the server in hand finish through verify; a stop lets nothing begin.
  if (isStopped(control, services.clocks.plan())) return answer({ kind: 'stopped' })
  if (quarantined) return answer({ kind: 'quarantined', reason: quarantined })
  if (known) return { kind: 'nothing', value: { kind: 'send', row: known } }
  if (control.epoch > body.epoch) return { kind: 'nothing', value: { kind: 'epochMoved' } }
  const row = rowOf(services, spec, body, jws)
  const rows: Write[] = [
    { rowKey: rowKeys.command(spec.commandId), value: row, mode: 'insert' },
    ...(run ? [putRun(onStep(run, spec, row.issuedPlanAt))] : []),
    ...checkpointTo(partition, spec, row),
    ...restoreOf(partition, spec),
    ...holdTo(partition, spec, row),
  ]
  const ledger = {
    actor: 'atlas',
    action: 'command.issued',
    object: spec.commandId,
    detail: { kind: spec.task.kind, on: spec.on, fence: spec.fence, epoch: control.epoch },
  }
  return { kind: 'write', rows, ledger, value: { kind: 'send', row } }
}

/** A checkpoint is in the books before it can stand on any host. */
function checkpointTo(partition: Partition, spec: CommandSpec, row: CommandRow): Write[] {
  if (spec.task.kind !== 'checkpoint') return []
  const { vm, name } = spec.task.params
  const standing: CheckpointRow = {
    name,
    serverId: spec.serverId,
    host: partition.server(spec.serverId)?.server.host ?? vm,
    on: spec.on,
    campaignId: spec.campaignId,
    createdAt: row.issuedPlanAt,
    dueAt: row.issuedPlanAt + (spec.keepCheckpointMs ?? 0),
  }
  return [{ rowKey: rowKeys.checkpoint(name), value: standing }]
}

/** Its agent will come back with the journal of then: known beforehand to be our own doing. */
function restoreOf(partition: Partition, spec: CommandSpec): Write[] {
  const server = partition.server(spec.serverId)
  if (spec.task.kind !== 'restoreCheckpoint' || !server) return []
  const value: ServerRow = { ...server, restoring: { commandId: spec.commandId } }
  return [{ rowKey: rowKeys.server(spec.serverId), value }]
}

function onStep(run: RunRow, spec: CommandSpec, now: number): RunRow {
  const startedAt = run.state.kind === 'pending' ? now : (run.state.startedAt ?? now)
  const state: RunState = { kind: 'running', step: spec.step, startedAt, stepAt: now }
  return { ...run, state, command: { commandId: spec.commandId, on: spec.on } }
}

export function bodyOf(services: Services, spec: CommandSpec, epoch: number): Command {
  const issuedAt = services.clocks.wire()
  const latest = services.clocks.plan() + spec.timeoutSeconds * 1000 + startByMs * services.clocks.speed
  return {
    type: 'command',
    version: tasksVersion,
    commandId: spec.commandId,
    audience: { clientId: clientOf(spec.on), serverId: spec.on },
    subject: { clientId: spec.clientId, serverId: spec.serverId },
    task: spec.task,
    epoch,
    fence: spec.fence,
    issuedAt,
    startBy: issuedAt + startByMs,
    notAfter: Math.min(latest, spec.notAfter ?? latest),
    timeoutMs: spec.timeoutSeconds * 1000,
  }
}

export function rowOf(services: Services, spec: CommandSpec, body: Command, jws: string): CommandRow {
  return {
    commandId: spec.commandId,
    campaignId: spec.campaignId,
    kind: spec.task.kind,
    step: spec.step,
    attempt: spec.attempt,
    subject: spec.serverId,
    on: spec.on,
    jws,
    epoch: body.epoch,
    fence: spec.fence,
    instanceId: spec.instanceId,
    ...('name' in spec.task.params ? { checkpoint: spec.task.params.name } : {}),
    issuedAt: body.issuedAt,
    startBy: body.startBy,
    issuedPlanAt: services.clocks.plan(),
  }
}

/** Sends a stored command, unchanged, while an agent may still begin it. */
export async function send(services: Services, row: CommandRow): Promise<void> {
  const left = row.startBy - services.clocks.wire()
  if (left > 0) await services.bus.send(await mailboxOf(services, row.on), row.commandId, row.jws, left)
}
