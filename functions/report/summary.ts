import type { CampaignReport } from '../../orchestrations/contracts/api.ts'
import { isInstalled } from '../../orchestrations/contracts/reportOf.ts'
import { wordsOf, type Language } from '../../orchestrations/contracts/words/index.ts'
import { outcomeKinds, type OutcomeKind } from '../../orchestrations/domain/outcomes.ts'
import { escapeHtml as text } from '../html/escape.ts'
import { duration, whole } from './format.ts'
import { reportTexts } from './texts/index.ts'

type Tone = 'good' | 'bad' | 'warn' | 'mute'
const tones: Readonly<Record<OutcomeKind, Tone>> = {
  succeeded: 'good',
  failed: 'bad',
  needsOperator: 'bad',
  rolledBack: 'warn',
  skipped: 'warn',
  carriedOver: 'warn',
  notEnrolled: 'mute',
  offlineBeforeStart: 'mute',
  excluded: 'mute',
}

/** The figures that are read first, and how the servers ended as one bar. */
export function summaryOf(report: CampaignReport, language: Language): string {
  const texts = reportTexts[language]
  const servers = report.clients.flatMap((client) => client.servers)
  const installed = servers.flatMap(({ updates }) => updates).filter(({ result }) => isInstalled(result))
  const down = servers.reduce((sum, { downtimeMs = 0 }) => sum + downtimeMs, 0)
  const open = report.clients.reduce((sum, client) => sum + client.open.length, 0)
  const figures = [
    [
      `${whole(report.counts.succeeded ?? 0, language)} / ${whole(report.servers, language)}`,
      texts.serversDone,
    ],
    [whole(installed.length, language), texts.installed],
    [down === 0 ? '–' : duration(down), texts.downtime],
    [whole(open, language), texts.open],
  ] as const
  const tiles = figures.map(([figure, label]) => `<li><b>${text(figure)}</b><span>${text(label)}</span></li>`)
  return `<ul class="figures">${tiles.join('')}</ul>
${barOf(report, language)}`
}

function barOf({ counts, servers }: CampaignReport, language: Language): string {
  const { states } = wordsOf(language)
  const parts = outcomeKinds.flatMap((kind) => {
    const count = counts[kind] ?? 0
    return count === 0 ? [] : [{ tone: tones[kind], count, label: states[kind] }]
  })
  const left = servers - parts.reduce((sum, { count }) => sum + count, 0)
  if (left > 0) parts.push({ tone: 'mute', count: left, label: `${states.pending}, ${states.running}` })
  if (parts.length === 0) return ''
  const bars = parts.map(({ tone, count }) => `<i class="${tone}" style="flex:${count}"></i>`)
  const legend = parts.map(
    ({ tone, count, label }) => `<li><i class="${tone}"></i>${whole(count, language)} ${text(label)}</li>`,
  )
  return `<div class="bar" aria-hidden="true">${bars.join('')}</div>
<ul class="legend">${legend.join('')}</ul>`
}
