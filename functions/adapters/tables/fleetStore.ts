import { odata, type TableClient, type TransactionAction } from '@azure/data-tables'
import { z } from 'zod'
import { InventoryAnswer } from '../../../orchestrations/contracts/api.ts'
import { ClientId, RingNumber, ServerId } from '../../../orchestrations/domain/ids.ts'
import { changeRow } from './changeRow.ts'
import { encode } from './codec.ts'
import { patience, statusOf } from './connect.ts'
import { createKeyedRows, type KeyedRows } from './keyedRows.ts'
import { findRow, listKeyed, listRows } from './read.ts'
import { createTokenUses } from './tokenUses.ts'
import { Turns } from './turns.ts'

/** The emergency stop, fleet-wide. The epoch only ever grows; `raised` is what a release takes back. */
export const FleetControl = z.object({
  epoch: z.int(),
  raised: z.object({ at: z.number(), actor: z.string(), reason: z.string() }).optional(),
  /** Set once every client's control row agrees with this one. */
  settled: z.boolean(),
})
export type FleetControl = z.infer<typeof FleetControl>

export const KnownClient = z.object({ clientId: ClientId, name: z.string(), ring: RingNumber })
export type KnownClient = z.infer<typeof KnownClient>

export const EnrolmentToken = z.object({
  clientId: ClientId,
  left: z.int(),
  /** Wire time, epoch ms. */
  expiresAt: z.number(),
  issuedBy: z.string(),
})
export type EnrolmentToken = z.infer<typeof EnrolmentToken>

/** An import of an inventory, as far as it has come: what continues it after a crash. Wire time, epoch ms. */
export const ImportRow = z.object({
  importId: z.string(),
  /** Hash of the file and of how it is to be imported. */
  content: z.string(),
  actor: z.string(),
  file: z.string(),
  startedAt: z.number(),
  /** When it was last written: a running import writes every few seconds. */
  touchedAt: z.number(),
  endedAt: z.number().optional(),
  clients: z.int(),
  /** So many of the file's clients, from the first on, are applied whole. */
  clientsDone: z.int(),
  /** What the caller gets at the end: determined before anything is applied. */
  answer: InventoryAnswer,
})
export type ImportRow = z.infer<typeof ImportRow>

/** Table `Fleet`: what belongs to no single client. */
export interface FleetStore {
  control(): Promise<FleetControl>
  changeControl(change: (control: FleetControl) => FleetControl): Promise<FleetControl>
  clients(): Promise<KnownClient[]>
  putClient(client: KnownClient): Promise<void>
  putViewer(clientId: ClientId, until: number): Promise<void>
  viewers(): Promise<{ clientId: ClientId; until: number }[]>
  hostsNamed(host: string): Promise<ServerId[]>
  /** Makes servers findable by their host names. */
  putHosts(servers: readonly NamedHost[]): Promise<void>
  removeHost(host: string, serverId: ServerId): Promise<void>
  importRow(importId: string): Promise<ImportRow | undefined>
  putImport(row: ImportRow): Promise<void>
  /** For taking away what is kept no longer. */
  readonly imports: Pick<KeyedRows<Pick<ImportRow, 'touchedAt'>>, 'keysOf' | 'removeIf'>
  putToken(hash: string, token: EnrolmentToken): Promise<void>
  /** A token as it stands, used up and expired ones too. */
  token(hash: string): Promise<EnrolmentToken | undefined>
  /** All of them, with the hashes that stand for them. */
  tokens(): Promise<(EnrolmentToken & { readonly hash: string })[]>
  /** No further host enrols with it. */
  revokeToken(hash: string): Promise<void>
  /** Takes one use of a token: of many that race for the last one, one gets it. */
  useToken(hash: string, now: number): Promise<EnrolmentToken | undefined>
}

const ViewerRow = z.object({ clientId: ClientId, until: z.number() })
const HostRow = z.object({ servers: z.array(ServerId) })
const clear: FleetControl = { epoch: 1, settled: true }
const rowsPerTransaction = 100

interface NamedHost {
  readonly host: string
  readonly serverId: ServerId
}

function inBatches<T>(items: readonly T[]): T[][] {
  const count = Math.ceil(items.length / rowsPerTransaction)
  return Array.from({ length: count }, (_, at) =>
    items.slice(at * rowsPerTransaction, (at + 1) * rowsPerTransaction),
  )
}

export function createFleetStore(table: TableClient, random: () => number = Math.random): FleetStore {
  const turns = new Turns<string>()

  const find = <T extends z.ZodType>(partition: string, rowKey: string, schema: T) =>
    findRow(table, partition, rowKey, schema)
  const list = <T extends z.ZodType>(partition: string, schema: T) =>
    listRows(table, odata`PartitionKey eq ${partition}`, schema)

  /** In turn, because the hosts of a client use one token at one moment: they would conflict too often. */
  const change = <T extends z.ZodType>(
    partition: string,
    rowKey: string,
    schema: T,
    decide: (value: z.infer<T> | undefined) => z.infer<T> | undefined,
  ): Promise<z.infer<T> | undefined> =>
    turns.take(`${partition}/${rowKey}`, () => changeRow(table, partition, rowKey, schema, decide, random))

  const addHost = (host: string, serverId: ServerId) =>
    change('hosts', host.toLowerCase(), HostRow, (row) =>
      row?.servers.includes(serverId) ? undefined : { servers: [...(row?.servers ?? []), serverId] },
    )

  /** One request for hosts that are all new; false, and nothing is written, when one of the names is taken. */
  async function createdHosts(servers: readonly NamedHost[]): Promise<boolean> {
    const rows = servers.map(({ host, serverId }): TransactionAction => {
      return ['create', encode('hosts', host.toLowerCase(), { servers: [serverId] })]
    })
    try {
      await table.submitTransaction(rows, patience())
      return true
    } catch (error) {
      if (statusOf(error) === 409) return false
      throw error
    }
  }

  return {
    control: async () => (await find('fleet', 'control', FleetControl))?.value ?? clear,
    changeControl: async (decide) =>
      (await change('fleet', 'control', FleetControl, (value) => decide(value ?? clear))) ?? clear,
    clients: () => list('clients', KnownClient),
    async putClient(client) {
      await table.upsertEntity(encode('clients', client.clientId, client), 'Replace', patience())
    },
    async putViewer(clientId, until) {
      await table.upsertEntity(encode('viewers', clientId, { clientId, until }), 'Replace', patience())
    },
    viewers: () => list('viewers', ViewerRow),
    hostsNamed: async (host) => (await find('hosts', host.toLowerCase(), HostRow))?.value.servers ?? [],
    async putHosts(servers) {
      const byName = new Map(servers.map((server) => [server.host.toLowerCase(), server]))
      for (const batch of inBatches([...byName.values()])) {
        if (batch.length > 1 && (await createdHosts(batch))) continue
        for (const { host, serverId } of batch) await addHost(host, serverId)
      }
      const twins = servers.filter((server) => byName.get(server.host.toLowerCase()) !== server)
      for (const { host, serverId } of twins) await addHost(host, serverId)
    },
    async removeHost(host, serverId) {
      await change('hosts', host.toLowerCase(), HostRow, (row) =>
        row?.servers.includes(serverId)
          ? { servers: row.servers.filter((id) => id !== serverId) }
          : undefined,
      )
    },
    importRow: async (importId) => (await find('imports', importId, ImportRow))?.value,
    async putImport(row) {
      await table.upsertEntity(encode('imports', row.importId, row), 'Replace', patience())
    },
    imports: createKeyedRows(table, 'imports', ImportRow.pick({ touchedAt: true })),
    async putToken(hash, token) {
      await table.upsertEntity(encode('tokens', hash, token), 'Replace', patience())
    },
    tokens: async () =>
      (await listKeyed(table, odata`PartitionKey eq ${'tokens'}`, EnrolmentToken)).map(([hash, token]) => ({
        ...token,
        hash,
      })),
    async revokeToken(hash) {
      await change('tokens', hash, EnrolmentToken, (token) =>
        token && token.left > 0 ? { ...token, left: 0 } : undefined,
      )
    },
    token: async (hash) => (await find('tokens', hash, EnrolmentToken))?.value,
    useToken: createTokenUses((hash, decide) => change('tokens', hash, EnrolmentToken, decide)),
  }
}
