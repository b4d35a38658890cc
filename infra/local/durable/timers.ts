import type { PlanClock } from './contract.ts'

export interface Timer {
  readonly fireAt: number
  readonly order: number
  readonly instance: number
  readonly taskId: number
  cancelled: boolean
}

/** setTimeout takes no more; a longer wait is taken in pieces. */
const longestTimeout = 2 ** 31 - 1

/** All durable timers in one heap, by plan time and then by creation, with one real timer for the next. */
export class TimerQueue {
  #heap: Timer[] = []
  #cancelled = 0
  #order = 0
  #handle: NodeJS.Timeout | undefined
  #armedFor = Number.POSITIVE_INFINITY
  #stopped = false
  readonly #clock: PlanClock
  readonly #fire: (due: readonly Timer[]) => void

  constructor(clock: PlanClock, fire: (due: readonly Timer[]) => void) {
    this.#clock = clock
    this.#fire = fire
  }

  get size(): number {
    return this.#heap.length - this.#cancelled
  }

  add(instance: number, taskId: number, fireAt: number): Timer {
    const timer: Timer = { fireAt, order: this.#order++, instance, taskId, cancelled: false }
    this.#heap.push(timer)
    this.#up(this.#heap.length - 1)
    if (fireAt < this.#armedFor) this.#arm()
    return timer
  }

  cancel(timer: Timer): void {
    if (timer.cancelled) return
    timer.cancelled = true
    this.#cancelled++
    if (this.#cancelled > 64 && this.#cancelled * 2 > this.#heap.length) this.#compact()
  }

  stop(): void {
    this.#stopped = true
    clearTimeout(this.#handle)
  }

  #arm(): void {
    clearTimeout(this.#handle)
    this.#handle = undefined
    this.#armedFor = Number.POSITIVE_INFINITY
    const next = this.#heap[0]
    if (next === undefined || this.#stopped) return
    this.#armedFor = next.fireAt
    const delay = Math.max(0, this.#clock.wireDelay(Math.max(0, next.fireAt - this.#clock.now())))
    this.#handle = setTimeout(() => this.#onDue(), Math.min(Math.ceil(delay), longestTimeout))
  }

  #onDue(): void {
    const now = this.#clock.now()
    const due: Timer[] = []
    for (let next = this.#heap[0]; next !== undefined && next.fireAt <= now; next = this.#heap[0]) {
      this.#pop()
      if (next.cancelled) this.#cancelled--
      else {
        next.cancelled = true // It is out of the heap: a late cancel must not count it.
        due.push(next)
      }
    }
    this.#arm()
    if (due.length > 0) this.#fire(due)
  }

  #compact(): void {
    this.#heap = this.#heap.filter((timer) => !timer.cancelled).sort(before)
    this.#cancelled = 0
    this.#arm()
  }

  #pop(): void {
    const last = this.#heap.pop()
    if (last === undefined || this.#heap.length === 0) return
    this.#heap[0] = last
    this.#down()
  }

  #up(start: number): void {
    let index = start
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (!this.#swapIfBefore(index, parent)) return
      index = parent
    }
  }

  #down(): void {
    let index = 0
    for (;;) {
      const left = index * 2 + 1
      const [a, b] = [this.#heap[left], this.#heap[left + 1]]
      if (a === undefined) return
      const child = b !== undefined && before(b, a) < 0 ? left + 1 : left
      if (!this.#swapIfBefore(child, index)) return
      index = child
    }
  }

  #swapIfBefore(lower: number, upper: number): boolean {
    const [a, b] = [this.#heap[lower], this.#heap[upper]]
    if (a === undefined || b === undefined || before(a, b) >= 0) return false
    this.#heap[lower] = b
    this.#heap[upper] = a
    return true
  }
}

const before = (a: Timer, b: Timer): number => a.fireAt - b.fireAt || a.order - b.order
