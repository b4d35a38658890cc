import type { EdmType } from '../edm.ts'

export type Comparison = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le'

/** A literal of a filter. Binary is lower-case hex, a date is in ticks form, a GUID in lower case. */
export type Literal = { readonly type: EdmType; readonly value: string | number | boolean | bigint }

/** A parsed `$filter`. */
export type Filter =
  | { readonly kind: 'and' | 'or'; readonly left: Filter; readonly right: Filter }
  | { readonly kind: 'not'; readonly operand: Filter }
  | {
      readonly kind: 'compare'
      readonly property: string
      readonly op: Comparison
      readonly literal: Literal
    }
  | { readonly kind: 'flag'; readonly property: string }
