import { cellName } from '../../../orchestrations/contracts/board.ts'
import type { SignName } from './vocabulary.ts'

/**
 * Each sign on a 16 × 16 field as path commands relative to its corner, so that the signs of a whole row join
 * into one path per state: a row of thirty servers is three or four elements, not thirty.
 */
interface Shape {
  /** Drawn as a line. */
  readonly line: string
  /** Filled. */
  readonly body?: string
}

const square =
  'm4 2.5h8a1.5 1.5 0 0 1 1.5 1.5v8a1.5 1.5 0 0 1-1.5 1.5h-8a1.5 1.5 0 0 1-1.5-1.5v-8a1.5 1.5 0 0 1 1.5-1.5z'
const dashed =
  'm2.5 5v-1a1.5 1.5 0 0 1 1.5-1.5h1m2-0h2m2 0h1a1.5 1.5 0 0 1 1.5 1.5v1m0 2v2m0 2v1a1.5 1.5 0 0 1-1.5 1.5h-1m-2 0h-2m-2 0h-1a1.5 1.5 0 0 1-1.5-1.5v-1m0-2v-2'
const bars = 'm5.750 4.500v7m4.500-7v7'

export const shapes: Readonly<Record<SignName, Shape>> = {
  pending: { line: square },
  running: {
    line: 'm8 2.500a5.500 5.500 0 1 0 0 11a5.500 5.500 0 1 0 0-11z',
    body: 'm8 2.500a5.500 5.500 0 0 0 0 11z',
  },
  succeeded: { line: 'm4 8.500l2.700 2.700l5.300-6' },
  failed: { line: 'm4.500 4.500l7 7m0-7l-7 7' },
  rolledBack: { line: 'm6.500 3.500l-3 3l3 3m-3-3h5.500a3 3 0 0 1 0 6h-3' },
  needsOperator: { line: 'm8 3.500v5.500m0 3v0.010' },
  unknown: { line: 'm5.500 5.800a2.600 2.600 0 1 1 3.900 2.250q-1.400 0.800-1.400 1.700m0 2.600v0.010' },
  skipped: { line: 'm4.500 8h7' },
  carriedOver: { line: 'm3.500 8h9m-3.500-3.500l3.500 3.500l-3.500 3.500' },
  excluded: { line: 'm11.500 3.500l-7 9' },
  offlineBeforeStart: { line: dashed },
  notEnrolled: { line: dashed },
  held: { line: bars },
  paused: { line: bars },
  stopped: { line: 'm5 5h6v6h-6z', body: 'm5 5h6v6h-6z' },
}

const tile =
  'm3.500 1h9a2.500 2.500 0 0 1 2.500 2.500v9a2.500 2.500 0 0 1-2.500 2.500h-9a2.500 2.500 0 0 1-2.500-2.500v-9a2.500 2.500 0 0 1 2.500-2.500z'

export interface Stroke {
  readonly name: SignName
  readonly tile: string
  readonly line: string
  readonly body?: string
}

export interface Drawing {
  readonly width: number
  readonly height: number
  readonly strokes: readonly Stroke[]
}

export const pitch = 18

/** One sign alone. */
export function drawSign(name: SignName): Drawing {
  return { width: 16, height: 16, strokes: [stroke(name, [[0, 0]])] }
}

/** A client's cells in plan order, `columns` a line. */
export function drawCells(cells: string, columns: number): Drawing {
  const places = new Map<SignName, [number, number][]>()
  for (let index = 0; index < cells.length; index += 1) {
    const name = cellName(cells.charAt(index))
    const place: [number, number] = [(index % columns) * pitch, Math.floor(index / columns) * pitch]
    const known = places.get(name)
    if (known) known.push(place)
    else places.set(name, [place])
  }
  return {
    width: Math.max(1, Math.min(columns, cells.length)) * pitch - 2,
    height: Math.max(1, Math.ceil(cells.length / columns)) * pitch - 2,
    strokes: [...places].map(([name, at]) => stroke(name, at)),
  }
}

function stroke(name: SignName, places: readonly [number, number][]): Stroke {
  const { line, body } = shapes[name]
  const all = (path: string) => places.map(([x, y]) => `M${x} ${y}${path}`).join('')
  return { name, tile: all(tile), line: all(line), ...(body === undefined ? {} : { body: all(body) }) }
}

/** Which cell a point of the drawing falls on; undefined beside them. */
export function cellAt(x: number, y: number, columns: number, count: number): number | undefined {
  const column = Math.floor(x / pitch)
  const index = Math.floor(y / pitch) * columns + column
  return column < columns && index >= 0 && index < count ? index : undefined
}
