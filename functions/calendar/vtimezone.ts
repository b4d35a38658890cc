import { dayMs } from '../../orchestrations/domain/time.ts'
import { offsetAt, wallAt } from '../../orchestrations/domain/zones.ts'

/**
 * A zone as iCalendar wants it (RFC 5545, 3.6.5), for one span of time: what holds at its beginning, then every
 * change in it, each with its own moment. No rule is guessed, so that what a country decides late is not denied.
 */
export function vtimezone(zone: string, from: number, until: number): string {
  const first = offsetAt(zone, from)
  const changes = changesIn(zone, from, until)
  return [
    'BEGIN:VTIMEZONE',
    `TZID:${zone}`,
    ...component('STANDARD', zone, from, '19700101T000000', first, first),
    ...changes.flatMap((at) => {
      const [before, after] = [offsetAt(zone, at - 1), offsetAt(zone, at)]
      // Its beginning is told in the time that held before it.
      return component(
        after > before ? 'DAYLIGHT' : 'STANDARD',
        zone,
        at,
        wallText(at + before),
        before,
        after,
      )
    }),
    'END:VTIMEZONE',
  ].join('\r\n')
}

function component(
  kind: 'STANDARD' | 'DAYLIGHT',
  zone: string,
  at: number,
  start: string,
  before: number,
  after: number,
): string[] {
  return [
    `BEGIN:${kind}`,
    `DTSTART:${start}`,
    `TZOFFSETFROM:${offsetText(before)}`,
    `TZOFFSETTO:${offsetText(after)}`,
    `TZNAME:${nameAt(zone, at)}`,
    `END:${kind}`,
  ]
}

/** The first moments of each other offset. Two changes within a day would be taken for none; there are no such zones. */
function changesIn(zone: string, from: number, until: number): number[] {
  const found: number[] = []
  for (let day = from; day < until; day += dayMs) {
    const last = Math.min(day + dayMs, until)
    if (offsetAt(zone, day) === offsetAt(zone, last)) continue
    let [same, other] = [day, last]
    while (other - same > 1) {
      const middle = Math.floor((same + other) / 2)
      if (offsetAt(zone, middle) === offsetAt(zone, day)) same = middle
      else other = middle
    }
    found.push(other)
  }
  return found
}

/** `20261025T030000`: what a clock in that zone shows. */
export const wallText = (wall: number): string =>
  new Date(wall).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')

export const localText = (zone: string, at: number): string => wallText(wallAt(zone, at))

function offsetText(ms: number): string {
  const seconds = Math.abs(Math.round(ms / 1000))
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0')
  const rest = seconds % 60 === 0 ? '' : two(seconds % 60)
  return `${ms < 0 ? '-' : '+'}${two(seconds / 3600)}${two((seconds / 60) % 60)}${rest}`
}

function nameAt(zone: string, at: number): string {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeZoneName: 'short' }).formatToParts(at)
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? zone
}
