import type { HeartbeatAnswer, HeartbeatBody } from '../orchestrations/contracts/agent.ts'
import { fullJitter } from './backoff.ts'
import type { Commands } from './commands.ts'
import type { AgentDependencies } from './dependencies.ts'
import { markOf, openEntries } from './state.ts'
import { ApiRefused } from './transport/transport.ts'

/** Half of what a server lets pass, ms. */
const worthMeasuringMs = 60_000

/** Sends heartbeats and knows when the next is due, in monotonic milliseconds. */
export class Heartbeat {
  dueAt: number
  readonly #deps: AgentDependencies
  readonly #commands: Commands
  #sentAt = 0
  #intervalMs: number
  /** Whether the last answer was given to a heartbeat that named open commands. */
  #toldOpen = false
  #failures = 0

  constructor(deps: AgentDependencies, commands: Commands) {
    this.#deps = deps
    this.#commands = commands
    this.dueAt = deps.monotonicNow()
    this.#intervalMs = deps.timings.heartbeatMs
  }

  /** One heartbeat; undefined when it failed, and then the next is due after a back-off. */
  async beat(connected: boolean): Promise<HeartbeatAnswer | undefined> {
    const { api, monotonicNow, serverTime, onEvent } = this.#deps
    const body = this.#body(connected)
    this.#sentAt = monotonicNow()
    this.dueAt = Number.POSITIVE_INFINITY
    try {
      const answer = await api.heartbeat(body)
      serverTime.measure(this.#sentAt, monotonicNow(), answer.serverTime)
      this.#failures = 0
      this.#toldOpen = body.open.length > 0
      this.#intervalMs = answer.nextHeartbeatSeconds * 1000
      this.#planNext()
      onEvent({ kind: 'heard', answer })
      return answer
    } catch (error) {
      onEvent({ kind: 'requestFailed', what: 'heartbeat', error })
      if (error instanceof ApiRefused) this.#learnTime(error)
      this.#failures += 1
      const { timings, random } = this.#deps
      this.dueAt = monotonicNow() + fullJitter(timings.backoff, this.#failures, random)
      return undefined
    }
  }

  /** A command was accepted: the server hears of it soon, unless it asked for its own pace meanwhile. */
  commandOpened(): void {
    if (!this.#toldOpen && this.dueAt !== Number.POSITIVE_INFINITY && this.#failures === 0) this.#planNext()
  }

  /**
   * A clock that is far off can't sign a valid request: the refusal itself tells the time. Also later: the clocks of
   * a guest that its host saved and resumed have stood still. Its `Date` is of whole seconds, so a little says nothing.
   */
  #learnTime({ serverTime: told }: ApiRefused): void {
    const { serverTime, monotonicNow } = this.#deps
    if (told === undefined) return
    if (serverTime.skew() !== undefined && Math.abs(serverTime.now() - told) < worthMeasuringMs) return
    serverTime.measure(this.#sentAt, monotonicNow(), told)
  }

  #planNext(): void {
    const open = !this.#toldOpen && openEntries(this.#commands.state).length > 0
    const interval = open ? Math.min(this.#deps.timings.openHeartbeatMs, this.#intervalMs) : this.#intervalMs
    this.dueAt = this.#sentAt + interval
  }

  #body(connected: boolean): HeartbeatBody {
    const { agentVersion, runs, windows, wireNow } = this.#deps
    const { state } = this.#commands
    const open = openEntries(state).map(({ facts }) => facts.commandId)
    const journal = markOf(state)
    return {
      agentVersion,
      bootedAt: windows.bootedAt(),
      open,
      epoch: state.epoch,
      connected,
      now: wireNow(),
      ...(journal && { journal }),
      ...(runs === undefined ? {} : { windows: runs }),
    }
  }
}
