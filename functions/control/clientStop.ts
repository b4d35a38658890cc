import { clientOf, type ClientId, type ServerId } from '../../orchestrations/domain/ids.ts'
import { rowKeys } from '../adapters/tables/rows.ts'
import type { Services } from '../services.ts'
import { hostsToStop, ownerOf, tellStop } from './openCommands.ts'

/**
 * Stops one client: its epoch is raised, so that nothing signed before begins, and the hosts with an open command
 * are told; what runs goes on to its next safe point. The number is drawn from the fleet's counter: a later
 * emergency stop is always above it. Safe to repeat.
 */
export async function stopClient(
  services: Services,
  clientId: ClientId,
  { actor, reason, absent }: { actor: string; reason: string; absent: () => Error },
): Promise<void> {
  const { epoch, raised } = await services.fleet.changeControl((now) => ({ ...now, epoch: now.epoch + 1 }))
  const campaign = await ownerOf(services, clientId)
  const told = await services.clients.transact(
    clientId,
    campaign === undefined ? {} : { campaign },
    (partition) => {
      if (!partition.config()) throw absent()
      const row = partition.control()
      // A fleet-wide stop or release that is newer has been here already: what it said stands.
      const newer = row.epoch >= epoch
      const own = newer ? row : { ...row, epoch, emergency: raised !== undefined }
      return {
        kind: 'write',
        rows: [{ rowKey: rowKeys.control, value: { ...own, control: { kind: 'stopped', reason, actor } } }],
        ledger: { actor, action: 'client.stopped', object: clientId, detail: { reason, epoch: own.epoch } },
        value: { epoch: own.epoch, hosts: [...hostsToStop(partition)] },
      }
    },
  )
  await Promise.all(told.hosts.map((host) => tell(services, clientId, host, told.epoch)))
}

/** A host of another client hears the number as well: its own client must not be behind it. */
async function tell(services: Services, clientId: ClientId, host: ServerId, epoch: number): Promise<void> {
  const owner = clientOf(host)
  if (owner !== clientId) await raiseEpoch(services, owner, { epoch, because: clientId })
  await tellStop(services, host, epoch)
}

async function raiseEpoch(
  services: Services,
  clientId: ClientId,
  { epoch, because }: { epoch: number; because: ClientId },
): Promise<void> {
  await services.clients.transact(clientId, {}, (partition) => {
    const row = partition.control()
    if (row.epoch >= epoch || !partition.config()) return { kind: 'nothing', value: undefined }
    return {
      kind: 'write',
      rows: [{ rowKey: rowKeys.control, value: { ...row, epoch } }],
      ledger: { actor: 'atlas', action: 'epoch.raised', object: clientId, detail: { epoch, because } },
      value: undefined,
    }
  })
}
