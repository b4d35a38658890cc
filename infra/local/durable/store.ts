import { DatabaseSync, type SQLOutputValue, type StatementSync } from 'node:sqlite'
import { FencedError, type InstanceFilter, type InstanceStatus, type RuntimeStatus } from './contract.ts'

/** One orchestration instance as stored; times are plan milliseconds, texts JSON. */
export interface InstanceRow extends InstanceStatus {
  readonly seq: number
  readonly executionId: string
  readonly parent: ParentLink | undefined
  /** History batches written so far. */
  readonly batches: number
}

/** Whom a sub-orchestration answers: the instance, its execution and the task that waits. */
export interface ParentLink {
  readonly seq: number
  readonly instanceId: string
  readonly executionId: string
  readonly taskId: number
}

export interface MessageRow {
  readonly id: number
  readonly instance: number
  readonly body: string
}

type Row = Record<string, SQLOutputValue>

/** Batches of one instance are neighbours in the history table: key = seq * batchesPerInstance + batch. */
const batchesPerInstance = 10_000_000

const schema = `
CREATE TABLE IF NOT EXISTS meta(key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT OR IGNORE INTO meta VALUES('fence', 0), ('format', 1);
CREATE TABLE IF NOT EXISTS instances(
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, execution TEXT NOT NULL, name TEXT NOT NULL, version TEXT,
  status TEXT NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL, batches INTEGER NOT NULL,
  parent INTEGER, parent_id TEXT, parent_execution TEXT, parent_task INTEGER,
  custom TEXT, input TEXT, output TEXT);
CREATE INDEX IF NOT EXISTS unfinished ON instances(seq) WHERE status IN ('Pending', 'Running', 'Suspended');
CREATE TABLE IF NOT EXISTS history(key INTEGER PRIMARY KEY, events TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS messages(id INTEGER PRIMARY KEY, instance INTEGER NOT NULL, body TEXT NOT NULL);
`

/** The SQLite file of one task hub. Every method is one statement or a few; callers batch them with `transact`. */
export class DurableStore {
  readonly #db: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()
  #fence = 0

  constructor(file: string) {
    this.#db = new DatabaseSync(file, { timeout: 10_000 })
    this.#db.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA wal_autocheckpoint=4000;')
    this.#db.exec(schema)
  }

  get fence(): number {
    return this.#fence
  }

  /** Becomes the owner: engines that opened the file before can no longer commit. */
  takeOver(): void {
    this.#db.exec('BEGIN IMMEDIATE')
    this.#run("UPDATE meta SET value = value + 1 WHERE key = 'fence'")
    this.#fence = this.#storedFence()
    this.#db.exec('COMMIT')
  }

  /**
   * Runs `work` in one transaction, all or nothing.
   * @throws FencedError when another engine has taken over meanwhile
   */
  transact(work: () => void): void {
    this.#db.exec('BEGIN IMMEDIATE')
    try {
      const fence = this.#storedFence()
      if (fence !== this.#fence)
        throw new FencedError(
          `Another engine owns the Durable store (fence ${fence}, this one has ${this.#fence}).`,
        )
      work()
      this.#db.exec('COMMIT')
    } catch (error) {
      this.#db.exec('ROLLBACK')
      throw error
    }
  }

  close(): void {
    this.#db.close()
  }

  insertInstance(row: InstanceRow): void {
    this.#run(
      'INSERT INTO instances VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)',
      row.seq,
      row.instanceId,
      row.executionId,
      row.name,
      row.version ?? null,
      row.runtimeStatus,
      row.createdTime,
      row.lastUpdatedTime,
      row.batches,
      row.parent?.seq ?? null,
      row.parent?.instanceId ?? null,
      row.parent?.executionId ?? null,
      row.parent?.taskId ?? null,
      row.customStatus ?? null,
      row.input ?? null,
      row.output ?? null,
    )
  }

  updateInstance(
    seq: number,
    status: RuntimeStatus,
    updated: number,
    batches: number,
    custom: string | undefined,
  ): void {
    this.#run(
      'UPDATE instances SET status=?, updated=?, batches=?, custom=? WHERE seq=?',
      status,
      updated,
      batches,
      custom ?? null,
      seq,
    )
  }

  setOutput(seq: number, output: string | undefined): void {
    this.#run('UPDATE instances SET output=? WHERE seq=?', output ?? null, seq)
  }

  /** Continue-as-new: the same instance with a new execution, input and an empty history. */
  renewExecution(seq: number, executionId: string, input: string | undefined): void {
    this.#run(
      'UPDATE instances SET execution=?, input=?, batches=0 WHERE seq=?',
      executionId,
      input ?? null,
      seq,
    )
    this.deleteHistory(seq)
  }

  deleteInstance(seq: number): void {
    this.#run('DELETE FROM instances WHERE seq=?', seq)
    this.deleteHistory(seq)
  }

  appendHistory(seq: number, batch: number, events: string): void {
    this.#run('INSERT INTO history VALUES(?,?)', seq * batchesPerInstance + batch, events)
  }

  deleteHistory(seq: number): void {
    const first = seq * batchesPerInstance
    this.#run('DELETE FROM history WHERE key >= ? AND key < ?', first, first + batchesPerInstance)
  }

  /** The batches of an instance, each the text of comma-separated events. */
  readHistory(seq: number): string[] {
    const first = seq * batchesPerInstance
    return this.#all(
      'SELECT events FROM history WHERE key >= ? AND key < ? ORDER BY key',
      first,
      first + batchesPerInstance,
    ).map((row) => String(row['events']))
  }

  insertMessage(message: MessageRow): void {
    this.#run('INSERT INTO messages VALUES(?,?,?)', message.id, message.instance, message.body)
  }

  deleteMessage(id: number): void {
    this.#run('DELETE FROM messages WHERE id=?', id)
  }

  messages(): MessageRow[] {
    return this.#all('SELECT * FROM messages ORDER BY id').map((row) => ({
      id: Number(row['id']),
      instance: Number(row['instance']),
      body: String(row['body']),
    }))
  }

  lastSeq(): number {
    return this.#number('SELECT max(seq) FROM instances')
  }

  lastMessageId(): number {
    return this.#number('SELECT max(id) FROM messages')
  }

  find(instanceId: string): InstanceRow | undefined {
    const [row] = this.#all('SELECT * FROM instances WHERE id=?', instanceId)
    return row === undefined ? undefined : toInstance(row)
  }

  unfinished(): InstanceRow[] {
    return this.#all(
      "SELECT * FROM instances WHERE status IN ('Pending', 'Running', 'Suspended') ORDER BY seq",
    ).map(toInstance)
  }

  /** Instances by filter in order of creation, after sequence number `after`. */
  list(filter: InstanceFilter, after: number, limit: number): InstanceRow[] {
    const statuses = filter.runtimeStatus ?? []
    return this.#all(
      `SELECT * FROM instances WHERE seq > ? AND created >= ? AND created <= ? AND substr(id, 1, ?) = ?
       ${statuses.length === 0 ? '' : `AND status IN (${statuses.map(() => '?').join(',')})`} ORDER BY seq LIMIT ?`,
      after,
      filter.createdTimeFrom ?? Number.MIN_SAFE_INTEGER,
      filter.createdTimeTo ?? Number.MAX_SAFE_INTEGER,
      filter.instanceIdPrefix?.length ?? 0,
      filter.instanceIdPrefix ?? '',
      ...statuses,
      limit,
    ).map(toInstance)
  }

  #storedFence(): number {
    return this.#number("SELECT value FROM meta WHERE key = 'fence'")
  }

  #number(sql: string): number {
    const [row] = this.#all(sql)
    return row === undefined ? 0 : Number(Object.values(row)[0] ?? 0)
  }

  #run(sql: string, ...values: (string | number | null)[]): void {
    this.#statement(sql).run(...values)
  }

  #all(sql: string, ...values: (string | number | null)[]): Row[] {
    return this.#statement(sql).all(...values)
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    const statement = this.#db.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }
}

const optional = (value: SQLOutputValue | undefined): string | undefined =>
  value === null || value === undefined ? undefined : String(value)

function toInstance(row: Row): InstanceRow {
  return {
    seq: Number(row['seq']),
    instanceId: String(row['id']),
    executionId: String(row['execution']),
    name: String(row['name']),
    version: optional(row['version']),
    runtimeStatus: String(row['status']) as RuntimeStatus,
    createdTime: Number(row['created']),
    lastUpdatedTime: Number(row['updated']),
    batches: Number(row['batches']),
    customStatus: optional(row['custom']),
    input: optional(row['input']),
    output: optional(row['output']),
    parent:
      row['parent'] === null
        ? undefined
        : {
            seq: Number(row['parent']),
            instanceId: String(row['parent_id']),
            executionId: String(row['parent_execution']),
            taskId: Number(row['parent_task']),
          },
  }
}
