import type { KeyRange } from '../storage/store.ts'
import type { Filter } from './ast.ts'

type Bounds = { readonly from: string; readonly to: string | undefined }

const all: Bounds = { from: '', to: undefined }

/**
 * The smallest inclusive key range that holds every entity a filter can match, for the index to read. It may
 * hold more: `or` takes the hull of both sides and `not` everything.
 */
export function keyRangeOf(filter: Filter): KeyRange {
  const pk = boundsOf(filter, 'PartitionKey')
  const rk = pk.from === pk.to ? boundsOf(filter, 'RowKey') : all
  return { pkFrom: pk.from, pkTo: pk.to, rkFrom: rk.from, rkTo: rk.to }
}

function boundsOf(filter: Filter, key: 'PartitionKey' | 'RowKey'): Bounds {
  switch (filter.kind) {
    case 'and':
      return intersection(boundsOf(filter.left, key), boundsOf(filter.right, key))
    case 'or':
      return hull(boundsOf(filter.left, key), boundsOf(filter.right, key))
    case 'not':
    case 'flag':
      return all
    case 'compare':
      if (filter.property !== key || typeof filter.literal.value !== 'string') return all
      return comparisonBounds(filter.op, filter.literal.value)
  }
}

function comparisonBounds(op: (Filter & { kind: 'compare' })['op'], value: string): Bounds {
  switch (op) {
    case 'eq':
      return { from: value, to: value }
    case 'gt':
    case 'ge':
      return { from: value, to: undefined }
    case 'lt':
    case 'le':
      return { from: '', to: value }
    case 'ne':
      return all
  }
}

function intersection(a: Bounds, b: Bounds): Bounds {
  return {
    from: a.from > b.from ? a.from : b.from,
    to: a.to === undefined || (b.to !== undefined && b.to < a.to) ? b.to : a.to,
  }
}

function hull(a: Bounds, b: Bounds): Bounds {
  return {
    from: a.from < b.from ? a.from : b.from,
    to: a.to === undefined || b.to === undefined ? undefined : a.to > b.to ? a.to : b.to,
  }
}
