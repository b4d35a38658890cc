import type { Board, ClientRow, Clocks, Frame, LedgerLine } from '../../../orchestrations/contracts/board.ts'

/** The board as this page holds it: the last snapshot plus everything newer that was pushed. */
export interface Held {
  readonly board: Board
  /** Wire milliseconds of this machine when `board.clocks` was received. */
  readonly clocksAt: number
  /** The newest lines of the ledger, newest first. */
  readonly ledger: readonly LedgerLine[]
}

const ledgerKept = 60

/** A snapshot replaces what it is newer than: rows by revision, the rest by the server's own clock. */
export function withSnapshot(held: Held | undefined, board: Board, now: number): Held {
  if (held?.board.campaign.campaignId !== board.campaign.campaignId) {
    return { board, clocksAt: now, ledger: held?.ledger ?? [] }
  }
  const known = new Map(held.board.clients.map((row) => [row.clientId, row]))
  const clients = board.clients.map((row) => newest(known.get(row.clientId), row))
  if (isLate(held, board.clocks)) return { ...held, board: { ...held.board, clients } }
  return { board: { ...board, clients }, clocksAt: now, ledger: held.ledger }
}

/** Applies one live frame. Rows that don't change keep their identity, so that their lines needn't be drawn. */
export function withFrame(held: Held, frame: Frame, now: number): Held {
  switch (frame.type) {
    case 'client':
      return { ...held, board: withRows(held.board, [frame.row]), ledger: merged(held.ledger, frame.ledger) }
    case 'fleet': {
      if (frame.campaign.campaignId !== held.board.campaign.campaignId) return held
      const next = {
        ...held,
        board: withRows(held.board, frame.rows),
        ledger: merged(held.ledger, frame.ledger),
      }
      if (isLate(held, frame.clocks)) return next
      const { campaign, clocks, stop, rings } = frame
      return { ...next, board: { ...next.board, campaign, clocks, stop, rings }, clocksAt: now }
    }
    case 'digest': {
      if (isLate(held, frame.clocks)) return held
      const { clocks, stop, campaign, rings } = frame
      // A campaign's end changes no client's row: only the digest tells it.
      const same = campaign?.campaignId === held.board.campaign.campaignId
      const news = same ? { campaign, rings: rings ?? held.board.rings } : {}
      return { ...held, board: { ...held.board, clocks, stop, ...news }, clocksAt: now }
    }
  }
}

export function withRows(board: Board, rows: readonly ClientRow[]): Board {
  const fresh = new Map(rows.map((row) => [row.clientId, row]))
  const clients = board.clients.map((row) => newest(row, fresh.get(row.clientId) ?? row))
  return clients.some((row, index) => row !== board.clients[index]) ? { ...board, clients } : board
}

/** Clients of which a digest names a higher revision than this page holds. */
export function behind(board: Board, digest: Frame & { type: 'digest' }): readonly string[] {
  const { campaignId, revisions } = digest
  if (campaignId !== undefined && campaignId !== board.campaign.campaignId) return []
  return board.clients
    .filter((row) => (revisions[row.clientId] ?? 0) > row.revision)
    .map((row) => row.clientId)
}

/** Of equal revisions the later arrival: why a client waits can change without a line in its ledger. */
function newest(held: ClientRow | undefined, row: ClientRow): ClientRow {
  if (!held) return row
  if (held.revision !== row.revision) return held.revision > row.revision ? held : row
  return JSON.stringify(held) === JSON.stringify(row) ? held : row
}

/** Read or sent before what is held: answers and frames overtake each other. */
function isLate(held: Held, clocks: Clocks): boolean {
  return clocks.wire < held.board.clocks.wire
}

function merged(held: readonly LedgerLine[], lines: readonly LedgerLine[]): readonly LedgerLine[] {
  if (lines.length === 0) return held
  const all = new Map([...held, ...lines].map((line) => [`${line.clientId} ${line.sequence}`, line]))
  return [...all.values()].sort((a, b) => b.at - a.at || b.sequence - a.sequence).slice(0, ledgerKept)
}
