import { describe, expect, it } from 'vitest'
import { parseAddress } from '../../../static-web/src/model/address.ts'
import { expectedEnd, linesFor } from '../../../static-web/src/model/rows.ts'
import { clientRow } from '../row.ts'

const rows = [
  clientRow({ clientId: 'ended', name: 'Ended', cells: 'ss', state: { kind: 'ended' }, endedAt: 5 }),
  clientRow({ clientId: 'waiting', name: 'Waiting', ring: 3, cells: 'pp', state: { kind: 'waiting' } }),
  clientRow({ clientId: 'running', name: 'Boulangerie Ançay', cells: 'sr', now: [] }),
  clientRow({ clientId: 'failed', name: 'Failed', cells: 'fp', state: { kind: 'ended' } }),
  clientRow({ clientId: 'operator', name: 'Operator', cells: 'so' }),
  clientRow({
    clientId: 'paused',
    name: 'Paused',
    cells: 'sp',
    state: { kind: 'paused', reason: '', actor: 'x' },
  }),
]
const shown = (search: string) => linesFor(rows, parseAddress(search)).map((line) => line.row.clientId)

describe('lines', () => {
  it('stand with trouble first, worst of it above, then who was paused, then who runs', () => {
    expect(shown('')).toEqual(['operator', 'failed', 'paused', 'running', 'waiting', 'ended'])
  })

  it('are found without accents or capitals, by host too', () => {
    expect(shown('?q=ANCAY')).toEqual(['running'])
    const [server] = [{ serverId: 'ended.fs02', host: 'FS02', step: 'install', stepAt: 0, startedAt: 0 }]
    const busy = [clientRow({ name: 'Hôtel', now: [server] })]
    expect(linesFor(busy, parseAddress('?q=fs02'))).toHaveLength(1)
  })

  it.each([
    { search: '?show=trouble', ids: ['operator', 'failed'] },
    { search: '?show=held', ids: ['paused'] },
    { search: '?ring=3', ids: ['waiting'] },
    { search: '?sort=client&show=ended', ids: ['ended'] },
    { search: '?q=nobody', ids: [] },
  ])('follow the address $search', ({ search, ids }) => {
    expect(shown(search)).toEqual(ids)
  })

  it('know no end without measurements, nor for a client whose ring has not begun', () => {
    const pace = { meanMs: 1000, sdMs: 100 }
    expect(expectedEnd(clientRow({ startedAt: 1 }), undefined, 10)).toBeUndefined()
    expect(expectedEnd(clientRow({ state: { kind: 'waiting' } }), pace, 10)).toBeUndefined()
    expect(expectedEnd(clientRow({ startedAt: 1 }), pace, 10)?.p20Ms).toBeGreaterThan(10)
  })
})
