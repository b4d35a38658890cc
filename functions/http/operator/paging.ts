import { z } from 'zod'
import type { PageQuery } from '../../../orchestrations/contracts/api.ts'
import { Refusal } from '../respond.ts'

/** Where an item stands in its list: its sort keys, the last of which is unique. */
export type Position = readonly (string | number)[]

const Cursor = z.array(z.union([z.string().max(400), z.number()])).max(6)

/**
 * One page of a list that is sorted by `positionOf`. The cursor is the position of the page's last item: what is
 * added or removed meanwhile neither repeats nor hides anything else. Refuses a cursor that is none (400).
 */
export function pageOf<T>(
  sorted: readonly T[],
  { limit, cursor }: PageQuery,
  positionOf: (item: T) => Position,
  order: 'ascending' | 'descending' = 'ascending',
): { readonly items: T[]; readonly next?: string } {
  const after = cursor === undefined ? undefined : positionIn(cursor)
  const sign = order === 'ascending' ? 1 : -1
  const rest =
    after === undefined ? sorted : sorted.filter((item) => sign * compare(positionOf(item), after) > 0)
  const items = rest.slice(0, limit)
  const last = items.at(-1)
  return rest.length > items.length && last !== undefined
    ? { items, next: cursorAt(positionOf(last)) }
    : { items }
}

/** For lists that a store pages itself: the cursor that continues after `position`. */
export const cursorAt = (position: Position): string =>
  Buffer.from(JSON.stringify(position)).toString('base64url')

/** The position that a cursor stands for. Refuses what is none. */
export function positionIn(cursor: string): Position {
  try {
    return Cursor.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')))
  } catch {
    throw new Refusal('badCursor')
  }
}

/** Sorts as `pageOf` expects it: numbers before strings, each in its own order. */
export function compare(a: Position, b: Position): number {
  for (const [index, left] of a.entries()) {
    const right = b[index]
    if (right === undefined) return 1
    if (left === right) continue
    if (typeof left !== typeof right) return typeof left === 'number' ? -1 : 1
    return left < right ? -1 : 1
  }
  return a.length - b.length
}
