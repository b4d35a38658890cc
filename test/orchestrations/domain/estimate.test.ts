import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { slowestOf, spreadOf } from '../../../orchestrations/domain/durations.ts'
import {
  estimateRemaining,
  type RemainingClient,
  type RemainingRing,
} from '../../../orchestrations/domain/estimate.ts'
import { RingNumber } from '../../../orchestrations/domain/ids.ts'
import { defaultSettings } from '../../../orchestrations/domain/settings.ts'
import { minuteMs } from '../../../orchestrations/domain/time.ts'

const client = (pending: number, more: Partial<RemainingClient> = {}): RemainingClient => ({
  pending,
  underWayMs: [],
  maxParallel: 1,
  ...more,
})
const ring = (n: number, clients: RemainingClient[], soakMs = 0): RemainingRing => ({
  ring: RingNumber.parse(n),
  clients,
  soakMs,
})
const exact = { serverMinutes: { p50: 45, p95: 45 } }
const none = { count: 0, sumMs: 0 }
const minutes = (rings: RemainingRing[], measured = none, settings = exact): number[] => {
  const estimate = estimateRemaining(rings, measured, settings)
  return estimate.kind === 'range' ? [estimate.p20Ms / minuteMs, estimate.p80Ms / minuteMs] : []
}

test('rings follow each other, each as long as its slowest client and its soak', () => {
  expect(minutes([ring(1, [client(2), client(4)], 120 * minuteMs), ring(2, [client(1)])])).toEqual([345, 345])
})

test('a server under way counts for what is left of it, and never for nothing', () => {
  expect(minutes([ring(2, [client(1, { underWayMs: [30 * minuteMs] })])])).toEqual([60, 60])
  expect(minutes([ring(2, [client(0, { underWayMs: [300 * minuteMs] })])])[0]).toBeCloseTo(4.5)
})

test('several at once and a known wait are taken into account', () => {
  expect(minutes([ring(2, [client(4, { maxParallel: 2, waitMs: 10 * minuteMs })])])).toEqual([100, 100])
})

test('measured durations replace the expectation', () => {
  const measured = { count: 50, sumMs: 50 * 20 * minuteMs, sumSquaresMs: 50 * (20 * minuteMs) ** 2 }
  expect(minutes([ring(2, [client(3)])], measured)).toEqual([60, 60])
})

test('nothing known of durations is not known yet', () => {
  expect(estimateRemaining([ring(2, [client(3)])], none, { serverMinutes: { p50: 0, p95: 0 } })).toEqual({
    kind: 'unknown',
  })
})

test('the end of many is later than the end of one, and a range is in order', () => {
  const [one = 0] = minutes([ring(2, [client(10)])], none, defaultSettings)
  const [many = 0] = minutes(
    [
      ring(
        2,
        Array.from({ length: 80 }, () => client(10)),
      ),
    ],
    none,
    defaultSettings,
  )
  expect(many).toBeGreaterThan(one)
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(20), fc.nat(1e7)), { minLength: 1, maxLength: 20 }), (list) => {
      const [p20 = 0, p80 = 0] = minutes(
        [
          ring(
            2,
            list.map(([n, spent]) => client(n, { underWayMs: [spent] })),
          ),
        ],
        none,
        defaultSettings,
      )
      expect(p20).toBeGreaterThan(0)
      expect(p80).toBeGreaterThanOrEqual(p20)
    }),
  )
})

test('slowestOf one end is that end, of equal exact ends that moment', () => {
  const end = { p20: 1000, p50: 2000, p80: 3000 }
  const slowest = slowestOf([end])
  for (const key of ['p20', 'p50', 'p80'] as const) expect(Math.abs(slowest[key] - end[key])).toBeLessThan(3)
  const now = { p20: 5, p50: 5, p80: 5 }
  expect(slowestOf([now, now])).toEqual(now)
})

test('the spread has the median and 95th percentile that it was made of', () => {
  const { meanMs, deviationMs } = spreadOf({ p50: 45, p95: 90 })
  expect(meanMs / minuteMs).toBeCloseTo(49.2, 1)
  expect(deviationMs / minuteMs).toBeCloseTo(21.7, 0)
})
