import type { ClientDetail, ServerRow } from '../../orchestrations/contracts/board.ts'
import { stateLabel, wordsOf } from '../../orchestrations/contracts/words/index.ts'
import { ended } from '../api/refusal.ts'
import { clientNow } from './clientState.ts'
import { ledgerLine } from './ledger.ts'
import { why, type Reader } from './reader.ts'
import { ringName } from './ringState.ts'
import { cells, sign } from './signs.ts'
import { table } from './table.ts'

const linesShown = 10

/** One client: its servers in plan order with state, cause and attempts, then what happened last. */
export function detailLines(detail: ClientDetail, outer: Reader): string[] {
  const reader = { ...outer, zone: detail.zone }
  const { t, paint } = reader
  const { row, contact, servers, ledger } = detail
  return [
    `${paint('bold', row.name)}  ${row.clientId}  ${t.ring} ${ringName(row.ring, reader)}  ${cells(row, paint)}`,
    clientNow(row, reader),
    [detail.zone, contact].filter((text) => text !== undefined).join(' · '),
    '',
    ...table(servers.map((server) => serverCells(server, servers, reader))),
    '',
    paint('bold', t.lastEvents),
    ...table(ledger.slice(-linesShown).map((line) => ledgerLine(line, reader))),
  ]
}

function serverCells(server: ServerRow, all: readonly ServerRow[], reader: Reader): string[] {
  const { language, paint, t } = reader
  const { state, runsOn } = server
  const words = wordsOf(language)
  const name = state.kind === 'ended' ? state.outcome : state.kind
  const roles: Readonly<Record<string, string>> = words.roles
  const host = all.find((one) => one.serverId === runsOn)?.host
  const step = state.kind === 'running' || state.kind === 'unknown' ? ` (${words.steps[state.step]})` : ''
  return [
    `  ${sign(name, paint)} ${server.host}`,
    roles[server.role] ?? server.role,
    host === undefined ? '' : t.runsOn(host),
    stateLabel(state, language) + step,
    server.attempts > 0 ? t.attempts(server.attempts) : '',
    causeOf(server, reader),
  ]
}

function causeOf({ state }: ServerRow, reader: Reader): string {
  if (state.kind === 'unknown') return why(state.reason, reader)
  if (state.kind !== 'ended') return ''
  const reason = state.reason && why(state.reason, reader)
  // The reason often quotes the failure already.
  const failure = state.failure?.message
  return [reason, failure !== undefined && reason?.includes(failure) === true ? undefined : failure]
    .filter((text) => text !== undefined)
    .map(ended)
    .join(' ')
}
