import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { z } from 'zod'
import type { Content, MessageState, StoredMessage } from './engine/message.ts'
import { defaultQueueOptions, type QueueOptions } from './engine/options.ts'

const schema = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA cache_size = -2000;
  CREATE TABLE IF NOT EXISTS queues (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, options TEXT NOT NULL,
    createdAt INTEGER NOT NULL, updatedAt INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS messages (queue INTEGER NOT NULL, seq INTEGER NOT NULL, state TEXT NOT NULL,
    scheduledAt INTEGER, enqueuedAt INTEGER NOT NULL, ttl INTEGER, deliveryCount INTEGER NOT NULL,
    source TEXT, annotations BLOB, bare BLOB NOT NULL, PRIMARY KEY (queue, seq)) WITHOUT ROWID;`

/** A queue as it is kept. */
export interface QueueRow {
  readonly id: number
  readonly name: string
  readonly options: QueueOptions
  readonly createdAt: number
  readonly updatedAt: number
}

const millis = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.POSITIVE_INFINITY)
const optionsText = z.object({
  lockDuration: z.number(),
  maxDeliveryCount: millis,
  defaultTimeToLive: millis,
  deadLetteringOnExpiration: z.boolean(),
  duplicateDetection: z.boolean(),
  duplicateWindow: z.number(),
})

const queueRow = z.object({
  id: z.number(),
  name: z.string(),
  options: z.string().transform((text) => optionsText.parse({ ...defaultQueueOptions, ...JSON.parse(text) })),
  createdAt: z.number(),
  updatedAt: z.number(),
})

interface MessageRow {
  readonly queue: number
  readonly seq: number
  readonly state: string
  readonly scheduledAt: number | null
  readonly enqueuedAt: number
  readonly ttl: number | null
  readonly deliveryCount: number
  readonly source: string | null
  readonly annotations: Uint8Array | null
  readonly bare: Uint8Array
}

/** The broker's file: queues and messages in SQLite (WAL, synchronous=NORMAL: a killed process loses no commit). */
export class Store {
  private readonly db: DatabaseSync
  private readonly statements: Record<'insert' | 'update' | 'remove', StatementSync>

  constructor(file: string) {
    this.db = new DatabaseSync(file)
    this.db.exec(schema)
    this.statements = {
      insert: this.db.prepare('INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
      update: this.db.prepare(
        'UPDATE messages SET state = ?, deliveryCount = ?, annotations = ?, bare = ? WHERE queue = ? AND seq = ?',
      ),
      remove: this.db.prepare('DELETE FROM messages WHERE queue = ? AND seq = ?'),
    }
  }

  transaction(work: () => void): void {
    this.db.exec('BEGIN')
    try {
      work()
      this.db.exec('COMMIT')
    } catch (error) {
      this.db.exec('ROLLBACK')
      throw error
    }
  }

  insert(queueId: number, message: StoredMessage): void {
    const { content, state } = message
    this.statements.insert.run(
      queueId,
      message.seq,
      durableState(state),
      state.kind === 'scheduled' ? state.at : null,
      message.enqueuedAt,
      Number.isFinite(message.timeToLive) ? message.timeToLive : null,
      message.deliveryCount,
      message.deadLetterSource ?? null,
      content.annotations ?? null,
      content.bare,
    )
  }

  update(queueId: number, message: StoredMessage): void {
    const { content } = message
    const state = durableState(message.state)
    const { seq, deliveryCount } = message
    this.statements.update.run(state, deliveryCount, content.annotations ?? null, content.bare, queueId, seq)
  }

  remove(queueId: number, seq: number): void {
    this.statements.remove.run(queueId, seq)
  }

  saveQueue(row: QueueRow): void {
    this.db
      .prepare('INSERT OR REPLACE INTO queues VALUES (?, ?, ?, ?, ?)')
      .run(row.id, row.name, JSON.stringify(row.options), row.createdAt, row.updatedAt)
  }

  removeQueue(id: number): void {
    this.db.prepare('DELETE FROM queues WHERE id = ?').run(id)
  }

  queues(): QueueRow[] {
    return z.array(queueRow).parse(this.db.prepare('SELECT * FROM queues ORDER BY id').all())
  }

  /** Every kept message with its queue's id, in order of sequence within a queue. */
  *messages(): Generator<[number, StoredMessage]> {
    for (const row of this.db.prepare('SELECT * FROM messages ORDER BY queue, seq').iterate()) {
      const kept = row as unknown as MessageRow
      yield [kept.queue, restore(kept)]
    }
  }

  /** Takes `size` numbers from a durable counter: the first of them. */
  reserve(counter: string, size: number): number {
    const row = this.db
      .prepare(
        'INSERT INTO counters VALUES (?, ? + 1) ON CONFLICT DO UPDATE SET value = value + ? RETURNING value',
      )
      .get(counter, size, size)
    return z.object({ value: z.number() }).parse(row).value - size
  }

  close(): void {
    this.db.close()
  }
}

// Locks die with the process: a locked message is kept as what it was before.
const durableState = (state: MessageState): string =>
  state.kind === 'locked' ? (state.deferred ? 'deferred' : 'ready') : state.kind

function restore(row: MessageRow): StoredMessage {
  const timeToLive = row.ttl ?? Number.POSITIVE_INFINITY
  const content: Content = {
    annotations: row.annotations === null ? undefined : Buffer.from(row.annotations),
    bare: Buffer.from(row.bare),
  }
  return {
    seq: row.seq,
    content,
    enqueuedAt: row.enqueuedAt,
    timeToLive,
    expiresAt: row.enqueuedAt + timeToLive,
    deliveryCount: row.deliveryCount,
    deadLetterSource: row.source ?? undefined,
    state: restoreState(row),
    lockTimer: undefined,
    expiryTimer: undefined,
  }
}

function restoreState(row: MessageRow): MessageState {
  if (row.state === 'deferred') return { kind: 'deferred' }
  if (row.state === 'scheduled') return { kind: 'scheduled', at: row.scheduledAt ?? row.enqueuedAt }
  return { kind: 'ready' }
}
