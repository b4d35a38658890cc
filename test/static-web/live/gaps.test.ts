import { describe, expect, it } from 'vitest'
import { Gaps } from '../../../static-web/src/live/gaps.ts'

describe('gaps', () => {
  it('are fetched once they have lasted two seconds', () => {
    const gaps = new Gaps()
    gaps.note(['ancay'], 1000)
    expect(gaps.due(2999)).toEqual([])
    gaps.note(['ancay'], 2500)
    expect(gaps.due(3000)).toEqual(['ancay'])
    expect(gaps.due(3400)).toEqual([])
    expect(gaps.due(5000)).toEqual(['ancay'])
  })

  it('close when the row comes or a digest agrees', () => {
    const gaps = new Gaps()
    gaps.note(['ancay', 'lac'], 0)
    gaps.closed(['ancay'])
    expect(gaps.due(9000)).toEqual(['lac'])
    gaps.note([], 9000)
    expect(gaps.due(20_000)).toEqual([])
  })
})
