import { dateTicks, type EdmValue } from '../edm.ts'
import { type Properties, readStoredProperties } from '../properties.ts'
import type { StoredEntity } from '../storage/store.ts'
import type { Comparison, Filter, Literal } from './ast.ts'

/** Says whether an entity is in the answer. */
export type Match = (entity: StoredEntity) => boolean

const keyNames: ReadonlySet<string> = new Set(['PartitionKey', 'RowKey', 'Timestamp'])

/**
 * A filter as a function. A comparison with a property that the entity lacks, or of another type, is false;
 * numbers of all types compare with each other. The entity's body is parsed only when a filter reaches it.
 */
export function matchOf(filter: Filter): Match {
  let entity: StoredEntity | undefined
  let parsed: Properties | undefined
  const propertiesOf = (row: StoredEntity): Properties => {
    if (row !== entity || parsed === undefined) {
      entity = row
      parsed = readStoredProperties(row.body)
    }
    return parsed
  }
  return compile(filter, propertiesOf)
}

/** True if the filter needs nothing but keys and Timestamp. */
export function readsOnlyKeys(filter: Filter): boolean {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return readsOnlyKeys(filter.left) && readsOnlyKeys(filter.right)
    case 'not':
      return readsOnlyKeys(filter.operand)
    default:
      return keyNames.has(filter.property)
  }
}

function compile(filter: Filter, propertiesOf: (row: StoredEntity) => Properties): Match {
  switch (filter.kind) {
    case 'and': {
      const left = compile(filter.left, propertiesOf)
      const right = compile(filter.right, propertiesOf)
      return (row) => left(row) && right(row)
    }
    case 'or': {
      const left = compile(filter.left, propertiesOf)
      const right = compile(filter.right, propertiesOf)
      return (row) => left(row) || right(row)
    }
    case 'not': {
      const operand = compile(filter.operand, propertiesOf)
      return (row) => !operand(row)
    }
    case 'flag':
      return (row) => propertiesOf(row).get(filter.property)?.value === true
    case 'compare':
      return comparison(filter.property, filter.op, filter.literal, propertiesOf)
  }
}

function comparison(
  property: string,
  op: Comparison,
  literal: Literal,
  propertiesOf: (row: StoredEntity) => Properties,
): Match {
  const holds = outcome(op)
  const compareKey = (read: (row: StoredEntity) => string, type: Literal['type']): Match =>
    literal.type === type ? (row) => holds(order(read(row), literal.value)) : () => false
  if (property === 'PartitionKey') return compareKey((row) => row.pk, 'Edm.String')
  if (property === 'RowKey') return compareKey((row) => row.rk, 'Edm.String')
  if (property === 'Timestamp') return compareKey((row) => row.stamp, 'Edm.DateTime')
  return (row) => {
    const value = propertiesOf(row).get(property)
    const comparable = value === undefined ? undefined : comparableWith(literal, value)
    return comparable !== undefined && holds(order(comparable, literal.value))
  }
}

type Ordered = string | number | boolean | bigint

// NaN is neither below, above nor equal to anything.
function order(a: Ordered, b: Ordered): number {
  if (a < b) return -1
  if (a > b) return 1
  return Number.isNaN(a) ? Number.NaN : 0
}

function outcome(op: Comparison): (order: number) => boolean {
  switch (op) {
    case 'eq':
      return (order) => order === 0
    case 'ne':
      return (order) => order !== 0
    case 'gt':
      return (order) => order > 0
    case 'ge':
      return (order) => order >= 0
    case 'lt':
      return (order) => order < 0
    case 'le':
      return (order) => order <= 0
  }
}

function comparableWith(literal: Literal, { type, value }: EdmValue): Ordered | undefined {
  switch (type) {
    case 'Edm.Int32':
    case 'Edm.Double':
      return isNumeric(literal) ? Number(value) : undefined
    case 'Edm.Int64':
      return isNumeric(literal) ? BigInt(value) : undefined
    case 'Edm.DateTime':
      return literal.type === type ? dateTicks(String(value)) : undefined
    case 'Edm.Binary':
      return literal.type === type ? Buffer.from(String(value), 'base64').toString('hex') : undefined
    default:
      return literal.type === type ? value : undefined
  }
}

function isNumeric({ type }: Literal): boolean {
  return type === 'Edm.Int32' || type === 'Edm.Int64' || type === 'Edm.Double'
}
