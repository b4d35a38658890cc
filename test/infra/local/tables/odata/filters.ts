import * as fc from 'fast-check'
import type { Comparison, Filter, Literal } from '../../../../../infra/local/tables/odata/ast.ts'

const comparisons: readonly Comparison[] = ['eq', 'ne', 'gt', 'ge', 'lt', 'le']

/** Writes a filter as `$filter` text, fully parenthesised. */
export function printed(filter: Filter): string {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return `(${printed(filter.left)}) ${filter.kind} (${printed(filter.right)})`
    case 'not':
      return `not (${printed(filter.operand)})`
    case 'flag':
      return filter.property
    case 'compare':
      return `${filter.property} ${filter.op} ${printedLiteral(filter.literal)}`
  }
}

function printedLiteral({ type, value }: Literal): string {
  switch (type) {
    case 'Edm.String':
      return `'${String(value).replaceAll("'", "''")}'`
    case 'Edm.Int64':
      return `${value}L`
    case 'Edm.Double':
      return Number.isInteger(value) ? `${value}.0` : String(value)
    case 'Edm.DateTime':
      return `datetime'${value}'`
    case 'Edm.Guid':
      return `guid'${value}'`
    case 'Edm.Binary':
      return `X'${value}'`
    default:
      return String(value)
  }
}

/** Any literal that a filter can hold. */
export const literals: fc.Arbitrary<Literal> = fc.oneof(
  fc.string().map((value): Literal => ({ type: 'Edm.String', value })),
  fc.integer().map((value): Literal => ({ type: 'Edm.Int32', value })),
  fc
    .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
    .map((value): Literal => ({ type: 'Edm.Int64', value })),
  fc
    .double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 })
    .filter((value) => !Object.is(value, -0) && !String(value).includes('e'))
    .map((value): Literal => ({ type: 'Edm.Double', value })),
  fc.boolean().map((value): Literal => ({ type: 'Edm.Boolean', value })),
  fc.uuid().map((value): Literal => ({ type: 'Edm.Guid', value })),
  fc
    .date({ noInvalidDate: true, min: new Date('1601-01-01'), max: new Date('9999-12-31') })
    .map((date): Literal => ({ type: 'Edm.DateTime', value: date.toISOString().replace('Z', '0000Z') })),
  fc.uint8Array({ maxLength: 8 }).map((bytes): Literal => ({
    type: 'Edm.Binary',
    value: Buffer.from(bytes).toString('hex'),
  })),
)

/** Filters made of the given comparisons. */
export function filtersOf(leaves: fc.Arbitrary<Filter>): fc.Arbitrary<Filter> {
  return fc.letrec<{ filter: Filter }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 4, depthIdentifier: 'filter' },
      leaves,
      fc.record({
        kind: fc.constantFrom('and' as const, 'or' as const),
        left: tie('filter'),
        right: tie('filter'),
      }),
      fc.record({ kind: fc.constant('not' as const), operand: tie('filter') }),
    ),
  })).filter
}

/** A comparison of a property with literals of one kind. */
export function comparisonOf(property: string, values: fc.Arbitrary<Literal>): fc.Arbitrary<Filter> {
  return fc.record({
    kind: fc.constant('compare' as const),
    property: fc.constant(property),
    op: fc.constantFrom(...comparisons),
    literal: values,
  })
}
