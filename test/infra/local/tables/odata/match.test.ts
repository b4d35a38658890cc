import { describe, expect, test } from 'vitest'
import { matchOf } from '../../../../../infra/local/tables/odata/match.ts'
import { parseFilter } from '../../../../../infra/local/tables/odata/parser.ts'

const entity = {
  pk: 'p',
  rk: 'r',
  stamp: '2026-03-01T08:00:00.1234567Z',
  body: JSON.stringify({
    text: '7',
    int: 7,
    'long@odata.type': 'Edm.Int64',
    long: '9007199254740993',
    dbl: 7.5,
    'nan@odata.type': 'Edm.Double',
    nan: 'NaN',
    flag: true,
    'at@odata.type': 'Edm.DateTime',
    at: '2026-03-01T08:00:00.1234567Z',
    'id@odata.type': 'Edm.Guid',
    id: '0f1c9f6e-1111-4222-8333-444455556666',
    'bytes@odata.type': 'Edm.Binary',
    bytes: '/wE=',
  }),
}
const matches = (filter: string) => matchOf(parseFilter(filter))(entity)

describe('a filter matches', () => {
  test.each([
    "PartitionKey eq 'p' and RowKey ne 'q'",
    'int eq 7L',
    'int lt 7.5',
    'dbl gt 7',
    'long eq 9007199254740993L',
    'long gt 9007199254740992L',
    "at gt datetime'2026-03-01T08:00:00.1234566Z'",
    "at eq datetime'2026-03-01T10:00:00.1234567+02:00'",
    "Timestamp ge datetime'2026-03-01T08:00:00Z'",
    "id eq guid'0F1C9F6E-1111-4222-8333-444455556666'",
    "bytes eq X'ff01'",
    "bytes gt binary'0fff'",
    'flag',
    'flag eq true and not (flag eq false)',
    'nan ne 1',
    "not (absent eq 'x')",
  ])('%s', (filter) => {
    expect(matches(filter)).toBe(true)
  })
})

describe('a filter does not match', () => {
  test.each([
    ['a text and a number', 'text eq 7'],
    ['a number and a text', "int eq '7'"],
    ['a key and a number', 'RowKey ne 1'],
    ['a date and a text', "at gt '2000'"],
    ['an absent property, even with ne', "absent ne 'x'"],
    ['an absent flag', 'absent'],
    ['NaN in an order', 'nan gt 0 or nan le 0 or nan eq 0'],
    ['a long next to it', 'long eq 9007199254740992L'],
  ])('%s', (_what, filter) => {
    expect(matches(filter)).toBe(false)
  })
})
