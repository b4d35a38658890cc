import type { CellName, ClientRow } from '../../../orchestrations/contracts/board.ts'

/** A row's own state as one sign: a server's, or what holds the client. */
export type SignName = CellName | 'held' | 'paused' | 'stopped'

/** Neutral, brand, success…: the colour role of each sign (interface.md, "State vocabulary"). */
export type Role = 'neutral' | 'brand' | 'success' | 'warning' | 'danger' | 'severe'

export const roleOf: Readonly<Record<SignName, Role>> = {
  pending: 'neutral',
  running: 'brand',
  succeeded: 'success',
  failed: 'danger',
  rolledBack: 'warning',
  needsOperator: 'severe',
  unknown: 'severe',
  skipped: 'neutral',
  carriedOver: 'neutral',
  excluded: 'neutral',
  offlineBeforeStart: 'neutral',
  notEnrolled: 'neutral',
  held: 'warning',
  paused: 'warning',
  stopped: 'danger',
}

/** Worst first: the order in which rows and legends show what needs somebody. */
export const troubleNames = ['needsOperator', 'unknown', 'failed', 'rolledBack'] as const

export const cellOrder: readonly CellName[] = [
  ...troubleNames,
  'running',
  'pending',
  'succeeded',
  'skipped',
  'carriedOver',
  'excluded',
  'offlineBeforeStart',
  'notEnrolled',
]

export type RowKind = 'trouble' | 'running' | 'paused' | 'held' | 'stopped' | 'waiting' | 'ended'

export interface RowSign {
  readonly kind: RowKind
  readonly sign: SignName
}

/** What one client's line stands for at a glance. */
export function signOf(row: ClientRow, counts: Readonly<Record<CellName, number>>): RowSign {
  const worst = troubleNames.find((name) => counts[name] > 0)
  if (worst) return { kind: 'trouble', sign: worst }
  switch (row.state.kind) {
    case 'paused':
    case 'held':
    case 'stopped':
      return { kind: row.state.kind, sign: row.state.kind }
    case 'running':
      return { kind: 'running', sign: 'running' }
    case 'waiting':
      return { kind: 'waiting', sign: 'pending' }
    case 'ended':
      return { kind: 'ended', sign: endSign(counts) }
  }
}

function endSign(counts: Readonly<Record<CellName, number>>): SignName {
  if (counts.succeeded > 0) return 'succeeded'
  return cellOrder.find((name) => counts[name] > 0) ?? 'succeeded'
}
