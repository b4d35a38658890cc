import { weekend, type MaintenanceWindow } from '../../domain/fleet.ts'
import { dateOfWall, dayMs, wallOfDate } from '../../domain/time.ts'
import { windowProblem } from '../../domain/windows.ts'
import type { InventoryFaultCode } from '../api/faults.ts'
import { short, type FaultParams } from './problems.ts'

interface Unread {
  readonly ok: false
  readonly code: InventoryFaultCode
  readonly params: FaultParams
}

/** What a cell says, or why it cannot be read. */
export type Read<T> = { readonly ok: true; readonly value: T } | Unread

const days = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const
type Day = (typeof days)[number]

/** Days in English and French, two letters, three letters and whole; no word means two days. */
const dayWords: Readonly<Record<Day, readonly string[]>> = {
  MO: ['MO', 'MON', 'MONDAY', 'LU', 'LUN', 'LUNDI'],
  TU: ['TU', 'TUE', 'TUESDAY', 'MA', 'MAR', 'MARDI'],
  WE: ['WE', 'WED', 'WEDNESDAY', 'ME', 'MER', 'MERCREDI'],
  TH: ['TH', 'THU', 'THURSDAY', 'JE', 'JEU', 'JEUDI'],
  FR: ['FR', 'FRI', 'FRIDAY', 'VE', 'VEN', 'VENDREDI'],
  SA: ['SA', 'SAT', 'SATURDAY', 'SAM', 'SAMEDI'],
  SU: ['SU', 'SUN', 'SUNDAY', 'DI', 'DIM', 'DIMANCHE'],
}
const dayByWord = new Map(days.flatMap((day) => dayWords[day].map((word) => [word, day] as const)))
const mostWindows = 20
const mostDates = 366
const everyDay = /^(DAILY|EVERYDAY|QUOTIDIEN|TOUS)$/
const weekendWord = /^week-?ends?$/i

/** `weekend`, `SA,SU 00:00 24h`, `MO-FR 22:00-04:00`, `FREQ=MONTHLY;BYDAY=2SA 22:00 6h`; several joined by `|`. */
export function readWindows(text: string): Read<MaintenanceWindow[]> {
  const windows: MaintenanceWindow[] = []
  for (const part of text.split('|').map((piece) => piece.trim())) {
    if (weekendWord.test(part)) {
      windows.push(...weekend)
      continue
    }
    const read = readWindow(part)
    if (!read.ok) return read
    windows.push(read.value)
  }
  if (windows.length > mostWindows) return unread('tooManyWindows', { most: mostWindows })
  return { ok: true, value: windows }
}

function readWindow(text: string): Read<MaintenanceWindow> {
  const found = /^(\S.*?)\s+(\d{1,2})[:h](\d{2})\s*(?:-\s*(\d{1,2})[:h](\d{2})|\s(\S+))$/i.exec(text)
  if (!found) return unread('unparsableWindow', { text: short(text) })
  const [, on = '', hour = '', minute = '', endHour, endMinute, length = ''] = found
  const start = `${hour.padStart(2, '0')}:${minute}`
  const startMinute = minuteOfDay(hour, minute)
  const rrule = readDays(on)
  const minutes =
    endHour === undefined || endMinute === undefined
      ? readLength(length)
      : lengthUntil(startMinute, minuteOfDay(endHour, endMinute))
  if (rrule === undefined) return unread('windowDays', { text: short(on) })
  if (startMinute === undefined) return unread('windowStart', { text: short(start) })
  if (minutes === undefined) return unread('windowLength', { text: short(text) })
  const window = { rrule, start, minutes }
  const problem = windowProblem(window)
  return problem === undefined ? { ok: true, value: window } : unread(problem, { text: short(on) })
}

function readDays(text: string): string | undefined {
  const words = text.toUpperCase().replaceAll(/\s*([,-])\s*/g, '$1')
  if (words.startsWith('FREQ=')) return words.length <= 200 ? words : undefined
  if (everyDay.test(words)) return 'FREQ=DAILY'
  const chosen = words.split(/[,\s]+/).map(readDayRange)
  if (chosen.includes(undefined)) return undefined
  const set = new Set(chosen.flatMap((list) => list ?? []))
  return `FREQ=WEEKLY;BYDAY=${days.filter((day) => set.has(day)).join(',')}`
}

function readDayRange(text: string): Day[] | undefined {
  const [first, last, more] = text.split('-').map((word) => dayByWord.get(word))
  if (first === undefined || more !== undefined || text.split('-').length > 2) return undefined
  if (!text.includes('-')) return [first]
  if (last === undefined) return undefined
  const from = days.indexOf(first)
  const count = ((days.indexOf(last) - from + 7) % 7) + 1
  return Array.from({ length: count }, (_, index) => days[(from + index) % 7] ?? first)
}

function minuteOfDay(hour: string, minute: string): number | undefined {
  const [hours, minutes] = [Number(hour), Number(minute)]
  return hours < 24 && minutes < 60 ? hours * 60 + minutes : undefined
}

function lengthUntil(start: number | undefined, end: number | undefined): number | undefined {
  if (start === undefined || end === undefined) return undefined
  return within((end - start + 1440) % 1440 || 1440)
}

function readLength(text: string): number | undefined {
  const found = /^(?:(\d{1,3})h(?:(\d{1,2})(?:min|m)?)?|(\d{1,5})(?:min|m))$/i.exec(text)
  if (!found) return undefined
  const [, hours = '0', minutes = '0', alone] = found
  return within(alone === undefined ? Number(hours) * 60 + Number(minutes) : Number(alone))
}

function within(minutes: number): number | undefined {
  return minutes >= 15 && minutes <= 7 * 1440 ? minutes : undefined
}

export function writeWindows(windows: readonly MaintenanceWindow[]): string {
  return windows
    .map(({ rrule, start, minutes }) => `${writeDays(rrule)} ${start} ${writeLength(minutes)}`)
    .join(' | ')
}

function writeDays(rrule: string): string {
  if (rrule === 'FREQ=DAILY') return 'daily'
  return /^FREQ=WEEKLY;BYDAY=([A-Z,]+)$/.exec(rrule)?.[1] ?? rrule
}

function writeLength(minutes: number): string {
  return minutes % 60 === 0 ? `${minutes / 60}h` : `${minutes}min`
}

/** `2026-12-24`, `24/12/2026`, `2026-12-20..2027-01-03`; several joined by `|`, comma, semicolon or blank. */
export function readFreezeDates(text: string): Read<string[]> {
  const dates = new Set<string>()
  for (const part of text.replaceAll(/\s*\.\.\s*/g, '..').split(/[|,;\s]+/)) {
    if (part === '') continue
    const ends = part.split('..').map((end) => wallOfDate(isoDate(end)))
    const [first, last = first, more] = ends
    if (first === undefined || last === undefined || ends.includes(undefined) || more !== undefined)
      return unread('unparsableDate', { text: short(part) })
    if (last < first) return unread('datesReversed', { text: short(part) })
    if ((last - first) / dayMs > mostDates) return tooManyDates
    for (let day = first; day <= last; day += dayMs) dates.add(dateOfWall(day))
  }
  return dates.size > mostDates ? tooManyDates : { ok: true, value: [...dates].sort() }
}

const tooManyDates = unread('tooManyDates', { most: mostDates })

function isoDate(text: string): string {
  const french = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text)
  if (!french) return text
  const [, day = '', month = '', year = ''] = french
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
}

function unread(code: InventoryFaultCode, params: FaultParams): Unread {
  return { ok: false, code, params }
}
