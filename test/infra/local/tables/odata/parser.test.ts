import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TablesError } from '../../../../../infra/local/tables/errors.ts'
import { parseFilter } from '../../../../../infra/local/tables/odata/parser.ts'
import { comparisonOf, filtersOf, literals, printed } from './filters.ts'

const names = fc.stringMatching(/^[a-z][a-zA-Z0-9_]{3,12}$/)
const flags = names.map((property) => ({ kind: 'flag' as const, property }))
const comparisons = names.chain((name) => comparisonOf(name, literals))

function refusalBy(text: string): unknown {
  try {
    parseFilter(text)
    return undefined
  } catch (error) {
    return error
  }
}

describe('the filter parser', () => {
  test('reads back every filter that can be written', () => {
    fc.assert(
      fc.property(filtersOf(fc.oneof(comparisons, flags)), (filter) => {
        expect(parseFilter(printed(filter))).toEqual(filter)
      }),
    )
  })

  test('refuses or accepts any text without another error', () => {
    const parts = fc.constantFrom(
      '(',
      ')',
      'and',
      'or',
      'not',
      'eq',
      'x',
      "'a'",
      '5L',
      "datetime'",
      "X'0g'",
      '-',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(parts).map((words) => words.join(' ')),
        ),
        (text) => {
          expect(refusalBy(text)).toSatisfy((error) => error === undefined || error instanceof TablesError)
        },
      ),
    )
  })

  test('binds not before and before or', () => {
    const flag = (property: string) => ({ kind: 'flag', property })
    expect(parseFilter('a or not b and c')).toEqual({
      kind: 'or',
      left: flag('a'),
      right: { kind: 'and', left: { kind: 'not', operand: flag('b') }, right: flag('c') },
    })
  })

  test('turns a comparison round when the literal stands first', () => {
    expect(parseFilter('5 lt n')).toEqual(parseFilter('n gt 5'))
  })

  test.each([
    ['an unclosed string', "a eq 'x"],
    ['an unclosed parenthesis', "(a eq 'x'"],
    ['an operator without operand', 'a eq'],
    ['two literals', '1 eq 1'],
    ['two properties', 'a eq b'],
    ['a date that is none', "a eq datetime'yesterday'"],
    ['a long that is too long', 'a eq 9223372036854775808L'],
    ['odd hex digits', "a eq X'0'"],
    ['a malformed guid', "a eq guid'1234'"],
    ['words after the end', "a eq 'x' b"],
    ['nothing at all', '   '],
    ['nesting without measure', '('.repeat(5_000)],
  ])('refuses %s', (_what, text) => {
    expect(() => parseFilter(text)).toThrow('The query condition specified in the request is invalid.')
  })
})
