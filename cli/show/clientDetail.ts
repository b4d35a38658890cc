import type { ClientDetail, ServerRow } from '../../orchestrations/contracts/board.ts'
import { stateLabel } from '../../orchestrations/contracts/words/index.ts'
import { clientNow } from './clientState.ts'
import { ledgerLine } from './ledger.ts'
import type { Reader } from './reader.ts'
import { causeText, roleName, stateSign, stepOf } from './serverList.ts'
import { cells } from './signs.ts'
import { table } from './table.ts'

const linesShown = 10

/** A client in a campaign: its servers in plan order with state, cause and attempts, then what happened last. */
export function detailLines(campaignId: string, detail: ClientDetail, outer: Reader): string[] {
  const reader = { ...outer, zone: detail.zone }
  const { t, paint } = reader
  const { row, servers, ledger } = detail
  return [
    `${paint('bold', campaignId)}  ${cells(row, paint)}`,
    clientNow(row, reader),
    '',
    ...table(servers.map((server) => serverCells(server, servers, reader))),
    '',
    paint('bold', t.lastEvents),
    ...table(ledger.slice(-linesShown).map((line) => ledgerLine(line, reader))),
  ]
}

function serverCells(server: ServerRow, all: readonly ServerRow[], reader: Reader): string[] {
  const { language, t } = reader
  const { state, runsOn } = server
  const host = all.find((one) => one.serverId === runsOn)?.host
  return [
    `  ${stateSign(state, reader)} ${server.host}`,
    roleName(server.role, language),
    host === undefined ? '' : t.runsOn(host),
    stateLabel(state, language) + stepOf(state, reader),
    server.attempts > 0 ? t.attempts(server.attempts) : '',
    causeText(server.state, reader),
  ]
}
