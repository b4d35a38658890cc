import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { weekend, type MaintenanceWindow } from '../../../orchestrations/domain/fleet.ts'
import { dateOfWall, dayMs, hourMs, minuteMs, wallOfDate } from '../../../orchestrations/domain/time.ts'
import { occurrences, windowProblem, type WindowOwner } from '../../../orchestrations/domain/windows.ts'
import { instantsOf, isZone, offsetAt, wallAt } from '../../../orchestrations/domain/zones.ts'

const utc = (text: string): number => Date.parse(`${text}Z`)
const iso = (at: number): string => new Date(at).toISOString().slice(0, 16)
const shown = (client: WindowOwner, from: string, until: string): string[] =>
  occurrences(client, utc(from), utc(until)).map(({ start, end }) => `${iso(start)} ${iso(end)}`)
const sundays = (start: string, minutes: number): MaintenanceWindow => ({
  rrule: 'FREQ=WEEKLY;BYDAY=SU',
  start,
  minutes,
})
const paris = (windows: MaintenanceWindow[], freezeDates: string[] = []): WindowOwner => ({
  zone: 'Europe/Paris',
  windows,
  freezeDates,
})

test('a weekend is one occurrence of two touching days', () => {
  expect(shown(paris([...weekend]), '2026-11-16T00:00', '2026-11-30T00:00')).toEqual([
    '2026-11-20T23:00 2026-11-22T23:00',
    '2026-11-27T23:00 2026-11-29T23:00',
  ])
})

test('the end is local wall time over both clock changes', () => {
  expect(shown(paris([...weekend]), '2026-03-28T12:00', '2026-03-28T13:00')).toEqual([
    '2026-03-27T23:00 2026-03-29T22:00',
  ])
  expect(shown(paris([...weekend]), '2026-10-24T12:00', '2026-10-24T13:00')).toEqual([
    '2026-10-23T22:00 2026-10-25T23:00',
  ])
})

describe('in the night of a clock change', () => {
  const spring = ['2026-03-28T20:00', '2026-03-29T20:00'] as const
  const autumn = ['2026-10-24T20:00', '2026-10-25T20:00'] as const
  test.each([
    [
      'a start that is skipped is the end of the gap',
      sundays('02:30', 120),
      spring,
      '2026-03-29T01:00 2026-03-29T02:30',
    ],
    [
      'an end that is skipped is the end of the gap',
      sundays('01:00', 90),
      spring,
      '2026-03-29T00:00 2026-03-29T01:00',
    ],
    ['a start shown twice is the first', sundays('02:30', 120), autumn, '2026-10-25T00:30 2026-10-25T03:30'],
    ['an end shown twice is the first', sundays('01:00', 90), autumn, '2026-10-24T23:00 2026-10-25T00:30'],
  ])('%s', (_, window, [from, until], expected) => {
    expect(shown(paris([window]), from, until)).toEqual([expected])
  })
  test('a window that lies in the gap alone is not there', () => {
    expect(shown(paris([sundays('02:00', 45)]), ...spring)).toEqual([])
  })
})

test('freeze dates take out whole local days', () => {
  const client = paris([...weekend], ['2026-11-21'])
  expect(shown(client, '2026-11-16T00:00', '2026-11-23T00:00')).toEqual(['2026-11-21T23:00 2026-11-22T23:00'])
  const inside = paris([{ rrule: 'FREQ=WEEKLY;BYDAY=FR', start: '12:00', minutes: 3 * 1440 }], ['2026-11-21'])
  expect(shown(inside, '2026-11-17T00:00', '2026-11-23T00:00')).toEqual([
    '2026-11-20T11:00 2026-11-20T23:00',
    '2026-11-21T23:00 2026-11-23T11:00',
  ])
})

test('a frozen day ends at the first midnight where midnight comes twice', () => {
  const daily = { rrule: 'FREQ=DAILY', start: '00:00', minutes: 1440 }
  const havana = { zone: 'America/Havana', windows: [daily], freezeDates: ['2026-10-31'] }
  const list = occurrences(havana, utc('2026-10-30T12:00'), utc('2026-11-01T12:00'))
  expect(
    list
      .map(({ start, end }) => [iso(start), iso(end)])
      .flat()
      .slice(1, 3),
  ).toEqual(['2026-10-31T04:00', '2026-11-01T04:00'])
})

test('monthly rules and intervals count from a fixed day', () => {
  const second = { rrule: 'FREQ=MONTHLY;BYDAY=2SA', start: '22:00', minutes: 240 }
  expect(shown(paris([second]), '2026-11-01T00:00', '2026-12-31T00:00')).toEqual([
    '2026-11-14T21:00 2026-11-15T01:00',
    '2026-12-12T21:00 2026-12-13T01:00',
  ])
  const everyOther = { rrule: 'FREQ=WEEKLY;INTERVAL=2;BYDAY=SA', start: '22:00', minutes: 60 }
  const early = occurrences(paris([everyOther]), utc('2026-11-01T00:00'), utc('2026-12-01T00:00'))
  const late = occurrences(paris([everyOther]), utc('2026-11-15T00:00'), utc('2026-12-01T00:00'))
  expect(early.slice(-late.length)).toEqual(late)
})

test.each([
  'FREQ=HOURLY',
  'BYDAY=SA',
  'FREQ=WEEKLY;BYDAY=XX',
  'FREQ=DAILY;COUNT=3',
  'FREQ=DAILY;UNTIL=20270101T000000Z',
  'FREQ=WEEKLY;BYHOUR=3',
  'FREQ=WEEKLY\nDTSTART:20200101T000000Z',
])('%j is no rule for a window', (rrule) => {
  expect(windowProblem({ rrule, start: '00:00', minutes: 60 })).toBeTypeOf('string')
})

const zones = [
  'Europe/Paris',
  'Europe/London',
  'Europe/Lisbon',
  'Europe/Athens',
  'Europe/Moscow',
  'America/New_York',
  'America/Los_Angeles',
  'America/St_Johns',
  'America/Havana',
  'America/Santiago',
  'America/Martinique',
  'America/Cayenne',
  'America/Miquelon',
  'America/Asuncion',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Asia/Beirut',
  'Asia/Tehran',
  'Asia/Gaza',
  'Australia/Lord_Howe',
  'Australia/Adelaide',
  'Pacific/Chatham',
  'Pacific/Auckland',
  'Pacific/Noumea',
  'Pacific/Tahiti',
  'Pacific/Apia',
  'Indian/Reunion',
  'Indian/Mayotte',
  'Africa/Casablanca',
  'Africa/Cairo',
  'Antarctica/Troll',
  'UTC',
]
const aWindow = fc.record({
  rrule: fc.constantFrom(
    'FREQ=DAILY',
    'FREQ=WEEKLY;BYDAY=SA,SU',
    'FREQ=WEEKLY;BYDAY=SU',
    'FREQ=MONTHLY;BYDAY=-1SU',
  ),
  start: fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
    .map(([h, m]) => `${String(h).padStart(2, '0')}:${String(m).padStart(2, '0')}`),
  minutes: fc.integer({ min: 15, max: 3000 }),
})
const aDay = fc.integer({ min: utc('2024-01-10T00:00') / dayMs, max: utc('2029-01-01T00:00') / dayMs })
const anOwner = fc.record({
  zone: fc.constantFrom(...zones),
  windows: fc.array(aWindow, { minLength: 1, maxLength: 3 }),
  freezeDates: fc.array(
    aDay.map((day) => dateOfWall(day * dayMs)),
    { maxLength: 3 },
  ),
})

test('in every zone occurrences are in order, apart, not empty, and cover exactly what the clocks say', () => {
  fc.assert(
    fc.property(anOwner, aDay, (owner, day) => {
      const from = day * dayMs
      const list = occurrences(owner, from, from + 9 * dayMs)
      list.forEach(({ start, end }, index) => {
        expect(end).toBeGreaterThan(start)
        expect(start).toBeGreaterThan(list[index - 1]?.end ?? -Infinity)
        expect(end).toBeGreaterThan(from)
        expect(start).toBeLessThan(from + 9 * dayMs)
      })
      // An hour's clock readings, compared with a reading of the rule that knows nothing of instants.
      for (let at = from; at < from + 9 * dayMs; at += 7 * hourMs) {
        const wall = wallAt(owner.zone, at)
        if (instantsOf(owner.zone, wall).first !== instantsOf(owner.zone, wall).second) continue
        const open = list.some(({ start, end }) => start <= at && at < end)
        expect([owner.zone, iso(at), open]).toEqual([owner.zone, iso(at), openByWall(owner, wall)])
      }
    }),
    { numRuns: 400 },
  )
})

/** Days are asked one by one which weekday they are: slow, plain, and independent of rrule. */
function openByWall(owner: WindowOwner, wall: number): boolean {
  if (owner.freezeDates.includes(dateOfWall(wall))) return false
  return owner.windows.some(({ rrule, start, minutes }) => {
    const offset = Number(start.slice(0, 2)) * hourMs + Number(start.slice(3)) * minuteMs
    return Array.from({ length: 4 }, (_, back) => Math.floor(wall / dayMs) * dayMs - back * dayMs).some(
      (midnight) =>
        opensOn(rrule, midnight) &&
        midnight + offset <= wall &&
        wall < midnight + offset + minutes * minuteMs,
    )
  })
}

function opensOn(rrule: string, midnight: number): boolean {
  const weekday = new Date(midnight).getUTCDay()
  if (rrule === 'FREQ=DAILY') return true
  if (rrule.includes('-1SU')) {
    return weekday === 0 && new Date(midnight + 7 * dayMs).getUTCMonth() !== new Date(midnight).getUTCMonth()
  }
  return weekday === 0 || (rrule.includes('SA') && weekday === 6)
}

test('wall times map to the moments at which the clocks show them', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.integer({ min: utc('2024-01-01T00:00'), max: utc('2029-01-01T00:00') }),
      (zone, at) => {
        const wall = wallAt(zone, at)
        const { first, second } = instantsOf(zone, wall)
        expect([first, second]).toContain(at)
        expect([wallAt(zone, first), wallAt(zone, second)]).toEqual([wall, wall])
      },
    ),
    { numRuns: 2000 },
  )
})

test('wall times around every clock change of five years map to the moments that show them', () => {
  for (const zone of zones) {
    for (let day = utc('2024-01-01T00:00'); day < utc('2029-01-01T00:00'); day += dayMs) {
      if (offsetAt(zone, day) === offsetAt(zone, day + dayMs)) continue
      for (let at = day - dayMs; at < day + 2 * dayMs; at += 30 * minuteMs) {
        const { first, second } = instantsOf(zone, wallAt(zone, at))
        expect([zone, first <= second, at === first || at === second]).toEqual([zone, true, true])
        // A reading without instants is one that the clocks skip: both are the change itself.
        const skipped = instantsOf(zone, at)
        if (wallAt(zone, skipped.first) === at) continue
        expect([
          zone,
          skipped.second,
          offsetAt(zone, skipped.first - 1) < offsetAt(zone, skipped.first),
        ]).toEqual([zone, skipped.first, true])
      }
    }
  }
})

test('dates and wall times map to each other', () => {
  fc.assert(
    fc.property(fc.integer({ min: -300_000, max: 300_000 }), (day) => {
      const text = dateOfWall(day * dayMs)
      expect(text).toBe(new Date(day * dayMs).toISOString().slice(0, 10))
      expect(wallOfDate(text)).toBe(day * dayMs)
    }),
  )
  expect([wallOfDate('2026-02-29'), wallOfDate('2026-13-01'), wallOfDate('26-1-1')]).toEqual([
    undefined,
    undefined,
    undefined,
  ])
})

test('zones are names of places, not offsets or nonsense', () => {
  expect(['Europe/Paris', 'UTC', '+02:00', 'Mars/Olympus', ''].map(isZone)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ])
})
