import { odata } from '@azure/data-tables'
import type { TableClient } from '@azure/data-tables'
import { z } from 'zod'
import { CampaignHead, cellLetters, ClientRow, RingRow } from '../../../orchestrations/contracts/board.ts'
import { CampaignId, type ClientId, type RingNumber } from '../../../orchestrations/domain/ids.ts'
import { PlannedClient } from '../../../orchestrations/domain/plan.ts'
import { eachOf } from '../../concurrency.ts'
import { PlanHeader, PreparationRow, ProofRow } from './rows.ts'
import { changeRow } from './changeRow.ts'
import { encode } from './codec.ts'
import { ConflictTooOften, patience, statusOf } from './connect.ts'
import { findRow, listRows } from './read.ts'
import { clientRowKey, createNewestRows } from './newestRows.ts'
import { backOff } from './turns.ts'

/** Who waits for a hint about what, so that a control can wake it. */
export const WaiterRow = z.object({ instanceId: z.string() })

/** Table `Campaigns`: what draws the board, and the plan, in one partition per campaign. */
export interface CampaignStore {
  create(
    head: CampaignHead,
    plan: PlanHeader,
    clients: readonly PlannedClient[],
    rings: readonly RingRow[],
  ): Promise<void>
  head(id: CampaignId): Promise<CampaignHead | undefined>
  heads(): Promise<CampaignHead[]>
  /** Optimistic change of the head: `change` may be called again after a conflict; undefined = leave it. */
  changeHead(id: CampaignId, change: (head: CampaignHead) => CampaignHead | undefined): Promise<CampaignHead>
  planHeader(id: CampaignId): Promise<PlanHeader>
  plannedClient(id: CampaignId, clientId: ClientId): Promise<PlannedClient | undefined>
  plannedClients(id: CampaignId): Promise<PlannedClient[]>
  ring(id: CampaignId, ring: RingNumber): Promise<RingRow>
  rings(id: CampaignId): Promise<RingRow[]>
  changeRing(
    id: CampaignId,
    ring: RingNumber,
    change: (row: RingRow) => RingRow | undefined,
  ): Promise<RingRow>
  /** Adds updates, by id, to those that a ring has proven. */
  prove(id: CampaignId, ring: RingNumber, updates: readonly string[]): Promise<void>
  proven(id: CampaignId): Promise<ProofRow[]>
  /** Replaces clients' summary rows, except by older revisions; as many in one transaction as it takes. */
  putClients(id: CampaignId, rows: readonly ClientRow[]): Promise<void>
  clients(id: CampaignId): Promise<ClientRow[]>
  preparation(id: CampaignId): Promise<PreparationRow | undefined>
  /** Optimistic; `change` gets undefined when there is none yet, and answers it to leave things as they are. */
  changePreparation(
    id: CampaignId,
    change: (row: PreparationRow | undefined) => PreparationRow | undefined,
  ): Promise<PreparationRow | undefined>
  setWaiter(id: CampaignId, subject: string, instanceId: string): Promise<void>
  waiters(id: CampaignId, subject?: string): Promise<string[]>
  /** Those whose subjects begin so. */
  waitersWith(id: CampaignId, prefix: string): Promise<string[]>
}

const key = {
  head: 'campaign',
  plan: 'plan',
  preparation: 'preparation',
  plannedClient: (id: ClientId) => `planned:${id}`,
  ring: (ring: RingNumber) => `ring:${ring}`,
  client: clientRowKey,
  proof: (ring: RingNumber) => `proof:${ring}`,
  waiter: (subject: string) => `waiter:${subject}`,
} as const

/** Before its first turn a client's line says what is planned. */
function boardRows(clients: readonly PlannedClient[], plan: PlanHeader): ClientRow[] {
  const ringOf = new Map(plan.rings.flatMap(({ ring, clients: ids }) => ids.map((id) => [id, ring] as const)))
  return clients.flatMap(({ clientId, name, servers }) => {
    const ring = ringOf.get(clientId)
    if (ring === undefined) return []
    const cells = cellLetters.pending.repeat(servers.length)
    return [
      {
        clientId,
        name,
        ring,
        revision: 0,
        state: { kind: 'waiting' },
        cells,
        now: [],
        spentMs: 0,
        measured: 0,
      },
    ]
  })
}

const directory = 'campaigns'
const rowsAtOnce = 16
const maxAttempts = 20

export function createCampaignStore(table: TableClient, random: () => number = Math.random): CampaignStore {
  const find = <T extends z.ZodType>(partition: string, rowKey: string, schema: T) =>
    findRow(table, partition, rowKey, schema)

  async function must<T extends z.ZodType>(id: CampaignId, rowKey: string, schema: T) {
    const found = await find(id, rowKey, schema)
    if (!found) throw new Error(`Campaign ${id} has no row ${rowKey}`)
    return found
  }

  const list = <T extends z.ZodType>(partition: string, prefix: string, schema: T) =>
    listRows(
      table,
      odata`PartitionKey eq ${partition} and RowKey ge ${prefix} and RowKey lt ${`${prefix}~`}`,
      schema,
    )

  async function change<T extends z.ZodType>(
    id: CampaignId,
    rowKey: string,
    schema: T,
    decide: (value: z.infer<T>) => z.infer<T> | undefined,
  ): Promise<z.infer<T>> {
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      if (attempt > 0) await backOff(attempt, random)
      const { value, etag } = await must(id, rowKey, schema)
      const next = decide(value)
      if (next === undefined) return value
      try {
        await table.updateEntity(encode(id, rowKey, next), 'Replace', { etag, ...patience() })
        return next
      } catch (error) {
        if (statusOf(error) !== 412) throw error
      }
    }
    throw new ConflictTooOften(
      `Campaign ${id}: row ${rowKey} changed ${maxAttempts} times while it was being changed`,
    )
  }

  const put = (partition: string, rowKey: string, value: unknown) =>
    table.upsertEntity(encode(partition, rowKey, value), 'Replace', patience())

  return {
    async create(head, plan, clients, rings) {
      // The head comes last: a campaign whose creation was cut off doesn't exist.
      await eachOf(clients, rowsAtOnce, async (client) => {
        await put(head.campaignId, key.plannedClient(client.clientId), client)
      })
      await eachOf(boardRows(clients, plan), rowsAtOnce, async (row) => {
        await put(head.campaignId, key.client(row.clientId), row)
      })
      for (const ring of rings) await put(head.campaignId, key.ring(ring.ring), ring)
      await put(head.campaignId, key.plan, plan)
      await table.createEntity(encode(head.campaignId, key.head, head), patience())
      await put(directory, head.campaignId, { campaignId: head.campaignId })
    },
    head: async (id) => (await find(id, key.head, CampaignHead))?.value,
    async heads() {
      const known = await list(directory, '', z.object({ campaignId: CampaignId }))
      const heads = await Promise.all(
        known.map(async ({ campaignId }) => find(campaignId, key.head, CampaignHead)),
      )
      return heads.flatMap((found) => (found ? [found.value] : [])).sort((a, b) => b.createdAt - a.createdAt)
    },
    changeHead: (id, decide) => change(id, key.head, CampaignHead, decide),
    planHeader: async (id) => (await must(id, key.plan, PlanHeader)).value,
    plannedClient: async (id, clientId) =>
      (await find(id, key.plannedClient(clientId), PlannedClient))?.value,
    plannedClients: (id) => list(id, 'planned:', PlannedClient),
    ring: async (id, ring) => (await must(id, key.ring(ring), RingRow)).value,
    rings: (id) => list(id, 'ring:', RingRow),
    changeRing: (id, ring, decide) => change(id, key.ring(ring), RingRow, decide),
    async prove(id, ring, updates) {
      const decide = (row: ProofRow | undefined) => ({
        ring,
        updates: [...new Set([...(row?.updates ?? []), ...updates])],
      })
      await changeRow(table, id, key.proof(ring), ProofRow, decide, random)
    },
    proven: (id) => list(id, 'proof:', ProofRow),
    putClients: createNewestRows(table, random),
    clients: (id) => list(id, 'client:', ClientRow),
    preparation: async (id) => (await find(id, key.preparation, PreparationRow))?.value,
    changePreparation: (id, decide) => changeRow(table, id, key.preparation, PreparationRow, decide, random),
    async setWaiter(id, subject, instanceId) {
      await put(id, key.waiter(subject), { instanceId })
    },
    async waiters(id, subject) {
      if (subject === undefined) return (await list(id, 'waiter:', WaiterRow)).map((row) => row.instanceId)
      const found = await find(id, key.waiter(subject), WaiterRow)
      return found ? [found.value.instanceId] : []
    },
    waitersWith: async (id, prefix) =>
      (await list(id, key.waiter(prefix), WaiterRow)).map((row) => row.instanceId),
  }
}
