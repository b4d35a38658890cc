import type { Report } from '../orchestrations/contracts/report.ts'
import { fullJitter } from './backoff.ts'
import type { Commands } from './commands.ts'
import type { AgentDependencies } from './dependencies.ts'
import { Outbox, maxBatch } from './outbox.ts'
import { markOf, unacknowledged } from './state.ts'
import { ApiRefused } from './transport/transport.ts'

/** Tells the server what became of commands, again and again until it says that it knows. */
export class Reporter {
  /** When to try again, monotonic milliseconds; infinity when nothing waits for a back-off. */
  dueAt = Number.POSITIVE_INFINITY
  readonly #deps: AgentDependencies
  readonly #onRetry: () => void
  readonly #outbox = new Outbox()
  #commands: Commands | undefined
  #sending = false
  #failures = 0
  #batchLimit = maxBatch
  #stopped = false

  /** `onRetry` is called when `dueAt` was set. */
  constructor(deps: AgentDependencies, onRetry: () => void) {
    this.#deps = deps
    this.#onRetry = onRetry
  }

  /** Takes up what an earlier life had not got acknowledged. */
  attach(commands: Commands): void {
    this.#commands = commands
    for (const report of unacknowledged(commands.state)) this.#outbox.put(report)
  }

  stop(): void {
    this.#stopped = true
    this.dueAt = Number.POSITIVE_INFINITY
  }

  /** Sends soon; reports that come meanwhile go along. */
  put(report: Report): void {
    this.#outbox.put(report)
    if (this.dueAt === Number.POSITIVE_INFINITY) this.flush()
  }

  /** Sends what waits, one request at a time. */
  flush(): void {
    this.dueAt = Number.POSITIVE_INFINITY
    if (this.#sending || this.#stopped || this.#outbox.size === 0) return
    this.#sending = true
    void this.#send(this.#outbox.batch(this.#batchLimit))
  }

  async #send(reports: readonly Report[]): Promise<void> {
    const { api, onEvent, timings, random, monotonicNow, wireNow } = this.#deps
    try {
      const journal = this.#commands && markOf(this.#commands.state)
      const answer = await api.report({ reports: [...reports], ...(journal && { journal }), now: wireNow() })
      this.#failures = 0
      this.#batchLimit = maxBatch
      const verdicts = new Map(answer.results.map((result) => [result.commandId, result]))
      for (const report of reports) {
        const result = verdicts.get(report.commandId)
        if (result !== undefined) await this.#acknowledge(report, result.verdict)
      }
      await this.#commands?.learnEpoch(answer.epoch)
      if (reports.every(({ commandId }) => !verdicts.has(commandId)))
        throw new Error('no report was answered')
    } catch (error) {
      onEvent({ kind: 'requestFailed', what: 'report', error })
      this.#failures += 1
      if (error instanceof ApiRefused && (error.status === 400 || error.status === 413))
        this.#isolate(reports)
    }
    this.#sending = false
    if (this.#stopped) return
    if (this.#failures === 0) return this.flush()
    this.dueAt = monotonicNow() + fullJitter(timings.backoff, this.#failures, random)
    this.#onRetry()
  }

  /** One report that the server can't read must not hold up the others: each goes alone, that one last. */
  #isolate(reports: readonly Report[]): void {
    this.#batchLimit = 1
    const [first] = reports
    if (reports.length === 1 && first !== undefined) this.#outbox.postpone(first)
  }

  /** Any verdict is an acknowledgement: what the server can't use it will not be able to use later. */
  async #acknowledge(report: Report, verdict: string): Promise<void> {
    this.#outbox.sent(report)
    this.#deps.onEvent({ kind: 'acknowledged', report, verdict })
    if (report.type !== 'accepted' && !this.#stopped) await this.#commands?.acknowledged(report.commandId)
  }
}
