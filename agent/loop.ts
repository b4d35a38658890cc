import { Commands } from './commands.ts'
import { Connection } from './connection.ts'
import type { AgentDependencies } from './dependencies.ts'
import type { AgentEvent } from './events.ts'
import { Heartbeat } from './heartbeat.ts'
import { acceptedReport } from './machine.ts'
import { Reporter } from './reporter.ts'
import { openEntries } from './state.ts'
import type { QueueConnection, Settlement } from './transport/transport.ts'
import { openEnvelope } from './verify.ts'
import type { CommandId } from '../orchestrations/domain/ids.ts'

/** An agent whose last command ended this recently, wire ms, is in the middle of its server's update. */
const atWorkMs = 15 * 60_000

/**
 * One life of an agent, from start to stop or crash. Each tick does what is due (heartbeat, reports,
 * connection) and then waits, with one timer, for whatever is due next.
 */
export class Agent {
  readonly #deps: AgentDependencies
  readonly #commands: Commands
  readonly #reporter: Reporter
  readonly #heartbeat: Heartbeat
  readonly #connection: Connection
  /** Accepted commands whose acceptance may have to be reported, with the monotonic time of that. */
  readonly #unreported = new Map<CommandId, number>()
  #timer: NodeJS.Timeout | undefined
  #timerAt = Number.POSITIVE_INFINITY
  #beating = false
  #resolved = false
  #stopped = false

  /** `kept`: a connection of the life before, where only the agent and not the machine's line was restarted. */
  constructor(deps: AgentDependencies, kept?: QueueConnection) {
    this.#deps = { ...deps, onEvent: (event) => this.#onEvent(event, deps) }
    this.#reporter = new Reporter(this.#deps, () => this.#schedule())
    this.#commands = new Commands(this.#deps, (report) => this.#reporter.put(report))
    this.#reporter.attach(this.#commands)
    this.#heartbeat = new Heartbeat(this.#deps, this.#commands)
    this.#connection = new Connection(this.#deps, this.onMessage, () => this.#schedule(), kept)
    if (kept !== undefined) this.#heartbeat.dueAt += deps.timings.openHeartbeatMs
  }

  get connected(): boolean {
    return this.#connection.connected
  }

  /** Settles what an earlier life left open, then goes on until `stop`. */
  async start(): Promise<void> {
    const { journal, onEvent } = this.#deps
    if (journal.problem !== undefined) onEvent({ kind: 'journalUnwritable', message: journal.problem })
    await this.#commands.resolve()
    this.#resolved = true
    this.#connection.start()
    this.#reporter.flush()
    this.#tick()
  }

  /** Takes a message over from the queue. */
  readonly onMessage = async (body: unknown): Promise<Settlement> => {
    if (this.#stopped) return { kind: 'leave' }
    this.#connection.messageArrived()
    const opened = openEnvelope(body, this.#deps.commandKeys)
    if (opened.kind === 'opened') return this.#commands.receive(opened.envelope)
    this.#deps.onEvent({ kind: 'messageRejected', why: opened.why, message: opened.message })
    return { kind: 'deadLetter', reason: opened.why, description: opened.message }
  }

  /** Ends this life at once, as a crash would. The connection is handed over to be closed or kept. */
  stop(): QueueConnection | undefined {
    this.#stopped = true
    this.#commands.stop()
    this.#reporter.stop()
    clearTimeout(this.#timer)
    return this.#connection.release()
  }

  #tick(): void {
    if (this.#stopped) return
    const now = this.#deps.monotonicNow()
    this.#reportAccepted(now)
    if (this.#reporter.dueAt <= now) this.#reporter.flush()
    if (this.#heartbeat.dueAt <= now && !this.#beating) void this.#beat()
    if (this.#connection.dueAt <= now) {
      const hasOpenWork = openEntries(this.#commands.state).length > 0
      void this.#connection.tick(hasOpenWork).then(() => this.#schedule())
    }
    this.#schedule()
  }

  async #beat(): Promise<void> {
    this.#beating = true
    const answer = await this.#heartbeat.beat(this.connected)
    this.#beating = false
    if (this.#stopped) return
    if (answer !== undefined) {
      await this.#commands.learnEpoch(answer.epoch)
      if (answer.fence !== undefined) await this.#commands.learnFence(answer.fence)
      await this.#commands.retryJournal()
      this.#connection.ask(answer.connect, this.#isAtWork())
    }
    this.#schedule()
  }

  /** In the middle of its update, typically just rebooted: it is awaited and must not dawdle. */
  #isAtWork(): boolean {
    const since = this.#deps.serverTime.now() - atWorkMs
    const { entries } = this.#commands.state
    return [...entries.values()].some((entry) => entry.kind !== 'ended' || entry.report.at > since)
  }

  /** Work that takes a while is reported as accepted; short work says it with its end. */
  #reportAccepted(now: number): void {
    for (const [commandId, at] of this.#unreported) {
      if (at > now) continue
      this.#unreported.delete(commandId)
      const entry = this.#commands.state.entries.get(commandId)
      if (entry === undefined || entry.kind === 'ended') continue
      this.#reporter.put(
        acceptedReport(entry.facts, { wire: this.#deps.serverTime.now(), plan: this.#deps.planNow() }),
      )
    }
  }

  #onEvent(event: AgentEvent, { onEvent, monotonicNow, timings }: AgentDependencies): void {
    if (event.kind === 'accepted') {
      this.#unreported.set(event.facts.commandId, monotonicNow() + timings.acceptedAfterMs)
      this.#heartbeat.commandOpened()
      this.#schedule()
    }
    if (event.kind === 'ended') this.#unreported.delete(event.report.commandId)
    onEvent(event)
  }

  /** Only an earlier due time moves the timer: most work ends long before it would have fired. */
  #schedule(): void {
    if (this.#stopped || !this.#resolved) return
    let due = Math.min(this.#heartbeat.dueAt, this.#reporter.dueAt, this.#connection.dueAt)
    for (const at of this.#unreported.values()) due = Math.min(due, at)
    if (due >= this.#timerAt) return
    clearTimeout(this.#timer)
    this.#timerAt = due
    this.#timer = setTimeout(
      () => {
        this.#timerAt = Number.POSITIVE_INFINITY
        this.#tick()
      },
      Math.max(0, due - this.#deps.monotonicNow()),
    )
  }
}
