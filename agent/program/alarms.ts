import type { Alarm } from './tell.ts'

/** Ids in the Windows event log, source ATLAS: monitoring may listen for them. */
const eventIds: Readonly<Record<Alarm, number>> = {
  quarantined: 100,
  journalUnwritable: 101,
  messageRejected: 102,
}

const anHourMs = 60 * 60_000

/** Lets each kind of alarm through once an hour: what repeats fills an event log, and costs a process each time. */
export class Alarms {
  readonly #write: (eventId: number, text: string) => void
  readonly #monotonicNow: () => number
  readonly #raisedAt = new Map<Alarm, number>()

  constructor(write: (eventId: number, text: string) => void, monotonicNow: () => number) {
    this.#write = write
    this.#monotonicNow = monotonicNow
  }

  raise(alarm: Alarm, text: string): void {
    const now = this.#monotonicNow()
    const last = this.#raisedAt.get(alarm)
    if (last !== undefined && now - last < anHourMs) return
    this.#raisedAt.set(alarm, now)
    this.#write(eventIds[alarm], text)
  }
}
