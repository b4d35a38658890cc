import { waitsForSomebody, type Board, type ClientRow } from '../../orchestrations/contracts/board.ts'
import { measuredPace, remaining } from '../../orchestrations/contracts/remaining.ts'
import { totals } from '../../orchestrations/contracts/totals.ts'
import { wordsOf } from '../../orchestrations/contracts/words/index.ts'
import { campaignState } from './campaign.ts'
import { clientEnd, clientNow } from './clientState.ts'
import type { Reader } from './reader.ts'
import { ringName, ringState } from './ringState.ts'
import { cells, inOrder, ringSign, sign, signOf, troubles } from './signs.ts'
import { stopLine } from './stop.ts'
import { table } from './table.ts'
import { dayTime, hours, percent } from './times.ts'

/** The board for a terminal: campaign, stop, rings, figures, trouble, then a line per client. */
export function boardLines(board: Board, reader: Reader): string[] {
  const { campaign, clocks, stop } = board
  const { t, language, zone, paint } = reader
  const speed = clocks.speed === 1 ? '' : ` · ${t.rehearsal(clocks.speed)}`
  return [
    `${paint('bold', campaign.name)}  ${campaign.campaignId}  ${campaignState(campaign.state, reader)}`,
    `${t.planTime(dayTime(clocks.plan, language, zone))}${speed}`,
    ...[stopLine(stop, reader)].filter(Boolean),
    '',
    ...ringLines(board, reader),
    '',
    figures(board, reader),
    troubleLine(board, reader),
    '',
    ...clientLines(board, board.clients, reader),
  ]
}

function ringLines(board: Board, reader: Reader): string[] {
  const { paint, language } = reader
  return table(
    board.rings.map((ring) => {
      const sum = totals(board.clients.filter((row) => row.ring === ring.ring))
      const rate = sum.successRate === null ? '' : percent(sum.successRate, language)
      const name = `${sign(ringSign(ring), paint)} ${ringName(ring.ring, reader)}`
      return [name, `${sum.done}/${sum.servers}`, rate, ringState(ring, reader)]
    }),
  )
}

/** The six figures (features.md, T6). */
function figures(board: Board, { t, language }: Reader): string {
  const { campaign, clients, clocks, rings } = board
  const sum = totals(clients)
  const elapsed =
    campaign.startedAt === undefined
      ? t.notStarted
      : hours((campaign.endedAt ?? clocks.plan) - campaign.startedAt)
  const range = remaining(clients, rings, clocks.plan)
  const left =
    sum.done === sum.servers
      ? t.nothing
      : range
        ? `${hours(range.p20Ms)}–${hours(range.p80Ms)}`
        : t.notKnownYet
  return [
    `${t.done} ${sum.done}/${sum.servers}`,
    `${t.inProgress} ${sum.inProgress + sum.unknown}`,
    `${t.elapsed} ${elapsed}`,
    `${t.remaining} ${left}`,
    `${t.activeClients} ${sum.activeClients}/${sum.clients}`,
    `${t.successRate} ${sum.successRate === null ? t.notKnownYet : percent(sum.successRate, language)}`,
  ].join(' │ ')
}

function troubleLine({ clients, rings }: Board, { t, language, paint }: Reader): string {
  const sum = totals(clients)
  const words = wordsOf(language)
  const counts: Readonly<Record<string, number>> = { ...sum.byOutcome, unknown: sum.unknown }
  const named = troubles.map((name): [string, number] => [words.states[name], counts[name] ?? 0])
  const paused = clients.filter((row) => row.state.kind === 'paused').length
  const counted = [...named, [words.clients.paused, paused] as const].filter(([, count]) => count > 0)
  const waiting = rings.filter(waitsForSomebody).map(({ ring }) => ring)
  const told = [
    ...counted.map(([name, count]) => `${count} ${name}`),
    ...(waiting.length > 0 ? [t.ringsWait(waiting.join(', '))] : []),
  ]
  return told.length === 0 ? t.noTrouble : paint('yellow', `! ${told.join(' · ')}`)
}

/** A line per client, trouble first; `ids` adds the names that verbs take. */
export function clientLines(board: Board, rows: readonly ClientRow[], reader: Reader, ids?: 'ids'): string[] {
  const { t, paint } = reader
  const pace = measuredPace(board.clients)
  const titles = [`  ${t.client}`, ...(ids ? ['id'] : []), t.ring, t.servers, t.end, t.now]
  return table([
    titles.map((title) => paint('dim', title)),
    ...inOrder(rows).map((row) => [
      `${sign(signOf(row), paint)} ${row.name}`,
      ...(ids ? [row.clientId] : []),
      String(row.ring),
      cells(row, paint),
      clientEnd(row, board, pace, reader),
      clientNow(row, reader, board.clocks.plan),
    ]),
  ])
}
