import type { MaintenanceWindow } from '../../../orchestrations/domain/fleet.ts'
import type { Language, Texts } from './index.ts'

const days = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU']
/** A Monday. */
const monday = Date.UTC(2024, 0, 1, 12)
const dayMs = 86_400_000

/** "Sat, Sun 22:00, 6 h": weekly rules in words, any other as its RRULE. */
export function windowText(
  { rrule, start, minutes }: MaintenanceWindow,
  language: Language,
  t: Texts,
): string {
  const hours = minutes / 60
  const length = Number.isInteger(hours) ? `${hours} h` : `${minutes} min`
  return `${daysOf(rrule, language, t) ?? rrule} ${start}, ${length}`
}

function daysOf(rrule: string, language: Language, t: Texts): string | undefined {
  if (/^FREQ=DAILY$/i.test(rrule)) return t.everyDay
  const named = /^FREQ=WEEKLY;BYDAY=([A-Z,]+)$/i.exec(rrule)?.[1]?.toUpperCase().split(',')
  if (!named?.every((day) => days.includes(day))) return undefined
  const format = new Intl.DateTimeFormat(language, { weekday: 'short', timeZone: 'UTC' })
  return named.map((day) => format.format(monday + days.indexOf(day) * dayMs)).join(', ')
}
