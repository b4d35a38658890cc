import { expect, it } from 'vitest'
import { atLeast, atMost, percentile } from './figures.ts'

it('takes percentiles by the nearest rank', () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index)
  expect([0.5, 0.99, 1].map((share) => percentile(values, share))).toEqual([50, 99, 100])
  expect(percentile([7], 0.99)).toBe(7)
})

it('judges the value as measured, not as rounded for people', () => {
  expect(atMost('a', 40.001, 's', 40)).toEqual({ name: 'a', value: 40, unit: 's', goal: '<= 40', met: false })
  expect(atLeast('a', 1_499.999, '/s', 1_500).met).toBe(false)
  expect(atMost('a', 40, 's', 40).met).toBe(true)
})

it('meets no goal without a measurement', () => {
  expect(atMost('a', percentile([], 0.5), 'ms', 100).met).toBe(false)
})
