/** A task waiting in the wheel; keep it to take the task back. */
export interface Timer {
  due: number
  slot: number
  readonly fire: (now: number) => void
}

const SLOT_MS = 100

/**
 * One timer wheel for the whole broker: every lock, expiry, schedule and token waits here, so that an idle
 * queue costs no timer of its own. Time is the injected clock's; `advance` is called by a coarse real-time tick.
 */
export class TimerWheel {
  private readonly slots = new Map<number, Set<Timer>>()
  private lastSlot: number

  constructor(now: number) {
    this.lastSlot = Math.floor(now / SLOT_MS)
  }

  /** Schedules `fire` for the instant `due` (epoch milliseconds); a past instant fires at the next advance. */
  add(due: number, fire: (now: number) => void): Timer {
    const timer: Timer = { due, slot: 0, fire }
    this.place(timer)
    return timer
  }

  /** Takes a timer back; one that has fired is ignored. */
  remove(timer: Timer): void {
    const slot = this.slots.get(timer.slot)
    if (slot === undefined) return
    slot.delete(timer)
    if (slot.size === 0) this.slots.delete(timer.slot)
  }

  /** Fires what is due at `now`, slot by slot, and within a slot in order of time. */
  advance(now: number): void {
    const current = Math.floor(now / SLOT_MS)
    const slots = this.dueSlots(current)
    // Set first: what a firing timer adds late belongs to the current slot, which is looked at again.
    this.lastSlot = current
    for (const slot of slots) {
      const timers = this.slots.get(slot)
      if (timers === undefined) continue
      const due = [...timers].filter((timer) => timer.due <= now).sort((a, b) => a.due - b.due)
      for (const timer of due) {
        if (!timers.delete(timer)) continue
        timer.fire(now)
      }
      if (timers.size === 0) this.slots.delete(slot)
    }
  }

  get size(): number {
    let size = 0
    for (const slot of this.slots.values()) size += slot.size
    return size
  }

  private place(timer: Timer): void {
    timer.slot = Math.max(Math.floor(timer.due / SLOT_MS), this.lastSlot)
    const slot = this.slots.get(timer.slot)
    if (slot === undefined) this.slots.set(timer.slot, new Set([timer]))
    else slot.add(timer)
  }

  // A simulated clock may leap by days: then walking the occupied slots is cheaper than walking time.
  private dueSlots(current: number): number[] {
    if (current - this.lastSlot > this.slots.size) {
      return [...this.slots.keys()].filter((slot) => slot <= current).sort((a, b) => a - b)
    }
    const slots: number[] = []
    for (let slot = this.lastSlot; slot <= current; slot++) slots.push(slot)
    return slots
  }
}
