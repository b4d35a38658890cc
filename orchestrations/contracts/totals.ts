import { type OutcomeKind, outcomeKinds, uncountedOutcomes } from '../domain/outcomes.ts'
import { cellLetters, cellName, type ClientRow } from './board.ts'

/** What a board adds up to: the figures of the page, of `atlas status` and of the last line of `npm start`. */
export interface Totals {
  readonly clients: number
  readonly servers: number
  /** Servers that have ended, whatever the outcome. */
  readonly done: number
  readonly pending: number
  readonly inProgress: number
  readonly unknown: number
  readonly byOutcome: Readonly<Record<OutcomeKind, number>>
  /** succeeded / (succeeded + failed + rolledBack + needsOperator); null while none of these has ended. */
  readonly successRate: number | null
  /** Clients that are being worked on: running, or with a server still in hand. */
  readonly activeClients: number
}

/** Adds up any selection of rows: a campaign's, a ring's, a filter's. */
export function totals(rows: readonly ClientRow[]): Totals {
  const byOutcome = Object.fromEntries(outcomeKinds.map((kind) => [kind, 0])) as Record<OutcomeKind, number>
  const open = { pending: 0, running: 0, unknown: 0 }
  let servers = 0
  let activeClients = 0
  for (const row of rows) {
    for (const letter of row.cells) {
      const name = cellName(letter)
      if (name === 'pending' || name === 'running' || name === 'unknown') open[name] += 1
      else byOutcome[name] += 1
    }
    servers += row.cells.length
    if (isActive(row)) activeClients += 1
  }
  return {
    clients: rows.length,
    servers,
    done: servers - open.pending - open.running - open.unknown,
    pending: open.pending,
    inProgress: open.running,
    unknown: open.unknown,
    byOutcome,
    successRate: successRate(byOutcome),
    activeClients,
  }
}

export function isActive(row: ClientRow): boolean {
  return row.state.kind === 'running' || serversLeft(row).inHand > 0
}

function successRate(byOutcome: Readonly<Record<OutcomeKind, number>>): number | null {
  const counted = byOutcome.succeeded + byOutcome.failed + byOutcome.rolledBack + byOutcome.needsOperator
  return counted === 0 ? null : byOutcome.succeeded / counted
}

/** Outcomes that count in the success rate and have not succeeded, nor were skipped. */
export function failures(sum: Totals): number {
  return outcomeKinds
    .filter((kind) => !uncountedOutcomes.has(kind) && kind !== 'succeeded' && kind !== 'skipped')
    .reduce((count, kind) => count + sum.byOutcome[kind], 0)
}

/** Servers of a client that have not ended, and how many of these are in hand. */
export function serversLeft(row: ClientRow): { readonly left: number; readonly inHand: number } {
  let left = 0
  let inHand = 0
  for (const letter of row.cells) {
    if (letter === cellLetters.pending) left += 1
    if (letter === cellLetters.running || letter === cellLetters.unknown) {
      left += 1
      inHand += 1
    }
  }
  return { left, inHand }
}
