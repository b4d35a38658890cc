import type { ClientId } from '../../orchestrations/domain/ids.ts'
import type { Clocks } from '../adapters/clock.ts'
import type { FleetStore } from '../adapters/tables/fleetStore.ts'

const refreshMs = 15_000

/**
 * Which clients have viewers of their own: frames to a group that nobody watches are not sent. Other processes
 * hear of a new viewer within 15 s; until then that viewer polls.
 */
export class Viewers {
  readonly #fleet: FleetStore
  readonly #clocks: Clocks
  readonly #onFailure: (error: unknown) => void
  /** Until when, wire ms. */
  #viewed = new Map<ClientId, number>()
  #readAt = 0

  constructor(fleet: FleetStore, clocks: Clocks, onFailure: (error: unknown) => void) {
    this.#fleet = fleet
    this.#clocks = clocks
    this.#onFailure = onFailure
  }

  /** Called when a viewer gets its address. */
  async add(clients: readonly ClientId[], minutes: number): Promise<void> {
    const until = this.#clocks.wire() + minutes * 60_000
    for (const clientId of clients) this.#viewed.set(clientId, until)
    await Promise.all(clients.map((clientId) => this.#fleet.putViewer(clientId, until)))
  }

  isViewed(clientId: ClientId): boolean {
    const now = this.#clocks.wire()
    if (now - this.#readAt > refreshMs) {
      this.#readAt = now
      this.#refresh().catch(this.#onFailure)
    }
    return (this.#viewed.get(clientId) ?? 0) > now
  }

  /** The clients that have viewers of their own now, whichever process gave them their address. */
  async viewed(): Promise<ClientId[]> {
    const now = this.#clocks.wire()
    if (now - this.#readAt > refreshMs) {
      this.#readAt = now
      await this.#refresh()
    }
    return [...this.#viewed].flatMap(([clientId, until]) => (until > now ? [clientId] : []))
  }

  async #refresh(): Promise<void> {
    for (const { clientId, until } of await this.#fleet.viewers())
      this.#viewed.set(clientId, Math.max(until, this.#viewed.get(clientId) ?? 0))
  }
}
