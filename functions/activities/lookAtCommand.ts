import { tasksVersion } from '../../orchestrations/contracts/tasks.ts'
import { isStopped } from '../../orchestrations/domain/control.ts'
import { clientOf, type ClientId, type CommandId } from '../../orchestrations/domain/ids.ts'
import type { Looked } from '../../orchestrations/steps/catalogue.ts'
import type { Partition } from '../adapters/tables/partition.ts'
import type { CommandRow } from '../adapters/tables/rows.ts'
import type { Services } from '../services.ts'
import { mailboxOf } from '../control/mailbox.ts'
import { commandEndOf } from './commandEnd.ts'
import { send } from './issueCommand.ts'
import { pollAt } from './pollAt.ts'

export interface LookInput {
  readonly clientId: ClientId
  readonly commandId: CommandId
  readonly round: number
  readonly timeoutSeconds: number
  readonly checkSeconds: number
}

/** A heartbeat that names a command as open is believed this long, wire ms. */
const heartbeatFreshMs = 30_000
/** A message that was sent is at its queue; only a send that was cut off needs another, wire ms. */
const resendAfterMs = 10_000
/** However fast plan time runs, an agent has this long to come to its queue and answer, wire ms. */
const patienceMs = 20_000
/** Before a night agents call once a minute: until the second call nothing says that one is silent, wire ms. */
const calmPatienceMs = 150_000

/** Reads a command's row, and does something about one that is overdue; see the step of the same name. */
export async function lookAtCommand(services: Services, input: LookInput): Promise<Looked> {
  const { clientId, commandId } = input
  // An ended row never changes again, so what this process saw is as good as another read.
  const known = services.clients.glance(clientId, (partition) => partition.command(commandId))
  if (known?.end) return { kind: 'ended', end: commandEndOf(known.kind, known.end) }
  const { row, mayResend } = await services.clients.read(clientId, { commands: [commandId] }, (partition) =>
    look(services, partition, commandId),
  )
  if (row.end) return { kind: 'ended', end: commandEndOf(row.kind, row.end) }
  const wire = services.clocks.wire()
  if (row.acceptedAt === undefined && wire < row.startBy) {
    if (mayResend && wire > row.issuedAt + resendAfterMs) await send(services, row)
  } else {
    await inquire(services, row)
  }
  return {
    kind: 'open',
    pollAt: pollAt(services.clocks, row.kind, row, input),
    overdue: await isOverdue(services, row, input),
  }
}

function look(services: Services, partition: Partition, commandId: CommandId) {
  const row = partition.command(commandId)
  if (!row) throw new Error(`Command ${commandId} is not stored: it was never issued`)
  const stopped = isStopped(partition.control(), services.clocks.plan())
  const lock = partition.lock()
  const mayHear = !stopped && partition.server(row.on)?.quarantined === undefined
  if (row.lockFree === true) return { row, mayResend: mayHear }
  return { row, mayResend: mayHear && lock.owner === row.campaignId && lock.fence === row.fence }
}

/** Asks the agent what became of a command; one that never saw it will answer with a tombstone. */
export async function inquire(services: Services, row: CommandRow): Promise<void> {
  const issuedAt = services.clocks.wire()
  const jws = await services.signer.sign({
    type: 'inquire',
    version: tasksVersion,
    audience: { clientId: clientOf(row.on), serverId: row.on },
    commandId: row.commandId,
    issuedAt,
  })
  const to = await mailboxOf(services, row.on)
  await services.bus.send(to, `inquire.${row.commandId}.${issuedAt}`, jws, heartbeatFreshMs * 10)
}

const patienceOf = (row: CommandRow): number => (row.lockFree === true ? calmPatienceMs : patienceMs)

/** Past its time-out, with an agent that doesn't even say that it is still at it. */
async function isOverdue(services: Services, row: CommandRow, input: LookInput): Promise<boolean> {
  const late = services.clocks.plan() > row.issuedPlanAt + input.timeoutSeconds * 1000
  if (!late || services.clocks.wire() < row.issuedAt + patienceOf(row)) return false
  const since = services.clocks.wire() - heartbeatFreshMs
  const heartbeats = await services.heartbeats.of(clientOf(row.on), [row.on], since)
  return heartbeats.get(row.on)?.open.includes(row.commandId) !== true
}
