import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { etagOf, isEtag, stampOf, writeStamps } from '../../../../infra/local/tables/storage/etag.ts'

test('no two writes share a Timestamp, and they ascend, whatever the clock does', () => {
  const clock = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 40 })
  fc.assert(
    fc.property(clock, fc.integer({ min: 0, max: 4_999 }), (times, firstTick) => {
      let now = 0
      const stamps = writeStamps(() => now, firstTick)
      const given: string[] = []
      for (const time of times) {
        now = time
        given.push(...Array.from({ length: 300 }, stamps))
      }
      expect(given.every((stamp, i) => i === 0 || stamp > (given[i - 1] ?? ''))).toBe(true)
    }),
    { numRuns: 30 },
  )
})

test('an ETag gives back its Timestamp, encoded or not', () => {
  const stamp = '2026-11-21T07:14:00.7198106Z'
  expect(etagOf(stamp)).toBe(`W/"datetime'2026-11-21T07%3A14%3A00.7198106Z'"`)
  expect(stampOf(etagOf(stamp))).toBe(stamp)
  expect(stampOf(`W/"datetime'${stamp}'"`)).toBe(stamp)
  expect(isEtag(etagOf(stamp))).toBe(true)
  expect(isEtag('"strong"')).toBe(false)
})
