import type { Client } from '../../orchestrations/domain/fleet.ts'

const dayMs = 24 * 3_600_000
const dayNames = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA']
const formats = new Map<string, Intl.DateTimeFormat>()

/**
 * Whether a moment lies in one of the client's weekly windows and on no freeze date, by the wall clock of its
 * zone. Reads `FREQ=WEEKLY;BYDAY=...` alone and throws on any other rule.
 */
export function isInside(at: number, { windows, zone, freezeDates }: Client): boolean {
  const local = wallClock(at, zone)
  if (freezeDates.includes(new Date(local).toISOString().slice(0, 10))) return false
  return windows.some(({ rrule, start, minutes }) => {
    const days = /^FREQ=WEEKLY;BYDAY=([A-Z,]+)$/.exec(rrule)?.[1]?.split(',')
    if (days === undefined) throw new Error(`The judge can't read the window "${rrule}"`)
    const [hour = 0, minute = 0] = start.split(':').map(Number)
    const startMs = (hour * 60 + minute) * 60_000
    // A window that began on an earlier day may still be open.
    return Array.from({ length: 1 + Math.ceil(minutes / (24 * 60)) }, (_, back) => back).some((back) => {
      const midnight = Math.floor(local / dayMs) * dayMs - back * dayMs
      const opens = midnight + startMs
      const isItsDay = days.includes(dayNames[new Date(midnight).getUTCDay()] ?? '')
      return isItsDay && opens <= local && local < opens + minutes * 60_000
    })
  })
}

/** The wall clock's reading in a zone, written down as if it were UTC. */
function wallClock(at: number, zone: string): number {
  let format = formats.get(zone)
  if (format === undefined) {
    const two = '2-digit'
    format = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: two,
      day: two,
      hour: two,
      minute: two,
      second: two,
    })
    formats.set(zone, format)
  }
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part
  return Date.UTC(year, month - 1, day, hour, minute, second)
}
