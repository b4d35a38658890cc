import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  afterDeath,
  type Deaths,
  defaultPolicy,
  noDeaths,
} from '../../../../infra/local/supervisor/restarts.ts'

it('waits longer with each death before readiness, and starts over after one', () => {
  const delays: number[] = []
  let deaths: Deaths = noDeaths
  for (const wasReady of [true, false, false, false, true]) {
    const verdict = afterDeath(deaths, wasReady, 0, defaultPolicy)
    if (verdict.kind === 'giveUp') throw new Error('gave up')
    delays.push(verdict.delayMs)
    ;({ deaths } = verdict)
  }
  expect(delays).toEqual([50, 100, 200, 400, 50])
})

it('gives up exactly when the minute holds more deaths than allowed', () => {
  const life = fc.array(fc.tuple(fc.integer({ min: 0, max: 30_000 }), fc.boolean()), { maxLength: 60 })
  fc.assert(
    fc.property(life, fc.integer({ min: 1, max: 12 }), (steps, restartsPerMinute) => {
      const all: number[] = []
      let deaths: Deaths = noDeaths
      let now = 0
      for (const [wait, wasReady] of steps) {
        now += wait
        all.push(now)
        const verdict = afterDeath(deaths, wasReady, now, { ...defaultPolicy, restartsPerMinute })
        const recent = all.filter((time) => time > now - 60_000).length
        expect(verdict.kind).toBe(recent > restartsPerMinute ? 'giveUp' : 'restart')
        if (verdict.kind === 'giveUp') return
        expect(verdict.delayMs).toBeLessThanOrEqual(defaultPolicy.maxDelayMs)
        expect(verdict.deaths.times.length).toBeLessThanOrEqual(restartsPerMinute)
        ;({ deaths } = verdict)
      }
    }),
  )
})
