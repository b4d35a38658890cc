import type { Board, RingRow } from '../../../orchestrations/contracts/board.ts'
import { isActive } from '../../../orchestrations/contracts/totals.ts'
import { weekTime } from '../model/times.ts'
import type { SignName } from '../model/vocabulary.ts'
import { reasonText } from '../texts/reasons.ts'
import type { Language, Texts } from '../texts/index.ts'

/** What a ring does or waits for, in words. */
export function ringStateText(
  ring: RingRow,
  board: Board,
  t: Texts,
  language: Language,
  zone: string,
): string {
  const { state } = ring
  const why = (reason: Parameters<typeof reasonText>[0]) =>
    reasonText(reason, language, zone, board.clocks.plan)
  switch (state.kind) {
    case 'waiting':
      return state.reason ? why(state.reason) : waitsFor(ring, board, t)
    case 'held':
      return state.reason === '' ? t.heldBy(state.actor) : t.because(t.heldBy(state.actor), state.reason)
    case 'tripped':
    case 'gateHeld':
      return why(state.reason)
    case 'soaking':
      return t.ringSoak(weekTime(state.until, language, zone))
    case 'running': {
      const active = board.clients.filter((row) => row.ring === ring.ring && isActive(row)).length
      return `${t.ringStates.running} · ${t.ringActive(active)}`
    }
    case 'waitsForPromote':
      return t.ringStates.waitsForPromote
    case 'passed':
      return [t.ringStates.passed, promotion(ring, board, t)].filter(Boolean).join(' · ')
  }
}

/** Who promoted it, or a later ring and with it this one's gate: what passed by word passed no gate. */
function promotion(ring: RingRow, board: Board, t: Texts): string | undefined {
  if (ring.promotedBy !== undefined) return t.promotedBy(ring.promotedBy)
  const later = board.rings.find((one) => one.ring > ring.ring && one.promotedBy !== undefined)
  return later?.promotedBy && t.laterPromoted(String(later.ring), later.promotedBy)
}

/** The ring before it, when that has not passed. */
function waitsFor(ring: RingRow, board: Board, t: Texts): string {
  const before = board.rings.findLast((one) => one.ring < ring.ring)
  return before && before.state.kind !== 'passed' ? t.ringWaitsFor(String(before.ring)) : t.ringStates.waiting
}

export function ringSign(ring: RingRow): SignName {
  switch (ring.state.kind) {
    case 'passed':
      return 'succeeded'
    case 'running':
      return 'running'
    case 'soaking':
    case 'held':
    case 'gateHeld':
    case 'waitsForPromote':
      return 'held'
    case 'tripped':
      return 'needsOperator'
    case 'waiting':
      return 'pending'
  }
}
