import {
  type CellName,
  cellName,
  type ClientRow,
  type RingRow,
} from '../../orchestrations/contracts/board.ts'
import type { Colour, Paint } from './paint.ts'

export type SignName = CellName | 'held' | 'paused' | 'stopped'

interface Sign {
  readonly glyph: string
  readonly colour?: Colour
}

/** Shape first, colour second (interface.md, "State vocabulary"). */
const signs: Readonly<Record<SignName, Sign>> = {
  pending: { glyph: '▢', colour: 'dim' },
  running: { glyph: '◐', colour: 'blue' },
  succeeded: { glyph: '✓', colour: 'green' },
  failed: { glyph: '✗', colour: 'red' },
  rolledBack: { glyph: '↩', colour: 'yellow' },
  needsOperator: { glyph: '!', colour: 'red' },
  unknown: { glyph: '?', colour: 'red' },
  skipped: { glyph: '–', colour: 'dim' },
  carriedOver: { glyph: '→', colour: 'dim' },
  excluded: { glyph: '/', colour: 'dim' },
  offlineBeforeStart: { glyph: '⬚', colour: 'dim' },
  notEnrolled: { glyph: '⬚', colour: 'dim' },
  held: { glyph: '‖', colour: 'yellow' },
  paused: { glyph: '‖', colour: 'yellow' },
  stopped: { glyph: '■', colour: 'red' },
}

export function sign(name: SignName, paint: Paint): string {
  return paint(signs[name].colour, signs[name].glyph)
}

const mostCells = 60

/** One sign a server; beyond sixty, how many there are of each. */
export function cells(row: ClientRow, paint: Paint): string {
  const names = Array.from(row.cells, cellName)
  if (names.length <= mostCells) return names.map((name) => sign(name, paint)).join('')
  const counts = new Map<CellName, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].map(([name, count]) => `${sign(name, paint)}${count}`).join(' ')
}

/** Worst first. */
export const troubles = ['needsOperator', 'unknown', 'failed', 'rolledBack'] as const

export function worstOf(row: ClientRow): (typeof troubles)[number] | undefined {
  const names = new Set(Array.from(row.cells, cellName))
  return troubles.find((name) => names.has(name))
}

/** What one client's line stands for at a glance. */
export function signOf(row: ClientRow): SignName {
  const worst = worstOf(row)
  if (worst) return worst
  switch (row.state.kind) {
    case 'paused':
    case 'held':
    case 'stopped':
    case 'running':
      return row.state.kind
    case 'waiting':
      return 'pending'
    case 'ended':
      return 'succeeded'
  }
}

export function ringSign(ring: RingRow): SignName {
  switch (ring.state.kind) {
    case 'passed':
      return 'succeeded'
    case 'running':
      return 'running'
    case 'tripped':
      return 'needsOperator'
    case 'waiting':
      return 'pending'
    case 'soaking':
    case 'held':
    case 'gateHeld':
    case 'waitsForPromote':
      return 'held'
  }
}

const rank: Readonly<Record<ClientRow['state']['kind'], number>> = {
  stopped: 1,
  paused: 2,
  running: 3,
  held: 4,
  waiting: 5,
  ended: 6,
}

/** Trouble first, then what runs, then by ring, end and name. */
export function inOrder(rows: readonly ClientRow[]): ClientRow[] {
  const place = (row: ClientRow): number => {
    const worst = worstOf(row)
    return worst ? troubles.indexOf(worst) - troubles.length : rank[row.state.kind]
  }
  return rows.toSorted(
    (a, b) =>
      place(a) - place(b) ||
      a.ring - b.ring ||
      (a.endedAt ?? 0) - (b.endedAt ?? 0) ||
      (a.name < b.name ? -1 : 1),
  )
}
