import type { CampaignReport, ReportedClient, ReportedServer } from '../../orchestrations/contracts/api.ts'
import { stateLabel, wordsOf } from '../../orchestrations/contracts/words/index.ts'
import { outcomeKinds } from '../../orchestrations/domain/outcomes.ts'
import { campaignState } from './campaign.ts'
import { why, type Reader } from './reader.ts'
import { causeText, stateSign } from './serverList.ts'
import { table } from './table.ts'
import { dayTime, duration } from './times.ts'

/** The report in short: figures, each KB, then of every client what is not done and what is still open. */
export function reportLines(report: CampaignReport, reader: Reader): string[] {
  const { t, paint } = reader
  const { campaign, counts, servers, updates, clients } = report
  return [
    `${paint('bold', campaign.name)}  ${campaign.campaignId}  ${campaignState(campaign.state, reader)}`,
    `${t.servers} ${servers} │ ${countsText(counts, reader)}`,
    ...(updates.length > 0 ? [''] : []),
    ...table(
      updates.map(({ kb, title, succeeded, failed }) => [`  ${kb}`, `✓ ${succeeded}`, `✗ ${failed}`, title]),
    ),
    ...clients.flatMap((client) => clientLines(client, reader)),
    '',
    t.reportFile,
  ]
}

function countsText(counts: CampaignReport['counts'], { language }: Reader): string {
  const words = wordsOf(language).states
  return outcomeKinds
    .filter((kind) => (counts[kind] ?? 0) > 0)
    .map((kind) => `${counts[kind]} ${words[kind]}`)
    .join(' · ')
}

const isDone = ({ state }: ReportedServer): boolean => state.kind === 'ended' && state.outcome === 'succeeded'

function clientLines(client: ReportedClient, outer: Reader): string[] {
  const reader = { ...outer, zone: client.zone }
  const { t, paint, language, zone } = reader
  const left = client.servers.filter((server) => !isDone(server))
  if (left.length === 0 && client.open.length === 0) return []
  return [
    '',
    `${paint('bold', client.name)}  ${countsText(client.counts, reader)}`,
    ...table(
      left.map((server) => [
        `  ${stateSign(server.state, reader)} ${server.host}`,
        stateLabel(server.state, language),
        causeText(server.state, reader),
        server.downtimeMs === undefined ? '' : t.downtime(duration(server.downtimeMs)),
        server.nextAt === undefined ? '' : t.nextTry(dayTime(server.nextAt, language, zone)),
      ]),
    ),
    ...client.open.map(({ host, reason }) => `  ! ${[host, why(reason, reader)].filter(Boolean).join(': ')}`),
  ]
}
