import type {
  PreparedClient,
  PreparedServer,
  Preparation,
  Verdict,
} from '../../orchestrations/contracts/api.ts'
import { wordsOf } from '../../orchestrations/contracts/words/index.ts'
import type { Colour } from './paint.ts'
import { why, type Reader } from './reader.ts'
import { table } from './table.ts'
import { dayTime, timeRange } from './times.ts'

const looks: Readonly<Record<Verdict, { readonly glyph: string; readonly colour: Colour }>> = {
  noGo: { glyph: '✗', colour: 'red' },
  unknown: { glyph: '?', colour: 'red' },
  waiting: { glyph: '▢', colour: 'dim' },
  go: { glyph: '✓', colour: 'green' },
}
const worstFirst = Object.keys(looks)

/** Go or no-go: the clients with something in the way first, each with its servers; with `all` every server. */
export function preparationLines(preparation: Preparation, reader: Reader, all?: 'all'): string[] {
  const { t, paint } = reader
  const { counts } = preparation
  const place = (client: PreparedClient) => worstFirst.indexOf(client.verdict)
  const clients = preparation.clients.toSorted((a, b) => place(a) - place(b) || (a.name < b.name ? -1 : 1))
  const shown = clients.filter((client) => all || client.verdict !== 'go')
  return [
    `${paint('bold', preparation.campaignId)}  ${stateOf(preparation, reader)}`,
    countsOf(counts, reader),
    ...shown.flatMap((client) => ['', ...clientLines(client, reader, all)]),
    ...(shown.length < clients.length ? ['', t.othersAreGo(clients.length - shown.length)] : []),
  ]
}

function stateOf({ state }: Preparation, { t, language, zone }: Reader): string {
  if (state.kind === 'none') return t.notPrepared
  const since = dayTime(state.startedAt, language, zone)
  return state.kind === 'running'
    ? t.preparingSince(since, state.by)
    : t.prepared(dayTime(state.endedAt, language, zone), state.by)
}

function countsOf(counts: Preparation['counts'], { language, paint }: Reader): string {
  const words = wordsOf(language).verdicts
  const verdicts = ['go', 'noGo', 'unknown', 'waiting'] as const
  return verdicts
    .map(
      (verdict) =>
        `${paint(looks[verdict].colour, looks[verdict].glyph)} ${counts[verdict]} ${words[verdict]}`,
    )
    .join('  ')
}

function clientLines(client: PreparedClient, reader: Reader, all?: 'all'): string[] {
  const { t, paint, language, zone } = reader
  const { verdict, name, clientId, firstStart, end, servers } = client
  const { glyph, colour } = looks[verdict]
  const shown = servers.filter((server) => all || server.verdict !== 'go')
  return [
    `${paint(colour, glyph)} ${paint('bold', name)}  ${clientId}  ${wordsOf(language).verdicts[verdict]}`,
    `  ${t.startsAndEnds(dayTime(firstStart, language, zone), timeRange(end.p20, end.p80, language, zone))}`,
    ...table(shown.map((server) => serverCells(server, reader, all))),
  ]
}

function serverCells({ host, verdict, findings }: PreparedServer, reader: Reader, all?: 'all'): string[] {
  const { language, paint } = reader
  const { glyph, colour } = looks[verdict]
  const severities = ['blocks', 'warns', 'fine']
  const told = findings
    .filter(({ severity }) => all || severity !== 'fine')
    .toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity))
    .map(({ reason }) => why(reason, reader))
  return [`    ${paint(colour, glyph)} ${host}`, wordsOf(language).verdicts[verdict], told.join('; ')]
}
