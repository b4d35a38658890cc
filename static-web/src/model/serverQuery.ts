import type { CellName } from '../../../orchestrations/contracts/board.ts'
import type { Filters } from './address.ts'
import { cellOrder, troubleNames } from './vocabulary.ts'

/** Where the list of servers goes on: the state that is being read, and its next page. */
export interface Place {
  readonly state: CellName
  readonly cursor?: string
}

/** The states that a filter means, the most urgent first: read one after the other, failed comes first by itself. */
export function statesOf(filter: Filters['state']): readonly CellName[] {
  if (filter === 'all') return cellOrder
  if (filter === 'trouble') return troubleNames
  return [filter]
}

/** What to read after a page, or undefined at the end. */
export function placeAfter(
  place: Place,
  next: string | undefined,
  states: readonly CellName[],
): Place | undefined {
  if (next !== undefined) return { state: place.state, cursor: next }
  const state = states[states.indexOf(place.state) + 1]
  return state === undefined ? undefined : { state }
}
