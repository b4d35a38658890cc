import { ReportBody, type Report, type ReportAnswer } from '../../../orchestrations/contracts/report.ts'
import {
  isCleanup,
  subjectClientOf,
  type ClientId,
  type CommandId,
  type ServerId,
} from '../../../orchestrations/domain/ids.ts'
import { wakeEvent } from '../../../orchestrations/campaign/wait.ts'
import { afterReport } from '../../../orchestrations/domain/identity.ts'
import { reason } from '../../../orchestrations/domain/reasons.ts'
import { afterProbe } from '../../activities/probe.ts'
import { endsCommand } from '../../activities/commandEnd.ts'
import { commandWaiter } from '../../activities/peek.ts'
import type { Decision, Write } from '../../adapters/tables/clientStore.ts'
import { sha256 } from '../../adapters/tables/ledger.ts'
import type { Partition } from '../../adapters/tables/partition.ts'
import { rowKeys, type CheckpointRow, type CommandRow } from '../../adapters/tables/rows.ts'
import { afterHold } from '../../control/heldJobs.ts'
import { judgeDoubt } from '../../control/quarantine.ts'
import type { Durable, Services } from '../../services.ts'
import { json, parseJson } from '../respond.ts'
import { isKnownClient } from './enrolledKeys.ts'

type Result = ReportAnswer['results'][number]

/** Takes an agent's reports: first the row, then the hint to whoever waits. Repeating a report changes nothing. */
export async function report(services: Services, durable: Durable, sender: ServerId, body: Buffer) {
  const { reports, journal, now } = parseJson(ReportBody, body)
  await hearJournal(services, sender, journal, now)
  const results: Result[] = []
  let epoch = 0
  for (const one of reports) {
    const clientId = subjectClientOf(one.commandId)
    if (clientId === undefined || !(await isKnownClient(services, clientId))) {
      results.push(unknown(one.commandId))
      continue
    }
    const taken = await take(services, clientId, sender, one)
    results.push(taken.result)
    epoch = Math.max(epoch, taken.epoch)
    if (taken.ended) await hint(services, durable, taken.ended, taken.wasUnknown)
  }
  return json({ results, epoch } satisfies ReportAnswer)
}

/**
 * A short command can begin and end between two heartbeats: without this the journal that it stands in would be
 * unknown here, and an agent that has lost it would be taken for one that never had the command.
 */
async function hearJournal(
  services: Services,
  sender: ServerId,
  journal: ReportBody['journal'],
  saidAt: number | undefined,
): Promise<void> {
  const last = await services.heartbeats.last(sender)
  const heard = afterReport(last, journal, saidAt)
  if (heard.kind === 'grew') await services.heartbeats.noteJournal(sender, heard)
  // Before the report is taken: what it knows nothing of any more is not to be issued anew.
  if (heard.kind === 'doubt' && last) await judgeDoubt(services, sender, 'setBackByOthers', last.at)
}

const unknown = (commandId: CommandId): Result => ({
  commandId,
  verdict: 'unknownCommand',
  message: 'No such command was issued to this host',
})

interface Taken {
  readonly result: Result
  readonly epoch: number
  readonly ended?: CommandRow
  readonly wasUnknown: boolean
}

async function take(services: Services, clientId: ClientId, sender: ServerId, one: Report): Promise<Taken> {
  const commands = [one.commandId]
  const ownCampaign = (partition: Partition) => {
    const row = partition.command(one.commandId)
    return row?.on === sender ? row.campaignId : undefined
  }
  // Whose command it is never changes: what this process saw of it is as good as another read.
  const campaign =
    services.clients.glance(clientId, ownCampaign) ??
    (await services.clients.read(clientId, { commands }, ownCampaign))
  if (campaign === undefined) return { result: unknown(one.commandId), epoch: 0, wasUnknown: false }
  return services.clients.transact(
    clientId,
    isCleanup(campaign) ? { commands } : { campaign, commands },
    (partition) => record(services, partition, one),
  )
}

function record(services: Services, partition: Partition, one: Report): Decision<Taken> {
  const row = partition.command(one.commandId)
  const { epoch } = partition.control()
  const nothing = (verdict: Result['verdict']): Decision<Taken> => ({
    kind: 'nothing',
    value: { result: { commandId: one.commandId, verdict }, epoch, wasUnknown: false },
  })
  if (!row) return nothing('unknownCommand')
  if (row.end) {
    const same = row.end.type === endOf(row, one).type || one.type === 'accepted'
    return same ? nothing('known') : (late(row, one, epoch) ?? nothing('late'))
  }
  if (!endsCommand(one) && row.acceptedAt !== undefined) return nothing('known')
  const acceptedAt = 'acceptedAt' in one ? one.acceptedAt : one.type === 'accepted' ? one.at : row.acceptedAt
  const end = endsCommand(one) ? endOf(row, one) : undefined
  const next: CommandRow = {
    ...row,
    ...(acceptedAt === undefined ? {} : { acceptedAt }),
    ...(end ? { end, endedPlanAt: services.clocks.plan() } : {}),
  }
  const wasUnknown = partition.run(row.campaignId, row.subject)?.state.kind === 'unknown'
  return {
    kind: 'write',
    rows: [
      { rowKey: rowKeys.command(row.commandId), value: next },
      ...afterProbe(partition, next),
      ...afterRemoval(partition, next),
      ...afterRefusal(partition, next),
      ...afterHold(partition, next),
    ],
    ledger: { actor: `agent:${row.on}`, action: `command.${one.type}`, object: row.commandId },
    value: {
      result: { commandId: one.commandId, verdict: 'recorded' },
      epoch,
      wasUnknown,
      ...(end ? { ended: next } : {}),
    },
  }
}

/**
 * A tombstone says "never seen". From an agent that had accepted the command it says that its journal is lost, as
 * on a restored machine: the effect may have happened, so nothing may be issued anew.
 */
function endOf(row: CommandRow, one: Report): Report {
  if (one.type !== 'tombstone' || row.acceptedAt === undefined) return one
  const message = 'The agent accepted it and no longer knows it: its journal is lost'
  const { commandId, kind, acceptedAt } = row
  return { type: 'interrupted', commandId, kind, at: one.at, acceptedAt, message }
}

/** An agent that says ever new things about one command is heard this often. */
const latesKept = 8

/** A result that came after the command had ended otherwise: written down, once, and never applied. */
function late(row: CommandRow, one: Report, epoch: number): Decision<Taken> | undefined {
  const known = row.late ?? []
  const content = sha256(JSON.stringify(one))
  if (known.includes(content) || known.length >= latesKept) return undefined
  return {
    kind: 'write',
    rows: [{ rowKey: rowKeys.command(row.commandId), value: { ...row, late: [...known, content] } }],
    ledger: {
      actor: `agent:${row.on}`,
      action: 'command.late',
      object: row.commandId,
      detail: { said: one.type },
    },
    value: { result: { commandId: one.commandId, verdict: 'late' }, epoch, wasUnknown: false },
  }
}

/** A checkpoint is out of the books once its host says that it is gone; until then they say why it isn't. */
function afterRemoval(partition: Partition, { kind, checkpoint, end }: CommandRow): Write[] {
  const standing = kind === 'removeCheckpoint' && checkpoint ? partition.checkpoint(checkpoint) : undefined
  if (!standing || !end) return []
  const rowKey = rowKeys.checkpoint(standing.name)
  if (end.type === 'succeeded') return [{ rowKey, value: undefined, mode: 'delete' }]
  const message = 'message' in end ? end.message : end.type === 'failed' ? end.failure.message : end.type
  const problem = reason('checkpointNotRemoved', { host: standing.host, message: message.slice(0, 300) })
  return [{ rowKey, value: { ...standing, problem } satisfies CheckpointRow }]
}

/** One that its host refused at the first attempt was never made: nobody is to look for it, and no clean-up for it to come. */
function afterRefusal(partition: Partition, { kind, checkpoint, attempt, end }: CommandRow): Write[] {
  if (kind !== 'checkpoint' || end?.type !== 'refused' || attempt > 1) return []
  const standing = checkpoint ? partition.checkpoint(checkpoint) : undefined
  return standing ? [{ rowKey: rowKeys.checkpoint(standing.name), value: undefined, mode: 'delete' }] : []
}

/** The row is written: a hint that is lost costs the saga its next poll, no more. */
async function hint(
  services: Services,
  durable: Durable,
  row: CommandRow,
  wasUnknown: boolean,
): Promise<void> {
  const { instanceId, commandId, campaignId } = row
  // Nothing waits for a probe: what it says is written with its end.
  if (row.step === 'probe') return
  await durable.raiseEvent(instanceId, commandId, null).catch(() => undefined)
  if (!wasUnknown) return
  const waiters = await services.campaigns.waiters(campaignId, commandWaiter(commandId))
  for (const waiter of waiters) await durable.raiseEvent(waiter, wakeEvent, null).catch(() => undefined)
}
