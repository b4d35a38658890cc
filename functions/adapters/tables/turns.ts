/** Runs pieces of work one after the other per key: most conflicts between them never happen. */
export class Turns<K> {
  readonly #last = new Map<K, Promise<unknown>>()

  has(key: K): boolean {
    return this.#last.has(key)
  }

  async take<T>(key: K, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key) ?? Promise.resolve()
    const mine = before.then(work, work)
    const settled = mine.then(
      () => undefined,
      () => undefined,
    )
    this.#last.set(key, settled)
    try {
      return await mine
    } finally {
      if (this.#last.get(key) === settled) this.#last.delete(key)
    }
  }
}

/** A pause with full jitter before attempt number `attempt`, wire ms. */
export const backOff = (attempt: number, random: () => number, longestMs = 2_000): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, random() * Math.min(longestMs, 20 * 2 ** attempt))
  })
