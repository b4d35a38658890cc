import {
  type CellName,
  cellLetters,
  cellName,
  type ClientRow,
} from '../../../orchestrations/contracts/board.ts'
import { clientRemaining, type Pace, type Range } from '../../../orchestrations/contracts/remaining.ts'
import { fold } from '../../../orchestrations/contracts/words/index.ts'
import type { Filters } from './address.ts'
import { type RowKind, signOf, type SignName, troubleNames } from './vocabulary.ts'

export type Counts = Readonly<Record<CellName, number>>

/** A client's row with what its line needs, worked out once per revision. */
export interface Line {
  readonly row: ClientRow
  readonly kind: RowKind
  readonly sign: SignName
  readonly counts: Counts
  readonly done: number
}

const names = Object.keys(cellLetters) as CellName[]

export function countsOf(cells: string): Counts {
  const counts = Object.fromEntries(names.map((name) => [name, 0])) as Record<CellName, number>
  for (const letter of cells) counts[cellName(letter)] += 1
  return counts
}

const known = new WeakMap<ClientRow, Line>()

export function lineOf(row: ClientRow): Line {
  const seen = known.get(row)
  if (seen) return seen
  const counts = countsOf(row.cells)
  const done = row.cells.length - counts.pending - counts.running - counts.unknown
  const line = { row, ...signOf(row, counts), counts, done }
  known.set(row, line)
  return line
}

const rank: Readonly<Record<RowKind, number>> = {
  trouble: 0,
  stopped: 1,
  paused: 2,
  running: 3,
  held: 4,
  waiting: 5,
  ended: 6,
}

type Order = (a: Line, b: Line) => number

/** Trouble, then running, then by end. Never by something that changes each second: lines would jump. */
const attention: Order = (a, b) =>
  rank[a.kind] - rank[b.kind] ||
  worst(a) - worst(b) ||
  a.row.ring - b.row.ring ||
  (a.row.endedAt ?? 0) - (b.row.endedAt ?? 0) ||
  byName(a, b)

const orders: Readonly<Record<Filters['sort'], Order>> = {
  attention,
  client: (a, b) => byName(a, b),
  ring: (a, b) => a.row.ring - b.row.ring || attention(a, b),
  servers: (a, b) => b.row.cells.length - a.row.cells.length || byName(a, b),
  end: (a, b) => (a.row.endedAt ?? Infinity) - (b.row.endedAt ?? Infinity) || attention(a, b),
}

function worst(line: Line): number {
  const place = troubleNames.findIndex((name) => line.counts[name] > 0)
  return place < 0 ? troubleNames.length : place
}

function byName(a: Line, b: Line): number {
  return a.row.name < b.row.name ? -1 : Number(a.row.name > b.row.name)
}

/** The lines that an address asks for, in its order. */
export function linesFor(rows: readonly ClientRow[], filters: Filters): readonly Line[] {
  const wanted = fold(filters.search)
  return rows
    .map(lineOf)
    .filter((line) => filters.ring === undefined || line.row.ring === filters.ring)
    .filter((line) => shows(line, filters.show))
    .filter((line) => wanted === '' || fold(searchable(line.row)).includes(wanted))
    .sort(orders[filters.sort])
}

function shows(line: Line, show: Filters['show']): boolean {
  if (show === 'all') return true
  if (show === 'held') return line.kind === 'held' || line.kind === 'paused' || line.kind === 'stopped'
  return line.kind === show
}

function searchable(row: ClientRow): string {
  return `${row.name} ${row.now.map((server) => server.host).join(' ')} ${row.trouble?.host ?? ''}`
}

/** When a client is expected to end, plan time epoch ms; undefined = not known yet. */
export function expectedEnd(
  row: ClientRow,
  pace: Pace | undefined,
  now: number,
  closes?: number,
): Range | undefined {
  if (!pace || row.state.kind === 'stopped' || row.state.kind === 'ended') return undefined
  if (row.state.kind === 'waiting' && row.startedAt === undefined) return undefined
  const left = clientRemaining(row, pace, now, closes)
  return left && { p20Ms: now + left.p20Ms, p80Ms: now + left.p80Ms }
}
