import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { formatDuration, parseDuration } from '../../../../../infra/local/servicebus/admin/duration.ts'

it.each([
  ['PT1M', 60_000],
  ['PT30S', 30_000],
  ['P14D', 1_209_600_000],
  ['P1DT2H3M4.5S', 93_784_500],
  ['P10675199DT2H48M5.4775807S', Number.POSITIVE_INFINITY],
])('reads %s', (text, millis) => {
  expect(parseDuration(text)).toBe(millis)
})

it.each(['', 'P', '1 minute', 'PT', 'PT1X', 'P1Y'])('refuses %j', (text) => {
  expect(() => parseDuration(text)).toThrow(RangeError)
})

it('writes what it reads', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e12 }), (millis) => {
      expect(parseDuration(formatDuration(millis))).toBe(millis)
    }),
  )
})
