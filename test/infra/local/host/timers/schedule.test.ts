import { assert, constant, integer, oneof, property } from 'fast-check'
import { expect, test } from 'vitest'
import { parseSchedule } from '../../../../../infra/local/host/timers/schedule.ts'

const nextIso = (expression: string, after: string) =>
  new Date(parseSchedule(expression).next(Date.parse(after))).toISOString().replace('.000Z', 'Z')

// The first eight are the documentation's own examples.
test.each([
  ['0 */5 * * * *', '2026-11-21T08:02:01Z', '2026-11-21T08:05:00Z'],
  ['0 0 * * * *', '2026-11-21T08:00:00Z', '2026-11-21T09:00:00Z'],
  ['0 0 */2 * * *', '2026-11-21T08:00:01Z', '2026-11-21T10:00:00Z'],
  ['0 0 9-17 * * *', '2026-11-21T17:30:00Z', '2026-11-22T09:00:00Z'],
  ['0 30 9 * * *', '2026-11-21T09:29:59Z', '2026-11-21T09:30:00Z'],
  ['0 30 9 * * 1-5', '2026-11-20T10:00:00Z', '2026-11-23T09:30:00Z'],
  ['0 30 9 * Jan Mon', '2026-11-21T00:00:00Z', '2027-01-04T09:30:00Z'],
  ['*/15 * * * * *', '2026-11-21T08:00:14.999Z', '2026-11-21T08:00:15Z'],
  ['30 9 * * *', '2026-11-21T09:30:00Z', '2026-11-22T09:30:00Z'],
  ['5,8 10/20 3 1 2 *', '2026-03-01T00:00:00Z', '2027-02-01T03:10:05Z'],
  ['0 0 0 29 2 *', '2026-01-01T00:00:00Z', '2028-02-29T00:00:00Z'],
  ['0 0 0 13 * Fri', '2026-01-01T00:00:00Z', '2026-02-13T00:00:00Z'],
  ['59 59 23 31 12 *', '2026-12-31T23:59:59Z', '2027-12-31T23:59:59Z'],
  ['00:30:00', '2026-11-21T08:02:01Z', '2026-11-21T08:32:01Z'],
  ['1.00:00:00', '2026-11-21T08:02:01Z', '2026-11-22T08:02:01Z'],
])('%s after %s', (expression, after, next) => {
  expect(nextIso(expression, after)).toBe(next)
})

test.each([
  ['* * *', 'has 3 fields'],
  ['60 * * * * *', 'it goes from 0 to 59'],
  ['0 0 0 0 * *', 'it goes from 1 to 31'],
  ['0 0 0 * * 7', 'it goes from 0 to 6'],
  ['0 0 5-3 * * *', 'holds no hour'],
  ['0 0 */0 * * *', 'holds no hour'],
  ['0 0 a! * * *', 'is no hour'],
  ['0 0 0 31 2 *', 'never comes'],
  ['00:00:00', 'no time at all'],
])('%s is refused: it %s', (expression, fault) => {
  expect(() => parseSchedule(expression)).toThrow(fault)
})

test('the next occurrence fits, comes after, and none lies between', () => {
  const field = (max: number) => oneof(constant('*'), integer({ min: 0, max }).map(String))
  const fits = (text: string, value: number) => text === '*' || Number(text) === value
  assert(
    property(
      field(59),
      field(59),
      field(23),
      integer({ min: 0, max: 2 ** 31 }),
      (second, minute, hour, after) => {
        const start = after * 1_000
        const next = parseSchedule(`${second} ${minute} ${hour} * * *`).next(start)
        const isFit = (time: number) => {
          const at = new Date(time)
          return (
            fits(second, at.getUTCSeconds()) &&
            fits(minute, at.getUTCMinutes()) &&
            fits(hour, at.getUTCHours())
          )
        }
        let expected = start + 1_000
        while (!isFit(expected)) expected += 1_000
        expect(next).toBe(expected)
      },
    ),
    { numRuns: 40 },
  )
})

test('what comes more often than every minute is frequent', () => {
  expect(parseSchedule('*/30 * * * * *').isFrequent).toBe(true)
  expect(parseSchedule('00:00:30').isFrequent).toBe(true)
  expect(parseSchedule('0 * * * * *').isFrequent).toBe(false)
})
