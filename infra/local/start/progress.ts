import type { Board, RingRow } from '../../../orchestrations/contracts/board.ts'
import { remaining } from '../../../orchestrations/contracts/remaining.ts'
import { totals } from '../../../orchestrations/contracts/totals.ts'
import { sentence, wordsOf } from '../../../orchestrations/contracts/words/index.ts'
import { defaultZone } from './environment.ts'

const clock = new Intl.DateTimeFormat('en-GB', {
  timeZone: defaultZone,
  weekday: 'short',
  hour: '2-digit',
  minute: '2-digit',
})

/** `HH:MM` of a duration in plan ms. */
export function hoursOf(ms: number): string {
  const minutes = Math.round(ms / 60_000)
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
}

/** One line that says how far the campaign is. */
export function progressLine(board: Board, soakMinutes: readonly number[]): string {
  const sum = totals(board.clients)
  const { plan } = board.clocks
  const left = remaining(board.clients, board.rings, plan, { soakMinutes })
  const ring = board.rings.find((row) => row.state.kind !== 'passed')
  return [
    clock.format(plan),
    `done ${sum.done}/${sum.servers}`,
    `in progress ${sum.inProgress}`,
    `elapsed ${hoursOf(plan - (board.campaign.startedAt ?? plan))}`,
    `remaining ${left ? `${hoursOf(left.p20Ms)}-${hoursOf(left.p80Ms)}` : 'not known yet'}`,
    `clients ${sum.activeClients}/${sum.clients}`,
    `success ${sum.successRate === null ? '-' : `${(sum.successRate * 100).toFixed(1)} %`}`,
    ring ? `ring ${ring.ring} ${ring.state.kind}` : 'all rings passed',
  ].join(' | ')
}

/** Replaces its own line on a terminal; elsewhere says something only now and then. */
export function createTicker(
  write: (text: string) => void,
  terminal: boolean,
): (line: string, final?: boolean) => void {
  let printed = 0
  return (line, final = false) => {
    if (terminal) write(`\r\u001B[2K${line}${final ? '\n' : ''}`)
    else if (final || printed++ % 10 === 0) write(`${line}\n`)
  }
}

/** Why a ring waits. */
export function ringSentence(state: RingRow['state']): string {
  return 'reason' in state && typeof state.reason === 'object'
    ? sentence(state.reason, 'en', { zone: defaultZone })
    : wordsOf('en').rings[state.kind]
}
