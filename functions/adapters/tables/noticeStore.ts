import { odata, type TableClient, type TransactionAction } from '@azure/data-tables'
import type { z } from 'zod'
import type { Channel, Delivery, Notice } from '../../../orchestrations/contracts/api.ts'
import { decode, encode } from './codec.ts'
import { ConflictTooOften, patience, statusOf } from './connect.ts'
import { ClientMailRow, NoticeRow, OutboxRow, RateRow, SuspectRow, WatchRow } from './noticeRows.ts'
import { findRow, listRows } from './read.ts'
import { backOff } from './turns.ts'

/** Notices, what is still to be sent of them, and the watch's memory: one partition of table `Fleet`. */
export interface NoticeStore {
  /** Stores a notice with an outbox row per waiting delivery; false when its id is known: nothing is told twice. */
  add(notice: Notice, items?: readonly string[]): Promise<boolean>
  find(id: string): Promise<NoticeRow | undefined>
  /** Newest first, those that are `wanted`; `last`: there are more after it. */
  page(
    limit: number,
    after: Pick<Notice, 'at' | 'id'> | undefined,
    wanted: (notice: Notice) => boolean,
  ): Promise<{ notices: Notice[]; last?: Notice }>
  /** What a channel has to send, oldest first. */
  outbox(channel: Channel): Promise<OutboxRow[]>
  /** Replaces an outbox row (before a sending, and between two languages). */
  putOutbox(row: OutboxRow): Promise<void>
  /** Ends a sending: the outbox row goes, the notice says how it went. Safe to repeat. */
  settle(row: OutboxRow, delivery: Delivery): Promise<void>
  /** Lets a notice say how its sending goes on. */
  say(row: OutboxRow, delivery: Delivery): Promise<void>
  sentAt(channel: Channel): Promise<number[]>
  putSentAt(channel: Channel, sentAt: readonly number[]): Promise<void>
  /** Written before a server is quarantined, so that the watch looks at it. */
  putSuspect(row: SuspectRow): Promise<void>
  suspects(): Promise<SuspectRow[]>
  dropSuspect(row: SuspectRow): Promise<void>
  clientMail(id: string): Promise<ClientMailRow | undefined>
  putClientMail(id: string, row: ClientMailRow): Promise<void>
  /** At most `most` settled notices, and as many clients' mails, from before `at` (wire ms). */
  settledBefore(at: number, most: number): Promise<Settled>
  forget(settled: Settled): Promise<void>
  watch(): Promise<WatchRow | undefined>
  putWatch(row: WatchRow): Promise<void>
}

export interface Settled {
  readonly notices: readonly Pick<Notice, 'at' | 'id'>[]
  readonly clientMails: readonly string[]
}

const partition = 'notices'
/** Keys of later notices come first: 9e13 is the year 4822. */
const reversed = (at: number): string => String(9e13 - Math.floor(at)).padStart(14, '0')
const key = {
  id: (id: string) => `id:${id}`,
  list: ({ at, id }: Pick<Notice, 'at' | 'id'>) => `list:${reversed(at)}:${id}`,
  out: ({ channel, at, id }: Pick<OutboxRow, 'channel' | 'at' | 'id'>) =>
    `out:${channel}:${String(Math.floor(at)).padStart(14, '0')}:${id}`,
  rate: (channel: Channel) => `rate:${channel}`,
  suspect: ({ serverId }: Pick<SuspectRow, 'serverId'>) => `suspect:${serverId}`,
  clientMail: (id: string) => `client:${id}`,
  watch: 'watch',
} as const
const maxAttempts = 20

export function createNoticeStore(table: TableClient, random: () => number = Math.random): NoticeStore {
  const find = <T extends z.ZodType>(rowKey: string, schema: T) => findRow(table, partition, rowKey, schema)
  const put = async (rowKey: string, value: unknown) => {
    await table.upsertEntity(encode(partition, rowKey, value), 'Replace', patience())
  }

  const drop = async (rowKey: string) => {
    await table.deleteEntity(partition, rowKey, patience()).catch((error: unknown) => {
      if (statusOf(error) !== 404) throw error
    })
  }

  const between = (from: string, to: string) =>
    odata`PartitionKey eq ${partition} and RowKey gt ${from} and RowKey lt ${to}`

  /** At most `most` rows, read one after the other; undefined is left out. */
  async function take<T>(
    filter: string,
    most: number,
    read: (entity: Readonly<Record<string, unknown>>) => T | undefined,
  ): Promise<T[]> {
    const taken: T[] = []
    for await (const entity of table.listEntities({ queryOptions: { filter }, ...patience() })) {
      if (taken.length >= most) break
      const one = read(entity)
      if (one !== undefined) taken.push(one)
    }
    return taken
  }

  async function findNotice(id: string): Promise<NoticeRow | undefined> {
    const stored = await find(key.id(id), NoticeRow.shape.notice.pick({ at: true, id: true }))
    return stored && (await find(key.list(stored.value), NoticeRow))?.value
  }

  async function say(row: OutboxRow, delivery: Delivery): Promise<void> {
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      if (attempt > 0) await backOff(attempt, random)
      const found = await find(key.list(row), NoticeRow)
      if (!found) return
      const { notice } = found.value
      const deliveries = notice.deliveries.map((one) => (one.channel === row.channel ? delivery : one))
      const entity = encode(partition, key.list(row), { ...found.value, notice: { ...notice, deliveries } })
      try {
        await table.updateEntity(entity, 'Replace', { etag: found.etag, ...patience() })
        return
      } catch (error) {
        if (statusOf(error) !== 412) throw error
      }
    }
    throw new ConflictTooOften(`Notice ${row.id} changed ${maxAttempts} times while it was being changed`)
  }

  return {
    async add(notice, items) {
      const row: NoticeRow = { notice, ...(items ? { items: [...items] } : {}) }
      const waiting = notice.deliveries.filter(({ kind }) => kind === 'waiting')
      const actions: TransactionAction[] = [
        ['create', encode(partition, key.id(notice.id), { id: notice.id, at: notice.at })],
        ['create', encode(partition, key.list(notice), row)],
        ...waiting.map(({ channel }): TransactionAction => {
          const { id, kind, at } = notice
          const out: OutboxRow = { id, channel, kind, at, attempts: 0, nextAt: 0, done: [] }
          return ['create', encode(partition, key.out(out), out)]
        }),
      ]
      try {
        await table.submitTransaction(actions, patience())
        return true
      } catch (error) {
        if (statusOf(error) === 409) return false
        throw error
      }
    },
    find: findNotice,
    async page(limit, after, wanted) {
      const from = after ? key.list(after) : 'list:'
      const filter = odata`PartitionKey eq ${partition} and RowKey gt ${from} and RowKey lt ${'list:~'}`
      const notices: Notice[] = []
      for await (const entity of table.listEntities({ queryOptions: { filter }, ...patience() })) {
        const { notice } = decode(NoticeRow, entity)
        if (!wanted(notice)) continue
        const last = notices.at(-1)
        if (notices.length === limit && last) return { notices, last }
        notices.push(notice)
      }
      return { notices }
    },
    outbox: (channel) =>
      listRows(
        table,
        odata`PartitionKey eq ${partition} and RowKey ge ${`out:${channel}:`} and RowKey lt ${`out:${channel}:~`}`,
        OutboxRow,
      ),
    putOutbox: (row) => put(key.out(row), row),
    async settle(row, delivery) {
      await say(row, delivery)
      await drop(key.out(row))
    },
    say,
    sentAt: async (channel) => (await find(key.rate(channel), RateRow))?.value.sentAt ?? [],
    putSentAt: (channel, sentAt) => put(key.rate(channel), { sentAt }),
    putSuspect: (row) => put(key.suspect(row), row),
    suspects: () =>
      listRows(
        table,
        odata`PartitionKey eq ${partition} and RowKey ge ${'suspect:'} and RowKey lt ${'suspect:~'}`,
        SuspectRow,
      ),
    dropSuspect: (row) => drop(key.suspect(row)),
    clientMail: async (id) => (await find(key.clientMail(id), ClientMailRow))?.value,
    putClientMail: (id, row) => put(key.clientMail(id), row),
    async settledBefore(at, most) {
      const notices = await take(between(`list:${reversed(at)}`, 'list:~'), most, (entity) => {
        const { notice } = decode(NoticeRow, entity)
        return notice.deliveries.some(({ kind }) => kind === 'waiting') ? undefined : notice
      })
      const clientMails = await take(between('client:', 'client:~'), most, (entity) =>
        decode(ClientMailRow, entity).at < at ? String(entity['rowKey']) : undefined,
      )
      return { notices: notices.map(({ at: told, id }) => ({ at: told, id })), clientMails }
    },
    async forget({ notices, clientMails }) {
      // The id last: while it stands, the same is not told anew.
      for (const notice of notices) {
        await drop(key.list(notice))
        await drop(key.id(notice.id))
      }
      for (const rowKey of clientMails) await drop(rowKey)
    },
    watch: async () => (await find(key.watch, WatchRow))?.value,
    putWatch: (row) => put(key.watch, row),
  }
}
