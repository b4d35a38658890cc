import type { DurableStore } from './store.ts'

interface PendingWrite {
  readonly apply: () => void
  readonly done: () => void
  readonly failed: (error: unknown) => void
}

/** A transaction holds the event loop: more writes than this wait for the next turn. */
const writesPerCommit = 256

/** Writes that come in one turn of the event loop share one transaction; each is told when it is durable. */
export class GroupCommit {
  #pending: PendingWrite[] = []
  #scheduled = false
  #closed = false
  #commits = 0
  readonly #store: DurableStore
  readonly #broken: (error: unknown) => void

  /** @param broken told when a transaction has failed: nothing written after that can be trusted */
  constructor(store: DurableStore, broken: (error: unknown) => void) {
    this.#store = store
    this.#broken = broken
  }

  get commits(): number {
    return this.#commits
  }

  /** Resolves when the write is committed; rejects with what made its transaction fail. */
  write(apply: () => void): Promise<void> {
    if (this.#closed) return Promise.reject(new Error('The Durable engine has stopped.'))
    return new Promise((done, failed) => {
      this.#pending.push({ apply, done, failed })
      if (this.#scheduled) return
      this.#scheduled = true
      setImmediate(() => this.flush())
    })
  }

  /** Commits what waits; later writes are refused. */
  close(): void {
    while (this.#pending.length > 0) this.flush()
    this.#closed = true
  }

  flush(): void {
    this.#scheduled = false
    if (this.#pending.length === 0) return
    const writes = this.#pending.splice(0, writesPerCommit)
    try {
      this.#store.transact(() => {
        for (const write of writes) write.apply()
      })
      this.#commits++
    } catch (error) {
      this.#broken(error)
      for (const write of [...writes, ...this.#pending.splice(0)]) write.failed(error)
      return
    }
    for (const write of writes) write.done()
    if (this.#pending.length === 0 || this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => this.flush())
  }
}
