import { DatabaseSync, type StatementSync } from 'node:sqlite'

/** An entity as stored: `body` is its own properties as JSON text in minimal-metadata form, without keys. */
export type StoredEntity = {
  readonly pk: string
  readonly rk: string
  readonly stamp: string
  readonly body: string
}

/** Inclusive bounds of a scan; no upper bound when undefined. `rk` bounds count only inside one partition. */
export type KeyRange = {
  readonly pkFrom: string
  readonly pkTo: string | undefined
  readonly rkFrom: string
  readonly rkTo: string | undefined
}

const schema = `
  CREATE TABLE IF NOT EXISTS tables (
    id INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, folded TEXT NOT NULL, name TEXT NOT NULL,
    UNIQUE (account, folded)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS entities (
    tbl INTEGER NOT NULL, pk TEXT NOT NULL, rk TEXT NOT NULL, stamp TEXT NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (tbl, pk, rk)
  ) STRICT, WITHOUT ROWID;`

// SQLite orders every blob after every text: an empty blob is the bound that no key reaches.
const beyondAllText = new Uint8Array(0)

/** Tables and entities in one SQLite file (WAL): what is answered survives the death of the process. */
export class TableStore {
  readonly #db: DatabaseSync
  readonly #ids = new Map<string, number>()
  readonly #insert: StatementSync
  readonly #put: StatementSync
  readonly #get: StatementSync
  readonly #remove: StatementSync
  readonly #scanPartition: StatementSync
  readonly #scanTable: StatementSync
  readonly #begin: StatementSync
  readonly #commit: StatementSync
  readonly #rollback: StatementSync

  constructor(file: string) {
    this.#db = opened(file)
    const prepare = (sql: string) => this.#db.prepare(sql)
    this.#insert = prepare('INSERT INTO entities VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING')
    this.#put = prepare(
      'INSERT INTO entities VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET stamp = excluded.stamp, body = excluded.body',
    )
    this.#get = prepare('SELECT pk, rk, stamp, body FROM entities WHERE tbl = ? AND pk = ? AND rk = ?')
    this.#remove = prepare('DELETE FROM entities WHERE tbl = ? AND pk = ? AND rk = ?')
    this.#scanPartition = prepare(
      'SELECT pk, rk, stamp, body FROM entities WHERE tbl = ? AND pk = ? AND rk >= ? AND rk <= ? ORDER BY rk',
    )
    this.#scanTable = prepare(
      'SELECT pk, rk, stamp, body FROM entities WHERE tbl = ? AND (pk, rk) >= (?, ?) AND pk <= ? ORDER BY pk, rk',
    )
    this.#begin = prepare('BEGIN IMMEDIATE')
    this.#commit = prepare('COMMIT')
    this.#rollback = prepare('ROLLBACK')
  }

  /** Creates a table; false if it exists. Names differ only if they do without regard to case. */
  createTable(account: string, name: string): boolean {
    return (
      this.#db
        .prepare('INSERT INTO tables (account, folded, name) VALUES (?, ?, ?) ON CONFLICT DO NOTHING')
        .run(account, name.toLowerCase(), name).changes === 1
    )
  }

  /** Deletes a table with its entities; false if there is none. */
  deleteTable(account: string, name: string): boolean {
    const id = this.tableId(account, name)
    if (id === undefined) return false
    this.transaction(() => {
      this.#db.prepare('DELETE FROM entities WHERE tbl = ?').run(id)
      this.#db.prepare('DELETE FROM tables WHERE id = ?').run(id)
    })
    this.#ids.delete(`${account}/${name.toLowerCase()}`)
    return true
  }

  /** Table names of an account in order, from a name on. */
  tableNames(account: string, from: string): string[] {
    return this.#db
      .prepare('SELECT name FROM tables WHERE account = ? AND folded >= ? ORDER BY folded')
      .all(account, from.toLowerCase())
      .map((row) => String(row['name']))
  }

  /** The table's number, which entities are stored under; undefined if there is no such table. */
  tableId(account: string, name: string): number | undefined {
    const key = `${account}/${name.toLowerCase()}`
    const known = this.#ids.get(key)
    if (known !== undefined) return known
    const row = this.#db
      .prepare('SELECT id FROM tables WHERE account = ? AND folded = ?')
      .get(account, name.toLowerCase())
    if (row === undefined) return undefined
    const id = Number(row['id'])
    this.#ids.set(key, id)
    return id
  }

  /** False if an entity with these keys exists. */
  insert(table: number, entity: StoredEntity): boolean {
    return this.#insert.run(table, entity.pk, entity.rk, entity.stamp, entity.body).changes === 1
  }

  put(table: number, entity: StoredEntity): void {
    this.#put.run(table, entity.pk, entity.rk, entity.stamp, entity.body)
  }

  get(table: number, pk: string, rk: string): StoredEntity | undefined {
    return this.#get.get(table, pk, rk) as StoredEntity | undefined
  }

  /** False if there is no such entity. */
  remove(table: number, pk: string, rk: string): boolean {
    return this.#remove.run(table, pk, rk).changes === 1
  }

  /** Entities of a range by (pk, rk), read from the index as they are consumed. */
  scan(table: number, range: KeyRange): Iterable<StoredEntity> {
    const { pkFrom, pkTo, rkFrom, rkTo } = range
    const rows =
      pkFrom === pkTo
        ? this.#scanPartition.iterate(table, pkFrom, rkFrom, rkTo ?? beyondAllText)
        : this.#scanTable.iterate(table, pkFrom, rkFrom, pkTo ?? beyondAllText)
    return rows as Iterable<unknown> as Iterable<StoredEntity>
  }

  /** All or nothing: what `work` did is undone if it throws. */
  transaction<T>(work: () => T): T {
    this.#begin.run()
    try {
      const result = work()
      this.#commit.run()
      return result
    } catch (error) {
      if (this.#db.isTransaction) this.#rollback.run()
      throw error
    }
  }

  close(): void {
    this.#db.close()
  }
}

function opened(file: string): DatabaseSync {
  try {
    const db = new DatabaseSync(file, { timeout: 5_000 })
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 4000')
    db.exec(schema)
    return db
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`The Tables data file ${file} can't be opened or written: ${reason}`, { cause })
  }
}
