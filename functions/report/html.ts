import type { CampaignReport, ReportedClient, ReportedServer } from '../../orchestrations/contracts/api.ts'
import { isDone, isInstalled } from '../../orchestrations/contracts/reportOf.ts'
import { sentence, stateLabel, wordsOf, type Language } from '../../orchestrations/contracts/words/index.ts'
import { escapeHtml as text } from '../html/escape.ts'
import { roleLabel, whyOf } from './csv.ts'
import { duration, longTime, shortTime, timeRange, whole } from './format.ts'
import { style } from './style.ts'
import { summaryOf } from './summary.ts'
import { tableOf } from './table.ts'
import { reportTexts } from './texts/index.ts'

/**
 * A page that can be sent to a customer as it is: one file, nothing fetched, no script, prints on A4. `zone`: of what
 * is no single client's. Given out piece by piece, a client at a time.
 */
export function* htmlReport(report: CampaignReport, language: Language, zone: string): Generator<string> {
  const texts = reportTexts[language]
  const own = report.clientId === undefined ? undefined : report.clients[0]
  const about = own?.name ?? texts.fleet
  yield `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${text(`${texts.title} – ${about} – ${report.campaign.name}`)}</title>
<style>${style}</style>
</head>
<body>
<main>
${headerOf(report, own, about, language, own?.zone ?? zone)}
${summaryOf(report, language)}
`
  if (own) yield clientBody(own, language, 2)
  else {
    yield updatesTable(report, language)
    yield clientsTable(report, language)
    for (const client of report.clients)
      yield `<section class="client" aria-labelledby="${client.clientId}">
<h2 id="${client.clientId}">${text(client.name)}</h2>
${clientMeta(client, language)}
${clientBody(client, language, 3)}
</section>
`
  }
  if (own) yield updatesTable(report, language)
  yield `<footer>${text(texts.footer)}</footer>
</main>
</body>
</html>
`
}

function headerOf(
  { campaign, generatedAt }: CampaignReport,
  own: ReportedClient | undefined,
  about: string,
  language: Language,
  zone: string,
): string {
  const texts = reportTexts[language]
  const { startedAt, endedAt, state } = campaign
  const over = state.kind === 'ended' || state.kind === 'cancelled'
  const period =
    startedAt === undefined
      ? ''
      : `<span>${text(texts.period)} <b>${text(timeRange(startedAt, endedAt ?? generatedAt, language, zone))}</b></span>`
  const contact = own?.contact
  return `<header>
<p class="over">${text(texts.title)} · ${text(campaign.name)}</p>
<h1>${text(about)}</h1>
<p class="meta">${period}<span>${text(texts.generated)} <b>${text(longTime(generatedAt, language, zone))}</b></span>${
    contact === undefined ? '' : `<span>${text(texts.contact)} <b>${text(contact)}</b></span>`
  }<span>${text(texts.zone.replace('{zone}', zone))}</span></p>
${over ? '' : `<p class="notice" role="note">${text(texts.interim)}</p>`}
</header>`
}

function clientMeta(client: ReportedClient, language: Language): string {
  const texts = reportTexts[language]
  const done = client.servers.filter(({ state }) => isDone(state)).length
  const share = texts.doneOf
    .replace('{done}', whole(done, language))
    .replace('{all}', whole(client.servers.length, language))
  const ring = `${texts.ring} ${client.ring}, ${wordsOf(language).ringNames[client.ring as 0 | 1 | 2 | 3]}`
  return `<p class="meta"><span><b>${text(share)}</b></span><span>${text(ring)}</span><span>${text(
    texts.zone.replace('{zone}', client.zone),
  )}</span></p>`
}

function clientBody(client: ReportedClient, language: Language, level: 2 | 3): string {
  const texts = reportTexts[language]
  const done = client.servers.filter(({ state }) => isDone(state))
  const notDone = client.servers.filter(({ state }) => !isDone(state))
  const heading = (title: string) => `<h${level}>${text(title)}</h${level}>`
  const parts = [
    heading(texts.done),
    done.length > 0 ? doneTable(done, client, language) : note(texts.nothingDone),
    ...(notDone.length > 0 || level === 2 ? [heading(texts.notDone)] : []),
    ...(notDone.length > 0
      ? [notDoneTable(notDone, client, language)]
      : level === 2
        ? [note(texts.everythingDone)]
        : []),
    ...(client.open.length > 0 || level === 2 ? [heading(texts.open)] : []),
    ...(client.open.length > 0
      ? [openTable(client, language)]
      : level === 2
        ? [note(texts.nothingOpen)]
        : []),
  ]
  return parts.join('\n')
}

const note = (line: string): string => `<p class="soft">${text(line)}</p>`
const dash = '<span class="soft">–</span>'

function doneTable(servers: readonly ReportedServer[], client: ReportedClient, language: Language): string {
  const texts = reportTexts[language]
  const rows = servers.map((server) => [
    { head: text(server.host) },
    { cell: text(roleLabel(server.role, language)) },
    { cell: updatesOf(server, language) },
    { cell: buildOf(server), className: 'short' },
    { cell: server.downtimeMs === undefined ? dash : duration(server.downtimeMs), className: 'number' },
    { cell: finishedAt(server, client, language), className: 'time' },
  ])
  return tableOf(
    texts.done,
    [
      texts.server,
      texts.role,
      texts.updates,
      texts.build,
      { title: texts.downtime, className: 'number' },
      texts.finished,
    ],
    rows,
  )
}

function updatesOf({ updates }: ReportedServer, language: Language): string {
  const texts = reportTexts[language]
  if (updates.length === 0) return `<span class="soft">${text(texts.upToDate)}</span>`
  return updates
    .map(({ kb, result }) => {
      if (isInstalled(result)) return `<span class="kb">${text(kb)}</span>`
      return `<span class="kb bad">${text(kb)} <span aria-hidden="true">✕</span><span class="soft"> ${text(texts.failedMark)}</span></span>`
    })
    .join(', ')
}

function buildOf({ build, buildBefore }: ReportedServer): string {
  if (build === undefined) return dash
  if (buildBefore === undefined || buildBefore === build) return text(build)
  return `${text(build)}<br><span class="soft">← ${text(buildBefore)}</span>`
}

const finishedAt = ({ state }: ReportedServer, { zone }: ReportedClient, language: Language): string =>
  state.kind === 'ended' ? text(shortTime(state.endedAt, language, zone)) : dash

function notDoneTable(
  servers: readonly ReportedServer[],
  client: ReportedClient,
  language: Language,
): string {
  const texts = reportTexts[language]
  const { zone } = client
  const rows = servers.map((server) => [
    { head: text(server.host) },
    { cell: text(roleLabel(server.role, language)) },
    { cell: text(stateLabel(server.state, language)), className: toneOf(server) },
    { cell: text(whyOf(server, language, zone) ?? '') || dash },
    {
      cell:
        server.nextAt === undefined
          ? `<span class="soft">${text(texts.decided)}</span>`
          : text(shortTime(server.nextAt, language, zone)),
      className: 'time',
    },
  ])
  return tableOf(texts.notDone, [texts.server, texts.role, texts.outcome, texts.why, texts.next], rows)
}

function toneOf({ state }: ReportedServer): 'bad' | 'warn' | 'soft' {
  if (state.kind === 'unknown') return 'bad'
  if (state.kind !== 'ended') return 'soft'
  return state.outcome === 'failed' || state.outcome === 'needsOperator' ? 'bad' : 'warn'
}

function openTable({ open, zone }: ReportedClient, language: Language): string {
  const texts = reportTexts[language]
  const rows = open.map(({ host, reason }) => [
    host === undefined ? { cell: dash } : { head: text(host) },
    { cell: text(sentence(reason, language, { zone, showZone: true })) },
  ])
  return tableOf(texts.open, [texts.server, texts.matter], rows)
}

function updatesTable({ updates, clients, clientId }: CampaignReport, language: Language): string {
  const texts = reportTexts[language]
  if (updates.length === 0) return `<h2>${text(texts.updates)}</h2>${note(texts.noUpdates)}`
  const many = clientId === undefined && clients.length > 1
  const rows = updates.map((line) => [
    { head: text(line.kb) },
    { cell: text(line.title) },
    { cell: whole(line.succeeded, language), className: 'number' },
    {
      cell: line.failed === 0 ? dash : whole(line.failed, language),
      className: line.failed === 0 ? 'number' : 'number bad',
    },
    ...(many ? [{ cell: whole(line.clients, language), className: 'number' }] : []),
  ])
  const number = (title: string) => ({ title, className: 'number' })
  return `<h2>${text(texts.updates)}</h2>
${tableOf(texts.updates, [texts.update, texts.description, number(texts.done), number(texts.failed), ...(many ? [number(texts.clients)] : [])], rows)}`
}

function clientsTable({ clients }: CampaignReport, language: Language): string {
  const texts = reportTexts[language]
  const rows = clients.map((client) => {
    const done = client.servers.filter(({ state }) => isDone(state)).length
    const down = client.servers.reduce((sum, { downtimeMs = 0 }) => sum + downtimeMs, 0)
    const left = client.servers.length - done
    return [
      { head: `<a href="#${client.clientId}">${text(client.name)}</a>` },
      {
        cell: `${client.ring} ${text(wordsOf(language).ringNames[client.ring as 0 | 1 | 2 | 3])}`,
        className: 'short',
      },
      { cell: whole(done, language), className: 'number' },
      { cell: left === 0 ? dash : whole(left, language), className: left === 0 ? 'number' : 'number warn' },
      { cell: client.open.length === 0 ? dash : whole(client.open.length, language), className: 'number' },
      { cell: down === 0 ? dash : duration(down), className: 'number' },
    ]
  })
  const number = (title: string) => ({ title, className: 'number' })
  return `<h2>${text(texts.perClient)}</h2>
${tableOf(texts.perClient, [texts.client, texts.ring, number(texts.done), number(texts.notDone), number(texts.open), number(texts.downtime)], rows)}`
}
