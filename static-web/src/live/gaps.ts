/** For how long a digest may name a revision that push hasn't brought. Wire milliseconds. */
const patienceMs = 2_000

/** Remembers which clients lag behind a digest, and since when. */
export class Gaps {
  readonly #since = new Map<string, number>()

  /** `behind`: the clients that a digest of `now` names with a higher revision than the page has. */
  note(behind: readonly string[], now: number): void {
    const lagging = new Set(behind)
    for (const client of this.#since.keys()) if (!lagging.has(client)) this.#since.delete(client)
    for (const client of behind) if (!this.#since.has(client)) this.#since.set(client, now)
  }

  /** The row came. */
  closed(clients: readonly string[]): void {
    for (const client of clients) this.#since.delete(client)
  }

  /** Clients to fetch now; each is named once per patience. */
  due(now: number): readonly string[] {
    const due = [...this.#since].filter(([, since]) => now - since >= patienceMs).map(([client]) => client)
    for (const client of due) this.#since.set(client, now)
    return due
  }
}
