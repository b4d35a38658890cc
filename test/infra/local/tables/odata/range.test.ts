import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Literal } from '../../../../../infra/local/tables/odata/ast.ts'
import { matchOf } from '../../../../../infra/local/tables/odata/match.ts'
import { parseFilter } from '../../../../../infra/local/tables/odata/parser.ts'
import { keyRangeOf } from '../../../../../infra/local/tables/odata/range.ts'
import { comparisonOf, filtersOf } from './filters.ts'

const key = fc.constantFrom('', 'a', 'b', 'c', 'd')
const keyLiteral = key.map((value): Literal => ({ type: 'Edm.String', value }))
const filters = filtersOf(
  fc.oneof(
    comparisonOf('PartitionKey', keyLiteral),
    comparisonOf('RowKey', keyLiteral),
    fc.constant({ kind: 'flag' as const, property: 'flag' }),
  ),
)

test('the key range holds every entity that the filter matches', () => {
  fc.assert(
    fc.property(filters, key, key, fc.boolean(), (filter, pk, rk, flag) => {
      const entity = { pk, rk, stamp: '2026-01-01T00:00:00.0000000Z', body: `{"flag":${flag}}` }
      fc.pre(matchOf(filter)(entity))
      const range = keyRangeOf(filter)
      expect(pk >= range.pkFrom && (range.pkTo === undefined || pk <= range.pkTo)).toBe(true)
      expect(rk >= range.rkFrom && (range.rkTo === undefined || rk <= range.rkTo)).toBe(true)
    }),
  )
})

test.each([
  ["PartitionKey eq 'p' and RowKey eq 'r'", { pkFrom: 'p', pkTo: 'p', rkFrom: 'r', rkTo: 'r' }],
  [
    "PartitionKey eq 'p' and RowKey ge 'a' and RowKey lt 'b'",
    { pkFrom: 'p', pkTo: 'p', rkFrom: 'a', rkTo: 'b' },
  ],
  [
    "PartitionKey eq 'p' and (RowKey eq 'x' or RowKey eq 'm')",
    { pkFrom: 'p', pkTo: 'p', rkFrom: 'm', rkTo: 'x' },
  ],
  [
    "PartitionKey ge 'a' and PartitionKey lt 'c' and n eq 1",
    { pkFrom: 'a', pkTo: 'c', rkFrom: '', rkTo: undefined },
  ],
])('%s reads only its part of the index', (filter, range) => {
  expect(keyRangeOf(parseFilter(filter))).toEqual(range)
})
