import { beatMs, furthest, leadMs, readBeat, writeBeat, type Beat } from './beat.ts'
import type { PlanClock } from './planClock.ts'
import { wireNow } from './wire.ts'

export interface HostClockOptions {
  readonly file: string
  readonly speed: number
  /** Epoch ms at which a plan clock without a file begins; now by default. */
  readonly planStart?: number | undefined
  /** A clock without a file stands still until it is released; one that was held and not released does too. */
  readonly held?: boolean | undefined
  /** Says that a beat could not be written: the clock then stands still. */
  readonly onTrouble?: (text: string) => void
}

export type HostClock = PlanClock & {
  readonly held: boolean
  /** Lets a held clock run; nothing for one that runs. */
  release(): void
  /** Persists where the clock stands; it stays there. */
  stop(): Promise<void>
}

/**
 * The one clock that makes plan time: it runs while this process does, is published in `file` and goes on from there
 * after a restart, never earlier than anything that it or a reader has handed out (after a kill at most `leadMs` of
 * wire time later). Throws when the file is spoiled or can't be written.
 */
export function startPlanClock({ file, speed, planStart, held, onTrouble }: HostClockOptions): HostClock {
  const last = readBeat(file)
  const begin = last === undefined ? (planStart ?? wireNow()) : furthest(last)
  const stands = last === undefined ? held === true : last.held === true
  return new RunningClock(file, speed, begin, stands, onTrouble ?? (() => undefined))
}

const heldIf = (held: boolean): { held?: true } => (held ? { held: true } : {})

/** A beat this old is made anew before anything later is handed out: a blocked event loop delays the timer. */
const overdueMs = leadMs - beatMs

class RunningClock implements HostClock {
  readonly speed: number
  readonly #file: string
  readonly #begin: number
  // Monotonic: a corrected system clock must not move the plan.
  #start = performance.now()
  #held: boolean
  readonly #onTrouble: (text: string) => void
  readonly #timer: NodeJS.Timeout
  #beat: Beat
  #beatAt: number
  #stopped: number | undefined

  constructor(file: string, speed: number, begin: number, held: boolean, onTrouble: (text: string) => void) {
    this.#file = file
    this.speed = speed
    this.#begin = begin
    this.#onTrouble = onTrouble
    this.#held = held
    this.#beat = { plan: begin, wire: wireNow(), speed, ...heldIf(held) }
    this.#beatAt = this.#start
    writeBeat(file, this.#beat)
    this.#timer = setInterval(() => this.#publish(), beatMs)
    this.#timer.unref()
  }

  now(): number {
    if (this.#stopped !== undefined) return this.#stopped
    const at = performance.now()
    if (at - this.#beatAt > overdueMs) this.#publish()
    return Math.min(Math.floor(this.#planAt(at)), furthest(this.#beat))
  }

  get held(): boolean {
    return this.#held
  }

  release(): void {
    if (!this.#held) return
    this.#start = performance.now()
    this.#held = false
    this.#publish()
  }

  wireDelay(planMs: number): number {
    return planMs / this.speed
  }

  async stop(): Promise<void> {
    if (this.#stopped !== undefined) return
    clearInterval(this.#timer)
    // Readers look every so often and run on until then: stop where the last of them will be.
    const stopped = this.#held ? this.now() : this.now() + Math.ceil(beatMs * this.speed)
    writeBeat(this.#file, {
      plan: this.#held ? stopped : stopped - leadMs * this.speed,
      wire: wireNow() - leadMs,
      speed: this.speed,
      ...heldIf(this.#held),
    })
    this.#stopped = stopped
    await Promise.resolve()
  }

  #planAt(at: number): number {
    return this.#held ? this.#begin : this.#begin + (at - this.#start) * this.speed
  }

  #publish(): void {
    const at = performance.now()
    this.#beatAt = at // Also when it fails: the next try is then as far away.
    const beat = { plan: this.#planAt(at), wire: wireNow(), speed: this.speed, ...heldIf(this.#held) }
    try {
      writeBeat(this.#file, beat)
    } catch (error) {
      this.#onTrouble(
        `The plan clock ${this.#file} can't be written, so plan time stands still: ${String(error)}`,
      )
      return
    }
    this.#beat = beat
  }
}
