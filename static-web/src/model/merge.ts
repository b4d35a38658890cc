import type { Board, ClientRow, Frame, LedgerLine } from '../../../orchestrations/contracts/board.ts'

/** The board as this page holds it: the last snapshot plus everything newer that was pushed. */
export interface Held {
  readonly board: Board
  /** Wire milliseconds of this machine when `board.clocks` was received. */
  readonly clocksAt: number
  /** The newest lines of the ledger, newest first. */
  readonly ledger: readonly LedgerLine[]
}

const ledgerKept = 60

/** A snapshot replaces everything but rows that push has already brought newer. */
export function withSnapshot(held: Held | undefined, board: Board, now: number): Held {
  const known = new Map(held?.board.campaign.campaignId === board.campaign.campaignId ? rowsById(held) : [])
  const clients = board.clients.map((row) => newer(known.get(row.clientId), row))
  return { board: { ...board, clients }, clocksAt: now, ledger: held?.ledger ?? [] }
}

/** Applies one live frame. Rows that don't change keep their identity, so that their lines needn't be drawn. */
export function withFrame(held: Held, frame: Frame, now: number): Held {
  switch (frame.type) {
    case 'client':
      return { ...held, board: withRows(held.board, [frame.row]), ledger: merged(held.ledger, frame.ledger) }
    case 'fleet': {
      if (frame.campaign.campaignId !== held.board.campaign.campaignId) return held
      const { campaign, clocks, stop, rings } = frame
      const board = { ...withRows(held.board, frame.rows), campaign, clocks, stop, rings }
      return { board, clocksAt: now, ledger: merged(held.ledger, frame.ledger) }
    }
    case 'digest':
      return {
        ...held,
        board: { ...held.board, clocks: frame.clocks, stop: frame.stop },
        clocksAt: now,
      }
  }
}

export function withRows(board: Board, rows: readonly ClientRow[]): Board {
  if (rows.length === 0) return board
  const fresh = new Map(rows.map((row) => [row.clientId, row]))
  let changed = false
  const clients = board.clients.map((row) => {
    const next = fresh.get(row.clientId)
    if (!next || next.revision <= row.revision) return row
    changed = true
    return next
  })
  return changed ? { ...board, clients } : board
}

/** Clients of which a digest names a higher revision than this page holds. */
export function behind(board: Board, revisions: Readonly<Record<string, number>>): readonly string[] {
  return board.clients
    .filter((row) => (revisions[row.clientId] ?? 0) > row.revision)
    .map((row) => row.clientId)
}

function newer(held: ClientRow | undefined, row: ClientRow): ClientRow {
  return held && held.revision >= row.revision ? held : row
}

function rowsById(held: Held | undefined): [string, ClientRow][] {
  return (held?.board.clients ?? []).map((row) => [row.clientId, row])
}

function merged(held: readonly LedgerLine[], lines: readonly LedgerLine[]): readonly LedgerLine[] {
  if (lines.length === 0) return held
  const all = new Map([...held, ...lines].map((line) => [`${line.clientId} ${line.sequence}`, line]))
  return [...all.values()].sort((a, b) => b.at - a.at || b.sequence - a.sequence).slice(0, ledgerKept)
}
