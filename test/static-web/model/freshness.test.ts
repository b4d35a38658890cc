import { describe, expect, it } from 'vitest'
import { freshness, pushWorks } from '../../../static-web/src/model/freshness.ts'

const at = (line: number, frame: number, truth: number) => ({ line, frame, truth })

describe('freshness', () => {
  it.each([
    { name: 'everything heard a moment ago', heard: at(9_500, 9_600, 9_600), kind: 'live', ageMs: 400 },
    {
      name: 'a quiet campaign between two digests',
      heard: at(9_500, 6_000, 6_000),
      kind: 'live',
      ageMs: 4_000,
    },
    {
      name: 'line lives, ATLAS is silent and unasked',
      heard: at(9_500, 4_900, 4_900),
      kind: 'stale',
      ageMs: 5_100,
    },
    { name: 'line dead, but asking works', heard: at(5_000, 5_000, 8_000), kind: 'polling', ageMs: 2_000 },
    { name: 'line dead and no answer', heard: at(1_000, 1_000, 1_000), kind: 'stale', ageMs: 9_000 },
    {
      name: 'pongs and answers, but nobody pushes',
      heard: at(9_900, -2_000, 9_000),
      kind: 'polling',
      ageMs: 1_000,
    },
  ])('$name: $kind', ({ heard, kind, ageMs }) => {
    expect(freshness(heard, 10_000)).toEqual({ kind, ageMs })
  })

  it('shows within five seconds that the line is dead, even right after a pong', () => {
    const died = at(10_000, 10_000, 10_000)
    expect(freshness(died, 15_000).kind).not.toBe('live')
    expect(pushWorks(died, 13_000)).toBe(true)
  })
})
