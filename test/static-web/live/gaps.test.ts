import { describe, expect, it } from 'vitest'
import { Gaps } from '../../../static-web/src/live/gaps.ts'

describe('gaps', () => {
  it('are fetched once they have lasted two seconds', () => {
    const gaps = new Gaps()
    gaps.note({ ancay: 7 }, ['ancay'], 1000)
    expect(gaps.due(2999)).toEqual([])
    gaps.note({ ancay: 8 }, ['ancay'], 2500)
    expect(gaps.due(3000)).toEqual(['ancay'])
    expect(gaps.due(3400)).toEqual([])
    expect(gaps.due(5000)).toEqual(['ancay'])
  })

  it('close when the row comes or a digest agrees', () => {
    const gaps = new Gaps()
    gaps.note({ ancay: 7, lac: 3 }, ['ancay', 'lac'], 0)
    gaps.closed([{ clientId: 'ancay', revision: 7 }])
    expect(gaps.due(9000)).toEqual(['lac'])
    gaps.note({ ancay: 7, lac: 3 }, [], 9000)
    expect(gaps.due(20_000)).toEqual([])
  })

  it('stay open when the row that comes is older than the digest', () => {
    const gaps = new Gaps()
    gaps.note({ ancay: 7 }, ['ancay'], 0)
    gaps.closed([{ clientId: 'ancay', revision: 6 }])
    expect(gaps.due(2000)).toEqual(['ancay'])
  })

  it('stay open when the digest of another client comes in between', () => {
    const gaps = new Gaps()
    gaps.note({ ancay: 7 }, ['ancay'], 0)
    gaps.note({ lac: 3 }, [], 1000)
    expect(gaps.due(2000)).toEqual(['ancay'])
    gaps.note({ lac: 4 }, ['lac'], 2500)
    gaps.note({ ancay: 7 }, [], 3000)
    expect(gaps.due(9000)).toEqual(['lac'])
  })
})
