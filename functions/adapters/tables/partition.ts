import { odata, type TableClient } from '@azure/data-tables'
import type { CampaignId, ClientId, CommandId, ServerId } from '../../../orchestrations/domain/ids.ts'
import type { Client } from '../../../orchestrations/domain/fleet.ts'
import { patience, statusOf } from './connect.ts'
import { decode } from './codec.ts'
import { genesis } from './ledger.ts'
import {
  CheckpointRow,
  CommandRow,
  ConfigRow,
  ControlRow,
  CountsRow,
  Head,
  HeldJobsRow,
  LockRow,
  PreparedRow,
  ReservationRow,
  RunRow,
  rowKeys,
  ServerRow,
  type Head as HeadValue,
} from './rows.ts'

const schemas = [
  ['server:', ServerRow],
  ['run:', RunRow],
  ['command:', CommandRow],
  ['prepared:', PreparedRow],
  ['config', ConfigRow],
  ['control', ControlRow],
  ['lock:', ReservationRow],
  ['locked:', HeldJobsRow],
  ['lock', LockRow],
  ['counts', CountsRow],
  ['checkpoint:', CheckpointRow],
] as const

function schemaOf(rowKey: string) {
  const found = schemas.find(([prefix]) => rowKey.startsWith(prefix))
  if (!found) throw new Error(`Row key "${rowKey}" belongs to no kind of row of a client`)
  return found[1]
}

const endedCommandsKept = 24

/**
 * What is known of one client's partition as of one head. Since every change replaces the head, rows read
 * while the head stayed the same are all current; when it changes, everything here is thrown away.
 */
export class Partition {
  readonly #table: TableClient
  readonly #clientId: ClientId
  readonly #rows = new Map<string, unknown>()
  /** Row keys of the commands that are held, the one kept longest ago first. */
  readonly #commands = new Set<string>()
  /** Rows with a common beginning, as asked for since one of them last changed: each decision asks several times. */
  readonly #lists = new Map<string, readonly unknown[]>()
  readonly #loadedRuns = new Set<CampaignId>()
  readonly #loadedPrepared = new Set<CampaignId>()
  #serversLoaded = false
  /** Whether what is held is as of the head's last known state (and not after a failure). */
  trusted = false
  head: HeadValue = genesis
  /** ETag of the head row; undefined while the client doesn't exist. */
  headEtag: string | undefined

  constructor(table: TableClient, clientId: ClientId) {
    this.#table = table
    this.#clientId = clientId
  }

  /** Reads the head; when it moved, forgets the rest. Returns whether it moved. */
  async refreshHead(): Promise<boolean> {
    const found = await this.#find(rowKeys.head)
    const etag = typeof found?.['etag'] === 'string' ? found['etag'] : undefined
    if (this.trusted && etag === this.headEtag) return false
    this.trusted = true
    this.#rows.clear()
    this.#commands.clear()
    this.#lists.clear()
    this.#loadedRuns.clear()
    this.#loadedPrepared.clear()
    this.#serversLoaded = false
    this.headEtag = etag
    this.head = found ? decode(Head, found) : genesis
    return true
  }

  async load(needs: {
    campaign?: CampaignId
    commands?: readonly CommandId[]
    prepared?: CampaignId
  }): Promise<void> {
    // No row is written without a head: an import asks about hundreds of clients that don't exist yet.
    if (this.headEtag === undefined) {
      this.#serversLoaded = true
      return
    }
    if (!this.#serversLoaded) {
      await Promise.all([
        // Two ranges: between them lies the ledger, which only ever grows.
        this.#loadRange('config', 'counts~'),
        this.#loadRange('lock', 'lock~'),
        this.#loadRange('server:', 'server;'),
        this.#loadRange('checkpoint:', 'checkpoint;'),
      ])
      this.#serversLoaded = true
    }
    if (needs.campaign !== undefined && !this.#loadedRuns.has(needs.campaign)) {
      const prefix = rowKeys.runsOf(needs.campaign)
      await this.#loadRange(prefix, `${prefix}~`)
      this.#loadedRuns.add(needs.campaign)
    }
    if (needs.prepared !== undefined && !this.#loadedPrepared.has(needs.prepared)) {
      const prefix = rowKeys.preparedOf(needs.prepared)
      await this.#loadRange(prefix, `${prefix}~`)
      this.#loadedPrepared.add(needs.prepared)
    }
    for (const id of needs.commands ?? []) await this.#loadRow(rowKeys.command(id))
  }

  async #loadRow(rowKey: string): Promise<void> {
    if (this.#rows.has(rowKey)) return
    const found = await this.#find(rowKey)
    if (found) this.#keep(rowKey, decode(schemaOf(rowKey), found))
  }

  async #loadRange(from: string, until: string): Promise<void> {
    const filter = odata`PartitionKey eq ${this.#clientId} and RowKey ge ${from} and RowKey lt ${until}`
    for await (const entity of this.#table.listEntities({ queryOptions: { filter }, ...patience() })) {
      const rowKey = String(entity.rowKey)
      if (schemas.some(([prefix]) => rowKey.startsWith(prefix)) && !rowKey.startsWith('command:'))
        this.#keep(rowKey, decode(schemaOf(rowKey), entity))
    }
  }

  async #find(rowKey: string): Promise<Record<string, unknown> | undefined> {
    try {
      return await this.#table.getEntity(this.#clientId, rowKey, patience())
    } catch (error) {
      if (statusOf(error) === 404) return undefined
      throw error
    }
  }

  /** Takes over what a committed transaction wrote. */
  advance(head: HeadValue, etag: string, written: ReadonlyMap<string, unknown>): void {
    this.head = head
    this.headEtag = etag
    for (const [rowKey, value] of written) {
      if (value === undefined) this.#drop(rowKey)
      else this.#keep(rowKey, value)
    }
  }

  /** Makes the next use read everything again. */
  forget(): void {
    this.trusted = false
  }

  #keep(rowKey: string, value: unknown): void {
    this.#drop(rowKey)
    this.#rows.set(rowKey, value)
    if (!rowKey.startsWith('command:')) return
    this.#commands.add(rowKey)
    for (const oldest of this.#commands) {
      if (this.#commands.size <= endedCommandsKept) return
      this.#drop(oldest)
    }
  }

  #drop(rowKey: string): void {
    this.#rows.delete(rowKey)
    this.#commands.delete(rowKey)
    for (const prefix of this.#lists.keys()) if (rowKey.startsWith(prefix)) this.#lists.delete(prefix)
  }

  /** Whether it holds a client's rows: between a new head and the rows that follow it, it does not. */
  get complete(): boolean {
    return this.trusted && this.#serversLoaded
  }

  config = (): Client | undefined => this.#get<Client>(rowKeys.config)
  control = (): ControlRow =>
    this.#get<ControlRow>(rowKeys.control) ?? {
      control: { kind: 'running' },
      epoch: 0,
      emergency: false,
    }
  lock = (): LockRow => this.#get<LockRow>(rowKeys.lock) ?? { fence: 0 }
  /** Hosts of other clients, with guests here, that are being worked on. */
  reservations = (): readonly ReservationRow[] => this.#withPrefix<ReservationRow>('lock:')
  server = (id: ServerId): ServerRow | undefined => this.#get<ServerRow>(rowKeys.server(id))
  /** What prepare found, as far as it was asked for (`Needs.prepared`). */
  prepared = (campaign: CampaignId): readonly PreparedRow[] =>
    this.#withPrefix<PreparedRow>(rowKeys.preparedOf(campaign))
  command = (id: CommandId): CommandRow | undefined => this.#get<CommandRow>(rowKeys.command(id))
  counts = (): CountsRow => this.#get<CountsRow>(rowKeys.counts) ?? {}
  checkpoint = (name: string): CheckpointRow | undefined => this.#get<CheckpointRow>(rowKeys.checkpoint(name))
  /** All that stand on the client's hosts, as far as ATLAS made them. */
  checkpoints = (): readonly CheckpointRow[] => this.#withPrefix<CheckpointRow>('checkpoint:')
  heldJobsOf = (server: ServerId, on: ServerId): HeldJobsRow | undefined =>
    this.#get<HeldJobsRow>(rowKeys.heldJobs(server, on))
  /** Jobs of the client's servers that ATLAS holds on backup servers. */
  heldJobs = (): readonly HeldJobsRow[] => this.#withPrefix<HeldJobsRow>('locked:')
  servers = (): readonly ServerRow[] => this.#withPrefix<ServerRow>('server:')
  /** In plan order. */
  runs = (campaign: CampaignId): readonly RunRow[] =>
    this.#withPrefix<RunRow>(rowKeys.runsOf(campaign), (a, b) => a.order - b.order)
  run = (campaign: CampaignId, id: ServerId): RunRow | undefined =>
    this.runs(campaign).find((row) => row.serverId === id)

  #get<T>(rowKey: string): T | undefined {
    return this.#rows.get(rowKey) as T | undefined
  }

  #withPrefix<T>(prefix: string, order?: (a: T, b: T) => number): readonly T[] {
    const known = this.#lists.get(prefix)
    if (known) return known as readonly T[]
    const found: T[] = []
    for (const [key, value] of this.#rows) if (key.startsWith(prefix)) found.push(value as T)
    if (order) found.sort(order)
    this.#lists.set(prefix, found)
    return found
  }
}
