import * as nodeFs from 'node:fs'
import { dirname } from 'node:path'
import { syncFolder, writeAll, writeFlushed } from '../disk.ts'
import { readJournal } from './read.ts'
import { encodeRecord } from './records.ts'
import type { JournalRecord } from './records.ts'

/** The file system calls that a journal uses; tests put a full disk between. */
export type JournalFiles = Pick<
  typeof nodeFs,
  'openSync' | 'writeSync' | 'fdatasync' | 'fsyncSync' | 'ftruncateSync' | 'closeSync' | 'renameSync'
>

/** Nothing was recorded: the work must not be taken on. */
export class JournalUnwritable extends Error {
  override readonly name = 'JournalUnwritable'
}

/** Wire ms after a write: thousands of simulated agents share one process, and each may hold few files. */
const idleMs = 1_000

interface Waiter {
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

/**
 * The append-only memory of one agent: written before a message is settled, read at the next start.
 * Only one process may have it open. Corruption anywhere but in the last line makes it read-only.
 */
export class Journal {
  readonly records: readonly JournalRecord[]
  /** Why nothing can be recorded, for people; undefined while all is well. */
  problem: string | undefined
  size: number

  readonly #file: string
  readonly #files: JournalFiles
  #descriptor: number | undefined
  #forever = false
  #torn = false
  #owed: JournalRecord[] = []
  #waiting: Waiter[] = []
  #syncing = false
  /** Whether anything was written since the last flush began. */
  #dirty = false
  #rest: NodeJS.Timeout | undefined

  /** Opens or creates the file. Never throws for what the disk does: then `problem` is set. */
  constructor(file: string, files: JournalFiles = nodeFs) {
    this.#file = file
    this.#files = files
    let records: readonly JournalRecord[] = []
    this.size = 0
    try {
      nodeFs.mkdirSync(dirname(file), { recursive: true })
      const contents = readJournal(file)
      records = contents.records
      this.size = contents.goodBytes
      this.#torn = contents.tornBytes > 0
      if (contents.corruption !== undefined) {
        const { line, message } = contents.corruption
        this.#forever = true
        this.problem = `${file}, line ${line}: ${message}. Keep the file for analysis and enrol the agent again.`
      }
    } catch (error) {
      this.#forever = true
      this.problem = `${file}: ${String(error)}. Check the folder's permissions and start the agent again.`
    }
    this.records = records
  }

  /** Whether a flush to disk is under way or asked for: what was written may not be durable yet. */
  get syncing(): boolean {
    return this.#syncing || this.#waiting.length > 0
  }

  /** Appends or, when the disk refuses, writes nothing and throws JournalUnwritable. Not durable before sync. */
  append(records: readonly JournalRecord[]): void {
    if (records.length === 0) return
    if (this.#forever) throw new JournalUnwritable(this.problem)
    const bytes = Buffer.from([...this.#owed, ...records].map(encodeRecord).join(''))
    try {
      this.#write(bytes)
    } catch (error) {
      this.problem = `${this.#file}: ${String(error)}. Free space on the disk; the agent tries again by itself.`
      throw new JournalUnwritable(this.problem)
    }
    this.#owed = []
    this.problem = undefined
  }

  /** As append, but what can't be written now is written with the next append that can: it has happened. */
  appendOrOwe(records: readonly JournalRecord[]): void {
    try {
      this.append(records)
    } catch (error) {
      if (!(error instanceof JournalUnwritable)) throw error
      this.#owed.push(...records)
    }
  }

  /** Resolves when all that was appended before is on the disk; one flush serves all who wait. */
  sync(): Promise<void> {
    return new Promise((resolve, reject) => {
      if (!this.#dirty && !this.#syncing && this.#owed.length === 0 && !this.#forever && this.size > 0) {
        resolve()
        return
      }
      this.#waiting.push({ resolve, reject })
      if (!this.#syncing) this.#flush()
    })
  }

  /** Replaces the file by these records: written beside, flushed, renamed over. */
  rewrite(records: readonly JournalRecord[]): void {
    if (this.#forever || this.#owed.length > 0 || this.syncing) return
    const beside = `${this.#file}.new`
    const bytes = Buffer.from(records.map(encodeRecord).join(''))
    writeFlushed(this.#files, beside, bytes, 'w')
    this.#closeFile()
    this.#files.renameSync(beside, this.#file)
    syncFolder(this.#files, this.#file)
    this.size = bytes.length
    this.#torn = false
    this.#dirty = false
  }

  /** Waits for a flush under way, then closes. */
  async close(): Promise<void> {
    if (this.syncing) await this.sync().catch(() => undefined)
    this.#closeFile()
    this.#forever = true
    this.problem ??= `${this.#file}: closed`
  }

  #write(bytes: Buffer): void {
    if (this.#descriptor === undefined) {
      this.#descriptor = this.#files.openSync(this.#file, 'a', 0o600)
      if (this.size === 0) syncFolder(this.#files, this.#file)
    }
    if (this.#torn) this.#files.ftruncateSync(this.#descriptor, this.size)
    this.#torn = true
    this.#dirty = true
    writeAll(this.#files, this.#descriptor, bytes)
    this.#torn = false
    this.size += bytes.length
    this.#closeSoon()
  }

  #closeSoon(): void {
    this.#rest ??= setTimeout(() => this.#closeIdle(), idleMs).unref()
  }

  /** What nobody asked to flush is flushed as well: then the file is closed. */
  #closeIdle(): void {
    this.#rest = undefined
    if (this.#descriptor !== undefined && !this.#syncing) this.#flush()
  }

  #flush(): void {
    const served = this.#waiting
    this.#waiting = []
    if (this.#descriptor === undefined) {
      settle(served, new JournalUnwritable(this.problem ?? `${this.#file} is not open: nothing was appended`))
      return
    }
    this.#syncing = true
    this.#dirty = false
    this.#files.fdatasync(this.#descriptor, (error) => {
      this.#syncing = false
      if (error) {
        // After a failed flush the kernel may have dropped the pages: what is on the disk is not known.
        this.#forever = true
        this.problem = `${this.#file}: ${error.message}. Check the disk and start the agent again.`
      }
      settle(served, error ? new JournalUnwritable(this.problem) : undefined)
      if (this.#waiting.length > 0) this.#flush()
      else if (this.#dirty) this.#closeSoon()
      else this.#closeFile()
    })
  }

  #closeFile(): void {
    clearTimeout(this.#rest)
    this.#rest = undefined
    if (this.#descriptor !== undefined) this.#files.closeSync(this.#descriptor)
    this.#descriptor = undefined
  }
}

function settle(waiters: readonly Waiter[], error: Error | undefined): void {
  for (const { resolve, reject } of waiters) {
    if (error === undefined) resolve()
    else reject(error)
  }
}
