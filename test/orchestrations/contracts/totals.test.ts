import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cellLetters } from '../../../orchestrations/contracts/board.ts'
import { failures, totals } from '../../../orchestrations/contracts/totals.ts'
import { clientRow } from '../../static-web/row.ts'

describe('totals', () => {
  it('counts every letter once', () => {
    const sum = totals([clientRow({ cells: 'pruusfbokcxln' })])
    expect(sum).toMatchObject({ servers: 13, pending: 1, inProgress: 1, unknown: 2, done: 9 })
    expect(Object.values(sum.byOutcome)).toEqual(Array.from({ length: 9 }, () => 1))
  })

  it('takes only counted outcomes into the success rate', () => {
    expect(totals([clientRow({ cells: 'sssfkcxlnrpu' })]).successRate).toBe(0.75)
    expect(totals([clientRow({ cells: 'ssbo' })]).successRate).toBe(0.5)
  })

  it('knows no success rate before a counted server has ended', () => {
    expect(totals([]).successRate).toBeNull()
    expect(totals([clientRow({ cells: 'kcxlnpr' })]).successRate).toBeNull()
  })

  it('counts a paused client whose server is still in hand as active', () => {
    const paused = { kind: 'paused', reason: '', actor: 'M. Durand' }
    const rows = ['sp', 'rp', 'up'].map((cells) => clientRow({ state: paused, cells }))
    expect(totals(rows).activeClients).toBe(2)
  })

  it('counts as failures what is counted and neither succeeded nor was skipped', () => {
    expect(failures(totals([clientRow({ cells: 'sskfbocxln' })]))).toBe(3)
  })

  it('adds up: ended and open servers are all servers, however they stand', () => {
    const cells = fc.string({ unit: fc.constantFrom(...Object.values(cellLetters)), maxLength: 40 })
    fc.assert(
      fc.property(fc.array(cells), (all) => {
        const sum = totals(all.map((one) => clientRow({ cells: one })))
        const ended = Object.values(sum.byOutcome).reduce((a, b) => a + b, 0)
        expect(ended).toBe(sum.done)
        expect(sum.done + sum.pending + sum.inProgress + sum.unknown).toBe(all.join('').length)
        expect(sum.successRate ?? 0).toBeLessThanOrEqual(1)
      }),
    )
  })
})
