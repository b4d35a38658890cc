import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  doubtOf,
  nowKnown,
  type Identity,
  type KnownIdentity,
} from '../../../orchestrations/domain/identity.ts'

const hour = 3_600_000
const seen = (sequence: number, boot = 0, id = 'journal-a'): Identity => ({
  bootedAt: boot * hour,
  journal: { id, sequence },
})
const heard = (...beats: Identity[]): KnownIdentity | undefined =>
  beats.reduce<KnownIdentity | undefined>((known, beat) => nowKnown(known, beat), undefined)

describe('A heartbeat is believed', () => {
  test('when it is the first, when the journal has grown, and after a reboot', () => {
    expect(doubtOf(undefined, seen(5))).toBeUndefined()
    expect(doubtOf(heard(seen(5)), seen(7))).toBeUndefined()
    expect(doubtOf(heard(seen(5)), seen(5, 2))).toBeUndefined()
  })

  test('of an agent that says nothing of its journal, or has never taken on anything', () => {
    expect(doubtOf(heard({ bootedAt: 0 }), seen(5))).toBeUndefined()
    expect(doubtOf(heard(seen(5)), { bootedAt: 0 })).toBeUndefined()
    expect(doubtOf(heard(seen(0)), seen(0, 1, 'journal-b'))).toBeUndefined()
  })

  test('however often a machine that is one reboots and works', () => {
    const steps = fc.array(fc.record({ boots: fc.boolean(), takes: fc.nat(3) }), { maxLength: 30 })
    fc.assert(
      fc.property(steps, (life) => {
        let known: KnownIdentity | undefined
        let [boot, sequence] = [0, 0]
        for (const { boots, takes } of life) {
          if (boots) boot += 1
          sequence += takes
          expect(doubtOf(known, seen(sequence, boot))).toBeUndefined()
          known = nowKnown(known, seen(sequence, boot))
        }
      }),
    )
  })
})

describe('A heartbeat is doubted', () => {
  test('when the journal is shorter, or another one: the machine was set back', () => {
    expect(doubtOf(heard(seen(5)), seen(4, 3))).toBe('setBackByOthers')
    expect(doubtOf(heard(seen(5)), seen(0, 3, 'journal-b'))).toBe('setBackByOthers')
  })

  test('when two machines take turns: one is a clone', () => {
    expect(doubtOf(heard(seen(5), seen(5, 3)), seen(6))).toBe('keyUsedTwice')
    expect(doubtOf(heard(seen(5), seen(9, 0, 'journal-b')), seen(5))).toBe('keyUsedTwice')
  })

  test('at the latest at the third turn of two machines, whatever each does meanwhile', () => {
    const work = fc.array(fc.nat(4), { minLength: 6, maxLength: 12 })
    fc.assert(
      fc.property(work, fc.integer({ min: 1, max: 50 }), (takes, boot) => {
        const sequences = [10, 10]
        let known: KnownIdentity | undefined
        const doubts = takes.map((taken, turn) => {
          const machine = turn % 2
          sequences[machine] = (sequences[machine] ?? 0) + taken
          const beat = seen(sequences[machine] ?? 0, machine * boot)
          const doubt = doubtOf(known, beat)
          known = nowKnown(known, beat)
          return doubt
        })
        expect(doubts.slice(0, 3).some((doubt) => doubt !== undefined)).toBe(true)
      }),
    )
  })
})
