/** Longest time, in milliseconds, that the engine works before it lets other callbacks run. */
const budget = 8

/** Tells when the current turn of the event loop has been used long enough. */
export class Turn {
  #active = false
  #start = 0

  get isSpent(): boolean {
    if (this.#active) return performance.now() - this.#start > budget
    this.#active = true
    this.#start = performance.now()
    setImmediate(() => {
      this.#active = false
    })
    return false
  }

  /** Resolves in the next turn. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      setImmediate(resolve)
    })
  }
}

/** First in, first out, without moving the rest at every take. */
export class Queue<T> {
  #items: T[] = []
  #head = 0

  get size(): number {
    return this.#items.length - this.#head
  }

  push(item: T): void {
    this.#items.push(item)
  }

  take(): T | undefined {
    const item = this.#items[this.#head++]
    if (this.#head >= this.#items.length) {
      this.#items = []
      this.#head = 0
    } else if (this.#head > 1_024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head)
      this.#head = 0
    }
    return item
  }
}
