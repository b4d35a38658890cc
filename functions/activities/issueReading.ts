import type { CommandSpec, Issued, Reading } from '../../orchestrations/steps/catalogue.ts'
import { isStopped } from '../../orchestrations/domain/control.ts'
import type { Decision } from '../adapters/tables/clientStore.ts'
import type { Partition } from '../adapters/tables/partition.ts'
import { rowKeys, type CommandRow } from '../adapters/tables/rows.ts'
import type { Services } from '../services.ts'
import { commandEndOf } from './commandEnd.ts'
import { bodyOf, lookAtTarget, rowOf, send } from './issueCommand.ts'
import { pollAt } from './pollAt.ts'

type Outcome =
  | Exclude<Issued, { kind: 'fenced' | 'open' }>
  | { readonly kind: 'send'; readonly row: CommandRow }

/**
 * Stores and sends a command that changes nothing: outside the client's lock, with the fence that stands, so that a
 * campaign that takes the lock meanwhile is not disturbed. See the step of the same name.
 */
export async function issueReading(
  services: Services,
  reading: Reading,
): Promise<Exclude<Issued, { kind: 'fenced' }>> {
  const { clientId, commandId, campaignId } = reading
  const needs = { prepared: campaignId, commands: [commandId] }
  for (;;) {
    const fence = await services.clients.read(clientId, {}, (partition) => partition.lock().fence)
    const spec: CommandSpec = { ...reading, fence, attempt: 1 }
    const { epoch, quarantined } = await lookAtTarget(services, spec)
    if (quarantined) return { kind: 'quarantined', reason: quarantined }
    const body = bodyOf(services, spec, epoch)
    const jws = await services.signer.sign(body)
    const row: CommandRow = { ...rowOf(services, spec, body, jws), lockFree: true }
    const outcome = await services.clients.transact(clientId, needs, (partition) =>
      decide(services, partition, row),
    )
    if (outcome === 'again') continue
    if (outcome.kind !== 'send') return outcome
    await send(services, outcome.row)
    return {
      kind: 'open',
      pollAt: pollAt(services.clocks, reading.task.kind, outcome.row, { ...reading, round: 0 }),
    }
  }
}

function decide(services: Services, partition: Partition, row: CommandRow): Decision<Outcome | 'again'> {
  const known = partition.command(row.commandId)
  if (known?.end)
    return { kind: 'nothing', value: { kind: 'ended', end: commandEndOf(known.kind, known.end) } }
  const control = partition.control()
  if (isStopped(control, services.clocks.plan())) return { kind: 'nothing', value: { kind: 'stopped' } }
  if (known) return { kind: 'nothing', value: { kind: 'send', row: known } }
  // A stop or another campaign came while it was being signed: sign it anew.
  if (control.epoch > row.epoch || partition.lock().fence > row.fence)
    return { kind: 'nothing', value: 'again' }
  const prepared = partition.prepared(row.campaignId).find((one) => one.serverId === row.subject)
  const open = { commandId: row.commandId, on: row.on }
  return {
    kind: 'write',
    rows: [
      { rowKey: rowKeys.command(row.commandId), value: row, mode: 'insert' },
      ...(prepared
        ? [{ rowKey: rowKeys.prepared(row.campaignId, row.subject), value: { ...prepared, open } }]
        : []),
    ],
    ledger: {
      actor: 'atlas',
      action: 'command.issued',
      object: row.commandId,
      detail: { kind: row.kind, on: row.on, fence: row.fence, epoch: row.epoch },
    },
    value: { kind: 'send', row },
  }
}
