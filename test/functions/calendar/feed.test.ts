import { describe, expect, test } from 'vitest'
import { calendarOf, type Slot } from '../../../functions/calendar/feed.ts'
import type { Client } from '../../../orchestrations/domain/fleet.ts'
import { ClientId, RingNumber } from '../../../orchestrations/domain/ids.ts'
import { dayMs } from '../../../orchestrations/domain/time.ts'
import { occurrences } from '../../../orchestrations/domain/windows.ts'
import { all, instantOf, paramsOf, readCalendar, valueOf } from './ics.ts'

const now = Date.parse('2026-09-01T10:00:00Z')
const client: Client = {
  clientId: ClientId.parse('clinique'),
  name: 'Clinique Saint-Jean-de-Maurienne, « Les Églantines »; bâtiment administratif',
  ring: RingNumber.parse(2),
  zone: 'Europe/Paris',
  windows: [{ rrule: 'FREQ=WEEKLY;BYDAY=SU', start: '01:00', minutes: 300 }],
  freezeDates: ['2026-12-25', '2020-01-01'],
  maxParallelServers: 1,
  priority: 0,
}
const read = (of: Client = client, slots: readonly Slot[] = [], at = now) =>
  readCalendar(calendarOf(of, slots, at, 'fr'))
const events = (calendar: ReturnType<typeof read>, prefix: string) =>
  all(calendar, 'VEVENT').filter((event) => valueOf(event, 'UID')?.startsWith(prefix))

describe.each([
  'Europe/Paris',
  'America/New_York',
  'Australia/Lord_Howe',
  'Indian/Reunion',
  'America/St_Johns',
])('In %s', (zone) => {
  test('each window of the next six months is there, at its moment by the calendar’s own zone', () => {
    const own = { ...client, zone, windows: [{ rrule: 'FREQ=DAILY', start: '22:30', minutes: 420 }] }
    const calendar = read(own)
    const wanted = occurrences(own, now - 7 * dayMs, now + 183 * dayMs)
    const found = events(calendar, 'window.').map((event) => ({
      start: instantOf(calendar, zone, valueOf(event, 'DTSTART') ?? ''),
      end: instantOf(calendar, zone, valueOf(event, 'DTEND') ?? ''),
    }))
    expect(found).toEqual(wanted)
    expect(found.length).toBeGreaterThan(180)
    expect(new Set(events(calendar, 'window.').map((event) => paramsOf(event, 'DTSTART')))).toEqual(
      new Set([`;TZID=${zone}`]),
    )
  })
})

test('On the weekend of a clock change a window keeps its wall time and lasts an hour more', () => {
  const calendar = read()
  const [event] = events(calendar, `window.clinique.${Date.parse('2026-10-24T23:00:00Z')}`)
  expect(valueOf(event, 'DTSTART')).toBe('20261025T010000')
  expect(valueOf(event, 'DTEND')).toBe('20261025T060000')
  expect(instantOf(calendar, 'Europe/Paris', '20261025T060000')).toBe(Date.parse('2026-10-25T05:00:00Z'))
  const [zone] = all(calendar, 'VTIMEZONE')
  const change = zone?.components.find((one) => valueOf(one, 'DTSTART') === '20261025T030000')
  expect(change?.name).toBe('STANDARD')
  expect(['TZOFFSETFROM', 'TZOFFSETTO', 'TZNAME'].map((name) => valueOf(change, name))).toEqual([
    '+0200',
    '+0100',
    'CET',
  ])
})

test('Freeze dates are whole days, past ones are left out', () => {
  const frozen = events(read(), 'freeze.')
  expect(frozen.map((event) => [valueOf(event, 'DTSTART'), valueOf(event, 'DTEND')])).toEqual([
    ['20261225', '20261226'],
  ])
  expect(paramsOf(frozen[0], 'DTSTART')).toBe(';VALUE=DATE')
})

test('A campaign’s expected time is there, tentative until it has begun, without its name', () => {
  const slot = { campaignId: 'c-1', start: now + dayMs, end: now + 2 * dayMs, servers: 12, started: false }
  const [event] = events(read(client, [slot]), 'campaign.')
  expect(valueOf(event, 'SUMMARY')).toContain('12')
  expect(valueOf(event, 'STATUS')).toBe('TENTATIVE')
  expect(valueOf(events(read(client, [{ ...slot, started: true }]), 'campaign.')[0], 'STATUS')).toBe(
    'CONFIRMED',
  )
})

test('A line break in a client’s name is no line of the calendar', () => {
  const calendar = read({ ...client, name: 'x\r\nX-EVIL:1' })
  expect(valueOf(calendar, 'X-WR-CALNAME')).toBe('Maintenance – x\\nX-EVIL:1')
  expect(valueOf(calendar, 'X-EVIL')).toBeUndefined()
})

test('The same thing has the same UID tomorrow, DTSTAMP is UTC, and text is escaped and folded', () => {
  const uids = (at: number) => all(read(client, [], at), 'VEVENT').map((event) => valueOf(event, 'UID'))
  const [today, tomorrow] = [uids(now), new Set(uids(now + dayMs))]
  expect(today.filter((uid) => !tomorrow.has(uid)).length).toBeLessThanOrEqual(1)
  expect(new Set(today).size).toBe(today.length)
  const calendar = read()
  expect(valueOf(calendar, 'X-WR-CALNAME')).toBe(
    'Maintenance – Clinique Saint-Jean-de-Maurienne\\, « Les Églantines »\\; bâtiment administratif',
  )
  for (const event of all(calendar, 'VEVENT')) expect(valueOf(event, 'DTSTAMP')).toMatch(/^\d{8}T\d{6}Z$/)
})
