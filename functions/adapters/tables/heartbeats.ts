import { odata, type TableClient } from '@azure/data-tables'
import { z } from 'zod'
import { clientOf, CommandId, ServerId, type ClientId } from '../../../orchestrations/domain/ids.ts'
import { decode, encode } from './codec.ts'
import { patience } from './connect.ts'

const Journal = z.object({ id: z.string(), sequence: z.int() })

export const Heartbeat = z.object({
  serverId: ServerId,
  /** Wire time of receipt, epoch ms. */
  at: z.number(),
  bootedAt: z.number(),
  open: z.array(CommandId),
  epoch: z.int(),
  connected: z.boolean(),
  version: z.string(),
  /** Agent's clock minus ours, wire ms. */
  skewMs: z.number(),
  journal: Journal.optional(),
  /** What the same key said of itself before it said something else. */
  before: z.object({ bootedAt: z.number(), journal: Journal.optional() }).optional(),
})
export type Heartbeat = z.infer<typeof Heartbeat>

/** Table `Heartbeats`: one row a host, hot, never part of a transaction. */
export interface Heartbeats {
  record(heartbeat: Heartbeat): Promise<void>
  /** The newest heartbeat of a server, however old. Asks the table once a client and process. */
  last(serverId: ServerId): Promise<Heartbeat | undefined>
  /** The newest heartbeat of each of a client's servers that is younger than `since`, as far as known. */
  of(
    clientId: ClientId,
    servers: readonly ServerId[],
    since: number,
  ): Promise<ReadonlyMap<ServerId, Heartbeat>>
}

/** A heartbeat that says nothing new is written this seldom, wire ms; staleness is judged in minutes. */
const rewriteMs = 30_000

const sameButTime = (a: Heartbeat, b: Heartbeat): boolean =>
  a.bootedAt === b.bootedAt &&
  a.epoch === b.epoch &&
  a.connected === b.connected &&
  a.open.join() === b.open.join()

export function createHeartbeats(table: TableClient): Heartbeats {
  // What this process received itself; another instance may have newer ones in the table.
  const seen = new Map<ServerId, Heartbeat>()
  const written = new Map<ServerId, Heartbeat>()
  const looked = new Map<ClientId, Promise<void>>()

  async function look(clientId: ClientId): Promise<void> {
    const filter = odata`PartitionKey eq ${clientId}`
    for await (const entity of table.listEntities({ queryOptions: { filter }, ...patience() })) {
      const stored = decode(Heartbeat, entity)
      if (stored.at > (seen.get(stored.serverId)?.at ?? 0)) seen.set(stored.serverId, stored)
    }
  }

  return {
    async last(serverId) {
      const clientId = clientOf(serverId)
      const first = looked.get(clientId) ?? look(clientId)
      looked.set(clientId, first)
      first.catch(() => looked.delete(clientId))
      await first
      return seen.get(serverId)
    },
    async record(heartbeat) {
      seen.set(heartbeat.serverId, heartbeat)
      const { serverId } = heartbeat
      const last = written.get(serverId)
      if (last && heartbeat.at - last.at < rewriteMs && sameButTime(last, heartbeat)) return
      written.set(serverId, heartbeat)
      await table.upsertEntity(encode(clientOf(serverId), serverId, heartbeat), 'Replace', patience())
    },
    async of(clientId, servers, since) {
      const fresh = (id: ServerId) => (seen.get(id)?.at ?? 0) >= since
      if (!servers.every(fresh)) await look(clientId)
      return new Map(
        servers.flatMap((id) => (fresh(id) ? [[id, seen.get(id)] as const] : [])),
      ) as ReadonlyMap<ServerId, Heartbeat>
    },
  }
}
