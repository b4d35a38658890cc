import type { AgentApi } from '../../../agent/transport/transport.ts'

/**
 * The way out that all simulated agents share, so many requests at once. A request waits before it is signed, not
 * after: real agents each have a line of their own, and one that was signed minutes ago is refused as too old, tried
 * again, and so on for ever. Reports go first: a campaign waits for them, for a heartbeat nobody does.
 */
export class Gate {
  #free: number
  readonly #reports: (() => void)[] = []
  readonly #heartbeats: (() => void)[] = []

  constructor(width: number) {
    this.#free = width
  }

  through(api: AgentApi): AgentApi {
    return {
      report: (body) => this.#pass(this.#reports, () => api.report(body)),
      heartbeat: (body) => this.#pass(this.#heartbeats, () => api.heartbeat(body)),
    }
  }

  async #pass<T>(line: (() => void)[], request: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1
    else await new Promise<void>((go) => line.push(go))
    try {
      return await request()
    } finally {
      const next = this.#reports.shift() ?? this.#heartbeats.shift()
      if (next === undefined) this.#free += 1
      else next()
    }
  }
}
