import { describe, expect, it } from 'vitest'
import { planNow, planOfWire } from '../../../static-web/src/model/clocks.ts'

const clocks = { wire: 5, plan: 1_000_000, speed: 900 }

describe('plan time', () => {
  it('runs on at its speed between two frames', () => {
    expect(planNow(clocks, 2000, 3000)).toBe(1_000_000 + 900_000)
  })

  it('never runs backwards when the machine’s clock does', () => {
    expect(planNow(clocks, 2000, 1000)).toBe(1_000_000)
  })

  it('stands still when nothing comes any more, as the host’s own does', () => {
    expect(planNow(clocks, 0, 60_000)).toBe(planNow(clocks, 0, 8_000))
  })
})

describe('what happened on the wire', () => {
  it('stands in plan time beside everything else, and is left alone where both clocks are one', () => {
    expect(planOfWire({ wire: 10_000, plan: 1_000_000, speed: 900 }, 9_000)).toBe(1_000_000 - 900_000)
    expect(planOfWire({ wire: 10_000, plan: 10_000, speed: 1 }, 9_000)).toBe(9_000)
  })
})
