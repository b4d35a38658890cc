import { leadMs, readBeat, type Beat } from './beat.ts'
import type { PlanClock } from './planClock.ts'
import { wireNow } from './wire.ts'

/** How old, in milliseconds of wire time, what was read may be before the file is looked at again. */
const rereadMs = 100

/**
 * The host's plan clock as another process sees it: runs on for at most `leadMs` of wire time after the host's last
 * beat, then stands still until it beats again. Throws when there is no clock yet: the host makes it.
 */
export function openPlanClock(file: string): PlanClock {
  const first = readBeat(file)
  if (first === undefined) throw new Error(`There is no plan clock ${file}: start the host first.`)
  return new ReadClock(file, first)
}

class ReadClock implements PlanClock {
  readonly #file: string
  #beat: Beat
  #readAt = performance.now()
  #latest = 0

  constructor(file: string, first: Beat) {
    this.#file = file
    this.#beat = first
  }

  get speed(): number {
    return this.#beat.speed
  }

  now(): number {
    const at = performance.now()
    if (at - this.#readAt >= rereadMs) this.#reread(at)
    const { plan, wire, speed, held } = this.#beat
    const age = held === true ? 0 : Math.min(leadMs, Math.max(0, wireNow() - wire))
    this.#latest = Math.max(this.#latest, Math.floor(plan + age * speed))
    return this.#latest
  }

  wireDelay(planMs: number): number {
    return planMs / this.speed
  }

  #reread(at: number): void {
    this.#readAt = at
    // A file that is gone was deleted with the data folder: time stands still.
    this.#beat = readBeat(this.#file) ?? this.#beat
  }
}
