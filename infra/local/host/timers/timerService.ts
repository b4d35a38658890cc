import { z } from 'zod'
import { readOrUndefined, writeWhole } from '../../platform/files.ts'
import type { RpcTypedData } from '../programmingModel.ts'
import type { Schedule } from './schedule.ts'

export interface TimerFunction {
  readonly name: string
  readonly schedule: Schedule
  readonly runOnStartup: boolean
  /** Whether an occurrence missed while the host was down is caught up. */
  readonly useMonitor: boolean
}

const statusSchema = z.object({ last: z.number().nullable(), next: z.number(), updated: z.number() })
type Status = z.infer<typeof statusSchema>

interface Entry {
  readonly timer: TimerFunction
  status: Status
  isPastDue: boolean
  due: number
  running: boolean
}

export interface TimerOptions {
  readonly file: string
  /** Wire time, epoch ms. */
  readonly now: () => number
  /** Runs the function; it must not reject. */
  readonly run: (name: string, trigger: RpcTypedData) => Promise<void>
}

/** Longest sleep: a clock that was set meanwhile is noticed then. */
const longestSleepMs = 30_000

/**
 * Fires the app's timers on wire time, one run of each at once, and remembers over restarts when each was due.
 * Behaviour: azure-webjobs-sdk-extensions, `TimerListener`.
 */
export class TimerService {
  readonly #options: TimerOptions
  readonly #entries: readonly Entry[]
  #timer: NodeJS.Timeout | undefined
  #started = false

  constructor(timers: readonly TimerFunction[], options: TimerOptions) {
    this.#options = options
    const known = readOrUndefined(options.file, z.record(z.string(), statusSchema)) ?? {}
    const now = options.now()
    this.#entries = timers.map((timer) => firstEntry(timer, known[timer.name], now))
  }

  /** Begins to fire, without holding the process up. */
  start(): void {
    this.#started = true
    this.tick()
    this.#sleep()
  }

  stop(): void {
    this.#started = false
    clearTimeout(this.#timer)
  }

  /** Sleeps until the next timer is due; what runs now is due again only when it has ended. */
  #sleep(): void {
    clearTimeout(this.#timer)
    const waiting = this.#entries.filter(({ running }) => !running).map(({ due }) => due)
    if (!this.#started || waiting.length === 0) return
    const sleep = Math.min(longestSleepMs, Math.max(1, Math.min(...waiting) - this.#options.now()))
    this.#timer = setTimeout(() => this.start(), sleep)
    this.#timer.unref()
  }

  /** Fires what is due now. */
  tick(): void {
    const now = this.#options.now()
    for (const entry of this.#entries) if (!entry.running && entry.due <= now) void this.#fire(entry, now)
  }

  async #fire(entry: Entry, now: number): Promise<void> {
    const { timer, isPastDue } = entry
    entry.running = true
    entry.isPastDue = false
    await this.#options.run(timer.name, { json: JSON.stringify(timerInfo(entry.status, isPastDue)) })
    const ended = this.#options.now()
    entry.status = { last: now, next: timer.schedule.next(ended), updated: ended }
    entry.due = entry.status.next
    entry.running = false
    this.#persist()
    this.#sleep()
  }

  #persist(): void {
    const statuses = this.#entries.map(({ timer, status }) => [timer.name, status] as const)
    writeWhole(this.#options.file, JSON.stringify(Object.fromEntries(statuses)), 0o644)
  }
}

function firstEntry(timer: TimerFunction, known: Status | undefined, now: number): Entry {
  const next = timer.schedule.next(now)
  // A schedule that was changed since gives an earlier time: what counts is the sooner of both.
  const missed = timer.useMonitor && known !== undefined && known.next <= now
  const status =
    known === undefined || missed ? { last: known?.last ?? null, next, updated: now } : { ...known, next }
  return { timer, status, isPastDue: missed, due: missed || timer.runOnStartup ? now : next, running: false }
}

/** What the library hands to the function; it writes the names in camel case. */
function timerInfo(status: Status, isPastDue: boolean): object {
  const iso = (time: number | null): string =>
    time === null ? '0001-01-01T00:00:00' : new Date(time).toISOString()
  return {
    Schedule: { AdjustForDST: true },
    ScheduleStatus: { Last: iso(status.last), Next: iso(status.next), LastUpdated: iso(status.updated) },
    IsPastDue: isPastDue,
  }
}
