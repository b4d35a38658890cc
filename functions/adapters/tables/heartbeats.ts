import { odata, type TableClient, type TransactionAction } from '@azure/data-tables'
import { z } from 'zod'
import { RunningWindows } from '../../../orchestrations/contracts/agent.ts'
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
  /** When it said so of its journal with a report, epoch ms by its own clock; absent: with this heartbeat. */
  reportedAt: z.number().optional(),
  /** What it runs on and with, as it says. */
  windows: RunningWindows.optional(),
  /** What the same key said of itself before it said something else. */
  before: z.object({ bootedAt: z.number(), journal: Journal.optional() }).optional(),
})
export type Heartbeat = z.infer<typeof Heartbeat>

/** Table `Heartbeats`: one row a host, hot, never part of a transaction. */
export interface Heartbeats {
  /** Resolves when it is known here; also in the table, if it says anything new. */
  record(heartbeat: Heartbeat): Promise<void>
  /** What a report told of the agent's journal, before its next heartbeat does: known here, and the first time in the table. */
  noteJournal(serverId: ServerId, told: Required<Pick<Heartbeat, 'journal' | 'reportedAt'>>): Promise<void>
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
/** And then waits for its neighbours: one request for all of a client's, wire ms. */
const togetherMs = 10_000
/** Source: learn.microsoft.com, "Performing entity group transactions". */
const rowsPerTransaction = 100

const sameButTime = (a: Heartbeat, b: Heartbeat): boolean =>
  a.bootedAt === b.bootedAt &&
  a.epoch === b.epoch &&
  a.connected === b.connected &&
  a.windows?.build === b.windows?.build &&
  a.windows?.scripts === b.windows?.scripts &&
  a.open.join() === b.open.join()

/** `onFailure`: heartbeats that said nothing new could not be written; the next ones are tried again. */
export function createHeartbeats(table: TableClient, onFailure: (error: unknown) => void): Heartbeats {
  // What this process received itself; another instance may have newer ones in the table.
  const seen = new Map<ServerId, Heartbeat>()
  const written = new Map<ServerId, Heartbeat>()
  const looked = new Map<ClientId, Promise<void>>()
  const waiting = new Map<ClientId, Map<ServerId, Heartbeat>>()
  /** A row that was sent must not overtake one that is newer. */
  const underWay = new Map<ClientId, Promise<void>>()

  async function look(clientId: ClientId): Promise<void> {
    const filter = odata`PartitionKey eq ${clientId}`
    for await (const entity of table.listEntities({ queryOptions: { filter }, ...patience() })) {
      const stored = decode(Heartbeat, entity)
      if (stored.at > (seen.get(stored.serverId)?.at ?? 0)) seen.set(stored.serverId, stored)
    }
  }

  function isWritten(heartbeat: Heartbeat): void {
    const { serverId, at } = heartbeat
    if (at >= (written.get(serverId)?.at ?? 0)) written.set(serverId, heartbeat)
  }

  async function writeNow(heartbeat: Heartbeat): Promise<void> {
    const { serverId } = heartbeat
    const clientId = clientOf(serverId)
    waiting.get(clientId)?.delete(serverId)
    await underWay.get(clientId)
    await table.upsertEntity(encode(clientId, serverId, heartbeat), 'Replace', patience())
    isWritten(heartbeat)
  }

  function writeTogether(heartbeat: Heartbeat): void {
    const { serverId } = heartbeat
    const clientId = clientOf(serverId)
    const neighbours = waiting.get(clientId)
    if (neighbours) neighbours.set(serverId, heartbeat)
    else {
      waiting.set(clientId, new Map([[serverId, heartbeat]]))
      setTimeout(() => {
        const work = writeWaiting(clientId).catch(onFailure)
        underWay.set(clientId, work)
        void work.then(() => underWay.delete(clientId))
      }, togetherMs).unref()
    }
  }

  async function writeWaiting(clientId: ClientId): Promise<void> {
    const beats = [...(waiting.get(clientId)?.values() ?? [])]
    waiting.delete(clientId)
    for (let from = 0; from < beats.length; from += rowsPerTransaction) {
      const some = beats.slice(from, from + rowsPerTransaction)
      const actions = some.map((beat): TransactionAction => {
        return ['upsert', encode(clientId, beat.serverId, beat), 'Replace']
      })
      await table.submitTransaction(actions, patience())
      some.forEach(isWritten)
    }
  }

  async function last(serverId: ServerId): Promise<Heartbeat | undefined> {
    const clientId = clientOf(serverId)
    const first = looked.get(clientId) ?? look(clientId)
    looked.set(clientId, first)
    first.catch(() => looked.delete(clientId))
    await first
    return seen.get(serverId)
  }

  return {
    last,
    async record(heartbeat) {
      seen.set(heartbeat.serverId, heartbeat)
      const last = written.get(heartbeat.serverId)
      if (!last || !sameButTime(last, heartbeat)) return writeNow(heartbeat)
      if (heartbeat.at - last.at >= rewriteMs) writeTogether(heartbeat)
    },
    async noteJournal(serverId, told) {
      const known = await last(serverId)
      if (!known) return
      // That it has taken anything on at all is what tells a lost journal: it must outlive this process. How much it
      // has taken is told by heartbeats as well.
      if ((known.journal?.sequence ?? 0) === 0) await writeNow({ ...known, ...told })
      seen.set(serverId, { ...(seen.get(serverId) ?? known), ...told })
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
