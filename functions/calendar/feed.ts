import ical, { escape, ICalEventBusyStatus, ICalEventStatus, ICalEventTransparency } from 'ical-generator'
import type { Client } from '../../orchestrations/domain/fleet.ts'
import type { Language } from '../../orchestrations/contracts/words/index.ts'
import { dayMs, wallOfDate } from '../../orchestrations/domain/time.ts'
import { occurrences } from '../../orchestrations/domain/windows.ts'
import { localText, vtimezone, wallText } from './vtimezone.ts'
import { calendarTexts } from './texts.ts'

/** When a campaign is expected to work on the client, plan time. */
export interface Slot {
  readonly campaignId: string
  readonly start: number
  readonly end: number
  readonly servers: number
  readonly started: boolean
}

const monthsAheadMs = 183 * dayMs
/** What has just begun stays to be seen. */
const behindMs = 7 * dayMs
const refreshSeconds = 6 * 3600

/**
 * A client's calendar (RFC 5545): windows of the next six months, dates on which nothing happens, and when a
 * campaign is expected. It names no campaign and nobody else. The same thing keeps its UID. `now`: plan time.
 */
export function calendarOf(client: Client, slots: readonly Slot[], now: number, language: Language): string {
  const { clientId, name, zone, freezeDates } = client
  const texts = calendarTexts[language]
  const [from, until] = [now - behindMs, now + monthsAheadMs]
  const calendar = ical({
    // The library escapes the texts of events, not this one.
    name: escape(`${texts.calendar} – ${name}`, false),
    prodId: { company: 'ATLAS', product: 'maintenance', language: language.toUpperCase() },
    // Without a name of its own: DTSTAMP would be written in it, and that one is UTC (RFC 5545, 3.8.7.2).
    timezone: { name: null, generator: (tzid) => vtimezone(tzid, from - dayMs, until + 8 * dayMs) },
    ttl: refreshSeconds,
  })
  const stamp = new Date(Math.floor(now / dayMs) * dayMs)
  const at = (moment: number) => new Moment(moment, zone)
  for (const { start, end } of occurrences(client, from, until))
    calendar.createEvent({
      id: `window.${clientId}.${start}@atlas`,
      stamp,
      start: at(start),
      end: at(end),
      timezone: zone,
      summary: texts.window,
      description: texts.windowMore,
      transparency: ICalEventTransparency.TRANSPARENT,
      busystatus: ICalEventBusyStatus.FREE,
    })
  for (const date of freezeDates) {
    const wall = wallOfDate(date)
    if (wall === undefined || wall < from - dayMs || wall > until) continue
    calendar.createEvent({
      id: `freeze.${clientId}.${date}@atlas`,
      stamp,
      start: new Moment(wall, 'UTC'),
      end: new Moment(wall + dayMs, 'UTC'),
      allDay: true,
      summary: texts.freeze,
      transparency: ICalEventTransparency.TRANSPARENT,
      busystatus: ICalEventBusyStatus.FREE,
    })
  }
  for (const slot of slots)
    calendar.createEvent({
      id: `campaign.${slot.campaignId}.${clientId}@atlas`,
      stamp,
      start: at(slot.start),
      end: at(slot.end),
      timezone: zone,
      summary: texts.campaign.replace('{servers}', String(slot.servers)),
      description: texts.campaignMore,
      status: slot.started ? ICalEventStatus.CONFIRMED : ICalEventStatus.TENTATIVE,
      busystatus: ICalEventBusyStatus.TENTATIVE,
    })
  return `${calendar.toString()}\r\n`
}

/** A moment in a zone, in the shape in which the library takes times of other libraries (Day.js). */
class Moment {
  readonly #at: number
  readonly #zone: string

  constructor(at: number, zone: string) {
    this.#at = at
    this.#zone = zone
  }

  tz(zone?: string): Moment {
    return new Moment(this.#at, zone ?? this.#zone)
  }

  utc(): Moment {
    return new Moment(this.#at, 'UTC')
  }

  /** The two patterns that a calendar is made of. */
  format(pattern = ''): string {
    const text = this.#zone === 'UTC' ? wallText(this.#at) : localText(this.#zone, this.#at)
    if (pattern === 'YYYYMMDD') return text.slice(0, 8)
    if (pattern === 'HHmmss') return text.slice(9)
    throw new Error(`A moment is not written as "${pattern}"`)
  }

  isValid(): boolean {
    return Number.isFinite(this.#at)
  }

  toDate(): Date {
    return new Date(this.#at)
  }

  toJSON(): string {
    return this.toDate().toISOString()
  }
}
