import type { CampaignReport, ReportedClient, ReportedServer } from '../../orchestrations/contracts/api.ts'
import { csvFile, type CsvCell } from '../../orchestrations/contracts/csv.ts'
import { isInstalled } from '../../orchestrations/contracts/reportOf.ts'
import { sentence, stateLabel, wordsOf, type Language } from '../../orchestrations/contracts/words/index.ts'
import { roles } from '../../orchestrations/domain/fleet.ts'
import { sheetTime } from './format.ts'
import { reportTexts } from './texts/index.ts'

/** One line a server; times are local to its client, whose zone is a column. */
export function csvReport(report: CampaignReport, language: Language): string {
  const rows = report.clients.flatMap((client) =>
    client.servers.map((server) => rowOf(client, server, language)),
  )
  return csvFile(reportTexts[language].columns, rows)
}

function rowOf(client: ReportedClient, server: ReportedServer, language: Language): CsvCell[] {
  const { zone } = client
  const { state, updates } = server
  const kbs = (installed: boolean): string =>
    updates
      .filter(({ result }) => isInstalled(result) === installed)
      .map(({ kb }) => kb)
      .join(' ')
  return [
    client.name,
    client.ring,
    server.host,
    roleLabel(server.role, language),
    server.os,
    stateLabel(state, language),
    sheetTime(state.kind === 'pending' ? undefined : state.startedAt, zone),
    sheetTime(state.kind === 'ended' ? state.endedAt : undefined, zone),
    zone,
    kbs(true),
    kbs(false),
    server.buildBefore,
    server.build,
    server.downtimeMs === undefined ? undefined : Math.round(server.downtimeMs / 60_000),
    server.attempts,
    whyOf(server, language, zone),
    sheetTime(server.nextAt, zone),
  ]
}

/** Why it ended, or is, as it is; times in it name the client's zone. */
export function whyOf({ state }: ReportedServer, language: Language, zone: string): string | undefined {
  const why = state.kind === 'ended' || state.kind === 'unknown' ? state.reason : undefined
  return why && sentence(why, language, { zone, showZone: true })
}

export function roleLabel(name: string, language: Language): string {
  const role = roles.find((one) => one === name)
  return role === undefined ? name : wordsOf(language).roles[role]
}
