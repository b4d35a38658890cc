import { clientOf, type Mailbox, type ServerId } from '../../orchestrations/domain/ids.ts'
import type { Partition } from '../adapters/tables/partition.ts'
import type { ServerRow } from '../adapters/tables/rows.ts'
import type { Services } from '../services.ts'

/** A server's mailbox, as its row says; one that isn't in the inventory has its first. */
export const mailboxIn = (row: ServerRow | undefined, serverId: ServerId): Mailbox => ({
  serverId,
  agentsForgotten: row?.agentsForgotten ?? 0,
})

/** Where messages to a server go, as far as this process has seen. */
export async function mailboxOf(services: Services, serverId: ServerId): Promise<Mailbox> {
  const clientId = clientOf(serverId)
  const look = (partition: Partition) => mailboxIn(partition.server(serverId), serverId)
  return services.clients.glance(clientId, look) ?? (await services.clients.read(clientId, {}, look))
}
