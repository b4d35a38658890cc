import type { QueueAccess } from '../orchestrations/contracts/agent.ts'
import { fullJitter } from './backoff.ts'
import type { AgentDependencies } from './dependencies.ts'
import type { OnMessage, QueueConnection } from './transport/transport.ts'

/** The receiver on demand: opened when the server asks for it, renewed in time, closed after idling. */
export class Connection {
  /** When to look again, monotonic milliseconds. */
  dueAt = Number.POSITIVE_INFINITY
  readonly #deps: AgentDependencies
  readonly #onMessage: OnMessage
  readonly #onDue: () => void
  #wanted: QueueAccess | undefined
  #open: QueueConnection | undefined
  #busy = false
  #failures = 0
  #lastMessageAt = 0
  #stopped = false

  constructor(deps: AgentDependencies, onMessage: OnMessage, onDue: () => void, kept?: QueueConnection) {
    this.#deps = deps
    this.#onMessage = onMessage
    this.#onDue = onDue
    this.#open = kept
    this.#wanted = kept?.access
  }

  get connected(): boolean {
    return this.#open !== undefined
  }

  /**
   * What the heartbeat's answer asks for: `undefined` means that no connection is needed. Many agents may be
   * asked at once, so they spread out; one that is at work comes at once.
   */
  ask(access: QueueAccess | undefined, atWork: boolean): void {
    const { monotonicNow, random, timings } = this.#deps
    const before = this.#wanted
    this.#wanted = access
    if (access === undefined) {
      if (before !== undefined) this.#lastMessageAt = monotonicNow()
      if (this.connected) this.#setDue(this.#lastMessageAt + timings.idleMs)
      return
    }
    if (!this.connected && before === undefined)
      this.#setDue(monotonicNow() + (atWork ? 0 : random() * timings.connectJitterMs))
    else if (this.connected && this.#endsSoon()) this.#setDue(monotonicNow())
    else if (this.connected) this.dueAt = Number.POSITIVE_INFINITY
  }

  /** Takes up a connection that was kept from the life before. */
  start(): void {
    if (this.#open !== undefined) this.#hold(this.#open)
  }

  messageArrived(): void {
    this.#lastMessageAt = this.#deps.monotonicNow()
  }

  /** Does what is due: connect, renew or disconnect. */
  async tick(hasOpenWork: boolean): Promise<void> {
    if (this.#busy || this.#stopped) return
    this.dueAt = Number.POSITIVE_INFINITY
    this.#busy = true
    try {
      if (this.#wanted === undefined) await this.#disconnectWhenIdle(hasOpenWork)
      else if (!this.connected || this.#endsSoon()) await this.#connect(this.#wanted)
    } catch (error) {
      this.#failures += 1
      this.#deps.onEvent({ kind: 'requestFailed', what: 'connect', error })
      const { timings, random, monotonicNow } = this.#deps
      this.#setDue(monotonicNow() + fullJitter(timings.backoff, this.#failures, random))
    } finally {
      this.#busy = false
    }
  }

  /** Ends this life's use of the connection and hands it out, for a next life or to be closed. */
  release(): QueueConnection | undefined {
    this.#stopped = true
    this.dueAt = Number.POSITIVE_INFINITY
    const open = this.#open
    this.#open = undefined
    open?.hold(undefined)
    return open
  }

  #hold(open: QueueConnection): void {
    open.hold({ onMessage: this.#onMessage, onLost: (error) => this.#lost(open, error) })
  }

  async #connect(access: QueueAccess): Promise<void> {
    const { queue, onEvent } = this.#deps
    const before = this.#open
    const opened = await queue.connect(access)
    if (this.#stopped) return opened.close()
    this.#open = opened
    this.#hold(opened)
    this.#failures = 0
    onEvent({ kind: 'connected' })
    // The new receiver is open before the old one closes; a message that both see is known by its id.
    await before?.close()
  }

  async #disconnectWhenIdle(hasOpenWork: boolean): Promise<void> {
    const { monotonicNow, timings, onEvent } = this.#deps
    if (this.#open === undefined) return
    const idleAt = this.#lastMessageAt + timings.idleMs
    if (hasOpenWork || monotonicNow() < idleAt) return this.#setDue(Math.max(idleAt, monotonicNow() + 5_000))
    const open = this.#open
    this.#open = undefined
    onEvent({ kind: 'disconnected', why: 'idle' })
    await open.close()
  }

  #lost(lost: QueueConnection, error: Error): void {
    if (this.#stopped || this.#open !== lost) return
    this.#open = undefined
    this.#failures += 1
    const { onEvent, timings, random, monotonicNow } = this.#deps
    onEvent({ kind: 'disconnected', why: error.message })
    void lost.close().catch(() => undefined)
    this.#setDue(monotonicNow() + fullJitter(timings.backoff, this.#failures, random))
  }

  #endsSoon(): boolean {
    if (this.#open === undefined || this.#wanted === undefined) return false
    const endsAt = this.#open.access.expiresAt
    return (
      endsAt - this.#deps.serverTime.now() < this.#deps.timings.renewBeforeMs &&
      this.#wanted.expiresAt > endsAt
    )
  }

  #setDue(at: number): void {
    this.dueAt = at
    this.#onDue()
  }
}
