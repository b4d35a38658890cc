import type { ClientId, CommandId } from '../../../orchestrations/domain/ids.ts'
import { inquire } from '../../activities/lookAtCommand.ts'
import { rowKeys } from '../../adapters/tables/rows.ts'
import type { By } from '../../control/exclusion.ts'
import type { Services } from '../../services.ts'
import { Refusal } from '../respond.ts'
import { noSuchClient } from './auth.ts'

/**
 * Takes a client's lock from the campaign that holds it; the fence goes up, so that whatever that campaign still
 * wants to do there is refused. Refused while one of its commands may still be at work: those are named, and
 * their agents asked. A lock that nobody holds stays as it is.
 */
export async function unlock(
  services: Services,
  clientId: ClientId,
  { actor, reason, unchanged }: By,
): Promise<void> {
  const owner = await services.clients.read(clientId, {}, (partition) => {
    if (!partition.config()) throw noSuchClient(clientId)
    return partition.lock().owner
  })
  if (owner === undefined) return
  const commands = await services.history.commands(clientId, owner)
  const open = commands.filter((row) => row.end === undefined)
  for (const row of open) await inquire(services, row)
  if (open.length > 0)
    throw stillOpen(
      clientId,
      open.map((row) => `${row.commandId} (${row.on})`),
    )
  const ended = new Set<CommandId>(commands.map((row) => row.commandId))
  await services.clients.transact(clientId, { campaign: owner }, (partition) => {
    unchanged(partition)
    const lock = partition.lock()
    if (lock.owner !== owner) return { kind: 'nothing', value: undefined }
    // What was issued since the look above is the last command of its server, and open.
    const begun = partition.runs(owner).flatMap((run) => run.command?.commandId ?? [])
    const since = begun.filter((id) => !ended.has(id))
    if (since.length > 0) throw stillOpen(clientId, since)
    return {
      kind: 'write',
      rows: [{ rowKey: rowKeys.lock, value: { fence: lock.fence + 1 } }],
      ledger: { actor, action: 'lock.taken', object: owner, detail: { reason, fence: lock.fence + 1 } },
      value: undefined,
    }
  })
}

const stillOpen = (clientId: ClientId, commands: readonly string[]) =>
  new Refusal('lockInUse', {
    clientId,
    count: commands.length,
    commands: commands.slice(0, 20).join(', '),
  })
