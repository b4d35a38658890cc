import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  afterReport,
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

describe('A report tells of the journal', () => {
  const journal = (sequence: number, id = 'journal-a') => ({ id, sequence })
  const reported = (known: KnownIdentity | undefined, sequence: number, at: number) => {
    const told = afterReport(known, journal(sequence), at)
    if (told.kind !== 'grew') throw new Error(`It said ${told.kind}`)
    return { bootedAt: 0, ...known, journal: told.journal, reportedAt: told.reportedAt }
  }

  test('so that one which is lost right after its first commands is missed', () => {
    const known = reported(heard(seen(0)), 2, 100)
    expect(doubtOf(known, { ...seen(0, 1, 'journal-b'), saidAt: 200 })).toBe('setBackByOthers')
    expect(doubtOf(known, { ...seen(1, 1), saidAt: 200 })).toBe('setBackByOthers')
    expect(doubtOf(known, { ...seen(2, 1), saidAt: 200 })).toBeUndefined()
  })

  test('and a heartbeat that the report has overtaken on its way is believed', () => {
    expect(doubtOf(reported(heard(seen(0)), 2, 100), { ...seen(1), saidAt: 99 })).toBeUndefined()
  })

  test('nothing when it has not grown, when it says nothing of it, or before the first heartbeat', () => {
    expect(afterReport(heard(seen(2)), journal(2), 100)).toEqual({ kind: 'nothing' })
    expect(afterReport(heard(seen(3)), journal(2), 100)).toEqual({ kind: 'nothing' })
    expect(afterReport(heard(seen(2)), undefined, 100)).toEqual({ kind: 'nothing' })
    expect(afterReport(undefined, journal(2), 100)).toEqual({ kind: 'nothing' })
    expect(afterReport(heard({ bootedAt: 0 }), journal(2), 100)).toEqual({ kind: 'nothing' })
  })

  test('a doubt when it is another one than that which has taken commands on', () => {
    expect(afterReport(heard(seen(2)), journal(1, 'journal-b'), 100)).toEqual({ kind: 'doubt' })
    expect(afterReport(heard(seen(0)), journal(1, 'journal-b'), 100)).toEqual({ kind: 'nothing' })
  })
})
