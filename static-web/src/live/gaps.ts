/** For how long a digest may name a revision that push hasn't brought. Wire milliseconds. */
const patienceMs = 2_000

interface Row {
  readonly clientId: string
  readonly revision: number
}

/** Remembers which clients lag behind a digest, by how much and since when. */
export class Gaps {
  readonly #open = new Map<string, { readonly since: number; readonly wanted: number }>()

  /**
   * `named`: the revisions that a digest of `now` speaks of; a watcher of several clients gets one digest each, and
   * none says anything of the others. `behind`: those of its clients whose row the page holds is older.
   */
  note(named: Readonly<Record<string, number>>, behind: readonly string[], now: number): void {
    const lagging = new Set(behind)
    for (const [client, wanted] of Object.entries(named)) {
      if (!lagging.has(client)) this.#open.delete(client)
      else this.#open.set(client, { since: this.#open.get(client)?.since ?? now, wanted })
    }
  }

  /** Rows came; one that was read before the digest closes nothing. */
  closed(rows: readonly Row[]): void {
    for (const { clientId, revision } of rows) {
      if (revision >= (this.#open.get(clientId)?.wanted ?? Infinity)) this.#open.delete(clientId)
    }
  }

  /** Clients to fetch now; each is named once per patience. */
  due(now: number): readonly string[] {
    const due = [...this.#open].filter(([, { since }]) => now - since >= patienceMs)
    for (const [client, gap] of due) this.#open.set(client, { ...gap, since: now })
    return due.map(([client]) => client)
  }
}
