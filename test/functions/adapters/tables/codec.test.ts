import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { decode, encode } from '../../../../functions/adapters/tables/codec.ts'

/** Strings of one property: at most 32 Ki characters, and well-formed, or the store keeps something else. */
const pieces = (entity: object): string[] =>
  Object.entries(entity).flatMap(([key, value]) => (key.startsWith('data') ? [String(value)] : []))

test('A long row is cut into strings that a property takes, none inside a character', () => {
  const long = fc
    .tuple(fc.nat(3), fc.string({ unit: 'binary', maxLength: 5 }), fc.integer({ min: 0, max: 50_000 }))
    .map(([shift, extra, times]) => 'x'.repeat(shift) + extra + '😀'.repeat(times))
  fc.assert(
    fc.property(long, (text) => {
      const entity = encode('p', 'r', { text })
      for (const piece of pieces(entity)) {
        expect(piece.length).toBeLessThanOrEqual(32 * 1024)
        expect(piece.isWellFormed()).toBe(true)
      }
      expect(decode(z.object({ text: z.string() }), entity)).toEqual({ text })
    }),
    { numRuns: 60 },
  )
})

test('What is stored and is not a row says which row it is', () => {
  const where = { partitionKey: 'boulangerie', rowKey: 'head' }
  const schema = z.object({ sequence: z.int() })
  expect(() => decode(schema, { ...where, data: '{"sequence":' })).toThrow('boulangerie/head is not JSON')
  expect(() => decode(schema, where)).toThrow('boulangerie/head is not JSON')
  expect(() => decode(schema, { ...where, data: '{"sequence":"1"}' })).toThrow(/boulangerie\/head .*shape/)
})
