import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clientRemaining, measuredPace, remaining } from '../../../orchestrations/contracts/remaining.ts'
import { clientRow, ringRow } from '../../static-web/row.ts'

const minute = 60_000
const now = Date.UTC(2026, 10, 21, 13)

describe('measuredPace', () => {
  it('is not known before five servers were measured', () => {
    expect(measuredPace([clientRow({ measured: 4, spentMs: 160 * minute })])).toBeUndefined()
    expect(measuredPace([clientRow({ measured: 5, spentMs: 200 * minute })])?.meanMs).toBe(40 * minute)
  })

  it('infers the spread of single servers from that of clients', () => {
    const rows = [30, 50].map((mean) => clientRow({ measured: 4, spentMs: 4 * mean * minute }))
    // Var = Σ n (mean_i − mean)² / (k − 1) = (4·100 + 4·100) / 1 = 800 min²
    expect(measuredPace(rows)?.sdMs).toBeCloseTo(Math.sqrt(800) * minute, 3)
  })

  it('never promises an exact future', () => {
    const rows = [1, 2].map(() => clientRow({ measured: 5, spentMs: 225 * minute }))
    expect(measuredPace(rows)?.sdMs).toBeGreaterThan(0)
  })
})

describe('remaining', () => {
  const pace = { meanMs: 45 * minute, sdMs: 5 * minute }

  it('is nothing for a client without open servers', () => {
    expect(clientRemaining(clientRow({ cells: 'sfx' }), pace, now)).toBeUndefined()
  })

  it('subtracts what the server in hand has already had', () => {
    const fresh = clientRow({ cells: 'rp', measured: 2, spentMs: 90 * minute })
    const half = clientRow({
      ...fresh,
      now: [
        { serverId: 'ancay.dc01', host: 'DC01', step: 'install', stepAt: now, startedAt: now - 20 * minute },
      ],
    })
    const middle = (row: typeof fresh) => {
      const range = clientRemaining(row, pace, now)
      return range ? (range.p20Ms + range.p80Ms) / 2 : Number.NaN
    }
    expect(middle(fresh)).toBeCloseTo(90 * minute, 0)
    expect(middle(half)).toBeCloseTo(70 * minute, 0)
  })

  it('adds the wait for a window whose start is known', () => {
    const state = { kind: 'held', reason: { code: 'windowClosed' }, until: now + 5 * 60 * minute }
    const held = clientRemaining(clientRow({ cells: 'p', state }), pace, now)
    expect(held?.p20Ms).toBeGreaterThan(5 * 60 * minute)
  })

  it('adds rings one after the other, with the soak that is still to come', () => {
    const done = clientRow({ cells: 'sssss', measured: 5, spentMs: 225 * minute })
    const next = clientRow({ clientId: 'lac', ring: 3, cells: 'pp' })
    const rings = [ringRow({ state: { kind: 'soaking', until: now + 60 * minute } }), ringRow({ ring: 3 })]
    const range = remaining([done, next], rings, now)
    expect(range?.p20Ms).toBeLessThan((60 + 90) * minute)
    expect(range?.p80Ms).toBeGreaterThan((60 + 90) * minute)
    const soaked = remaining([done, next], rings, now, { soakMinutes: [0, 0, 0, 30] })
    expect((soaked?.p20Ms ?? 0) - (range?.p20Ms ?? 0)).toBeCloseTo(30 * minute, 0)
  })

  it('ends with the last window: what has not started by then is carried over', () => {
    const rows = [clientRow({ cells: 'ssssspppppppppp', measured: 5, spentMs: 225 * minute })]
    const outlook = { soakMinutes: [], closes: () => now + 60 * minute }
    expect(remaining(rows, [ringRow({ ring: rows[0]?.ring })], now, outlook)).toEqual({
      p20Ms: 60 * minute,
      p80Ms: 105 * minute,
    })
  })

  it('takes one lost agent for no pace: neither of the campaign nor of its own client', () => {
    const usual = [1, 2, 3].map(() => clientRow({ cells: 'sssss', measured: 5, spentMs: 225 * minute }))
    const lost = clientRow({ cells: 'opppp', measured: 1, spentMs: 600 * minute })
    const measured = measuredPace([...usual, lost])
    expect(measured?.meanMs).toBeLessThan(50 * minute)
    const left = measured && clientRemaining(lost, measured, now)
    expect(left?.p80Ms).toBeLessThan(5 * 60 * minute)
  })

  it('is always a range, in order and not below nothing', () => {
    const clients = fc.array(
      fc.record({
        left: fc.integer({ min: 0, max: 30 }),
        measured: fc.integer({ min: 1, max: 30 }),
        mean: fc.integer({ min: 1, max: 200 }),
      }),
      { minLength: 5, maxLength: 20 },
    )
    fc.assert(
      fc.property(clients, (all) => {
        const rows = all.map(({ left, measured, mean }) =>
          clientRow({ cells: 'p'.repeat(left), measured, spentMs: measured * mean * minute }),
        )
        const range = remaining(rows, [ringRow()], now)
        expect(range?.p20Ms).toBeGreaterThanOrEqual(0)
        expect(range?.p80Ms).toBeGreaterThanOrEqual(range?.p20Ms ?? Number.NaN)
      }),
      { numRuns: 40 },
    )
  })
})
