/** Counts what runs. */
export class Gauge {
  #running = 0
  #onIdle: (() => void) | undefined

  get running(): number {
    return this.#running
  }

  async track<T>(run: () => Promise<T>): Promise<T> {
    this.#running++
    try {
      return await run()
    } finally {
      if (--this.#running === 0) this.#onIdle?.()
    }
  }

  /** Waits until nothing runs, at most `bound` milliseconds. */
  async idle(bound: number): Promise<void> {
    if (this.#running === 0) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, bound)
      this.#onIdle = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
