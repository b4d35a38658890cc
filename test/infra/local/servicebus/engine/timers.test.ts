import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { TimerWheel } from '../../../../../infra/local/servicebus/engine/timers.ts'

it('fires each timer once, not early, in order, however the clock leaps', () => {
  const delays = fc.array(fc.integer({ min: -500, max: 5_000_000 }), { maxLength: 30 })
  const leaps = fc.array(fc.integer({ min: 1, max: 3_000_000 }), { maxLength: 10 })
  fc.assert(
    fc.property(delays, leaps, (waits, steps) => {
      let now = 1_000_000_000
      const wheel = new TimerWheel(now)
      const fired: number[] = []
      for (const wait of waits) wheel.add(now + wait, () => fired.push(now - wait))
      const start = now
      for (const leap of [...steps, 6_000_000]) {
        now += leap
        wheel.advance(now)
        const due = waits.filter((wait) => start + wait <= now)
        expect(fired).toHaveLength(due.length)
      }
      expect(wheel.size).toBe(0)
    }),
  )
})

it('leaves a removed timer alone, and lets a firing timer add and remove others', () => {
  const wheel = new TimerWheel(0)
  const fired: string[] = []
  const removed = wheel.add(150, () => fired.push('removed'))
  const rival = wheel.add(130, () => fired.push('rival'))
  wheel.add(120, () => {
    fired.push('first')
    wheel.remove(rival)
    wheel.add(10, () => fired.push('overdue'))
  })
  wheel.remove(removed)
  wheel.advance(200)
  wheel.advance(201)
  expect(fired).toEqual(['first', 'overdue'])
})
