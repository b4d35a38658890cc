import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { Failure } from '../../cli/failure.ts'
import { textsOf } from '../../cli/texts/index.ts'
import { readWhen } from '../../cli/verbs/when.ts'

const now = Date.parse('2026-10-20T10:00:00Z')
const read = (text: string, zone = 'Europe/Paris') =>
  new Date(readWhen(text, now, zone, textsOf('en'))).toISOString()

it.each([
  ['+2h', '2026-10-20T12:00:00.000Z'],
  ['+1h30m', '2026-10-20T11:30:00.000Z'],
  ['+1d', '2026-10-21T10:00:00.000Z'],
  ['2026-10-20T18:00', '2026-10-20T16:00:00.000Z'],
  ['2026-10-20 18:00:30', '2026-10-20T16:00:30.000Z'],
  ['2026-10-20T18:00Z', '2026-10-20T18:00:00.000Z'],
  ['2026-10-20T18:00-05:00', '2026-10-20T23:00:00.000Z'],
  ['2026-10-20T18:00+0530', '2026-10-20T12:30:00.000Z'],
  // Clocks are put back that night: the later of the two.
  ['2026-10-25T02:30', '2026-10-25T01:30:00.000Z'],
])('reads %s', (text, expected) => {
  expect(read(text)).toBe(expected)
})

it.each([
  '',
  'soon',
  '+',
  '+2',
  '2h',
  '+0h',
  '2026-13-01T10:00',
  '2026-10-20T24:00',
  '2026-10-20',
  '2026-10-19T10:00',
])('refuses %j', (text) => {
  expect(() => read(text)).toThrow(Failure)
})

it('reads back any moment written with an offset, in any zone', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10_000_000 }),
      fc.constantFrom('UTC', 'Asia/Kolkata'),
      (later, zone) => {
        const at = now + later * 1000
        expect(readWhen(new Date(at).toISOString(), now, zone, textsOf('en'))).toBe(at)
      },
    ),
  )
})
