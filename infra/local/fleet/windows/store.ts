import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { StatementSync } from 'node:sqlite'
import type { Task } from '../../../../orchestrations/contracts/tasks.ts'
import type { TaskOutcome } from '../../../../agent/windows.ts'
import type { MachineState } from './state.ts'

/** One task as a machine carries it out; the same command run twice is two of them. */
export interface WorkRow {
  readonly id: number
  readonly commandId: string
  /** The agent that runs it, and the machine that it is about. */
  readonly runsOn: string
  readonly about: string
  readonly task: Task
  readonly attempt: number
  /** Plan time, epoch ms. */
  readonly begunAt: number
  readonly endsAt: number
  /** issuedAt → accepted, wire ms. */
  readonly acceptMs: number
  /** Present when it has ended. */
  readonly outcome?: TaskOutcome
}

interface StoredRow extends Record<string, unknown> {
  readonly id: number
  readonly json: string
  readonly outcome: string | null
}

/**
 * What the simulated machines remember, whatever is killed: rows are what this process wrote, so they are
 * trusted. WAL without a flush a commit: it has to outlive the process, not the computer.
 */
export class WindowsStore {
  readonly #db: DatabaseSync
  readonly #saveMachine: StatementSync
  readonly #insertWork: StatementSync
  readonly #endWork: StatementSync
  readonly #findWork: StatementSync
  readonly #attemptOf: StatementSync
  readonly #countAttempts: StatementSync

  constructor(file: string) {
    mkdirSync(dirname(file), { recursive: true })
    this.#db = new DatabaseSync(file)
    this.#db.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      CREATE TABLE IF NOT EXISTS machine (server TEXT PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS work (
        id INTEGER PRIMARY KEY, command TEXT NOT NULL, runs_on TEXT NOT NULL, about TEXT NOT NULL,
        kind TEXT NOT NULL, attempt INTEGER NOT NULL, json TEXT NOT NULL, outcome TEXT);
      CREATE INDEX IF NOT EXISTS work_command ON work (command);
      CREATE INDEX IF NOT EXISTS work_about ON work (about, kind, attempt);
      CREATE INDEX IF NOT EXISTS work_open ON work (id) WHERE outcome IS NULL;
    `)
    this.#saveMachine = this.#db.prepare('INSERT OR REPLACE INTO machine (server, state) VALUES (?, ?)')
    this.#insertWork = this.#db.prepare(
      'INSERT INTO work (command, runs_on, about, kind, attempt, json, outcome) VALUES (?, ?, ?, ?, ?, ?, ?)',
    )
    this.#endWork = this.#db.prepare('UPDATE work SET outcome = ? WHERE id = ?')
    this.#findWork = this.#db.prepare(
      'SELECT id, json, outcome FROM work WHERE command = ? AND runs_on = ? ORDER BY id DESC LIMIT 1',
    )
    this.#attemptOf = this.#db.prepare(
      'SELECT attempt FROM work WHERE about = ? AND kind = ? AND command = ? LIMIT 1',
    )
    this.#countAttempts = this.#db.prepare(
      'SELECT max(attempt) AS attempts FROM work WHERE about = ? AND kind = ?',
    )
  }

  machines(): Map<string, MachineState> {
    const rows = this.#db.prepare('SELECT server, state FROM machine').all()
    return new Map(rows.map(({ server, state }) => [String(server), toState(String(state))]))
  }

  saveMachine(server: string, state: MachineState): void {
    this.#saveMachine.run(server, JSON.stringify(state))
  }

  /** Which attempt of this kind on this machine a command is: how many others were begun before, plus one. */
  attempt(about: string, kind: string, commandId: string): number {
    const again = this.#attemptOf.get(about, kind, commandId)
    if (again !== undefined) return Number(again['attempt'])
    return Number(this.#countAttempts.get(about, kind)?.['attempts'] ?? 0) + 1
  }

  insertWork(kind: string, row: Omit<WorkRow, 'id'>): WorkRow {
    const { outcome, ...begun } = row
    const { lastInsertRowid } = this.#insertWork.run(
      row.commandId,
      row.runsOn,
      row.about,
      kind,
      row.attempt,
      JSON.stringify(begun),
      outcome === undefined ? null : JSON.stringify(outcome),
    )
    return { id: Number(lastInsertRowid), ...row }
  }

  endWork(row: WorkRow, outcome: TaskOutcome): void {
    this.#endWork.run(JSON.stringify(outcome), row.id)
  }

  /** The newest run of a command on a host. */
  findWork(commandId: string, runsOn: string): WorkRow | undefined {
    const row = this.#findWork.get(commandId, runsOn)
    return row === undefined ? undefined : toWork(row as StoredRow)
  }

  openWork(): WorkRow[] {
    const rows = this.#db
      .prepare('SELECT id, json, outcome FROM work WHERE outcome IS NULL ORDER BY id')
      .all()
    return rows.map((row) => toWork(row as StoredRow))
  }

  *allWork(): Generator<WorkRow> {
    for (const row of this.#db.prepare('SELECT id, json, outcome FROM work ORDER BY id').iterate())
      yield toWork(row as StoredRow)
  }

  /** All or nothing. */
  together<T>(writes: () => T): T {
    this.#db.exec('BEGIN IMMEDIATE')
    try {
      const result = writes()
      this.#db.exec('COMMIT')
      return result
    } catch (error) {
      this.#db.exec('ROLLBACK')
      throw error
    }
  }

  close(): void {
    this.#db.close()
  }
}

/** A data folder of before machines downloaded has states without it. */
function toState(json: string): MachineState {
  const state = JSON.parse(json) as Omit<MachineState, 'downloaded'> & Partial<MachineState>
  return { ...state, downloaded: state.downloaded ?? [] }
}

function toWork({ id, json, outcome }: StoredRow): WorkRow {
  const begun = JSON.parse(json) as Omit<WorkRow, 'id' | 'outcome'>
  return { ...begun, id, ...(outcome === null ? {} : { outcome: JSON.parse(outcome) as TaskOutcome }) }
}
