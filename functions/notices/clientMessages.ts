import type { CampaignReport } from '../../orchestrations/contracts/api.ts'
import { writeTime, type Language } from '../../orchestrations/contracts/words/index.ts'
import type { PlannedClient } from '../../orchestrations/domain/plan.ts'
import { escapeHtml } from '../html/escape.ts'
import { oneLine, shortened, type Message } from './message.ts'

interface ClientTexts {
  readonly beforeSubject: string
  readonly before: readonly string[]
  readonly afterSubject: string
  readonly after: readonly string[]
  readonly footer: string
}

/** `{client}`, `{start}`, `{end}`, `{servers}`, `{done}`, `{open}`. */
const texts: Readonly<Record<Language, ClientTexts>> = {
  en: {
    beforeSubject: 'Maintenance of your servers: {client}, {start}',
    before: [
      'Your servers are going to be updated.',
      'Expected from {start} to {end} ({zone}), servers: {servers}.',
      'Each server restarts and is away for a short while, one after the other. You need not do anything.',
      'If this time is a bad one, please call us before it begins: we can pause it.',
    ],
    afterSubject: 'Update report: {client}',
    after: [
      'The update of your servers has ended: {done} of {servers} done, open items: {open}.',
      'The report is attached. It says what was done, and what was not, why, and when it is tried next.',
    ],
    footer: 'Sent by your service provider with ATLAS.',
  },
  fr: {
    beforeSubject: 'Maintenance de vos serveurs : {client}, {start}',
    before: [
      'Vos serveurs vont être mis à jour.',
      'Prévu du {start} au {end} ({zone}), serveurs : {servers}.',
      "Chaque serveur redémarre et s'absente brièvement, l'un après l'autre. Vous n'avez rien à faire.",
      'Si ce moment ne convient pas, appelez-nous avant le début : nous pouvons faire une pause.',
    ],
    afterSubject: 'Rapport de mise à jour : {client}',
    after: [
      'La mise à jour de vos serveurs est terminée : {done} faits sur {servers}, points ouverts : {open}.',
      "Le rapport est joint. Il dit ce qui a été fait, ce qui ne l'a pas été, pourquoi, et quand ce sera repris.",
    ],
    footer: 'Envoyé par votre prestataire avec ATLAS.',
  },
}

/** A day ahead: when, and how many servers. It names no campaign and nobody else. */
export function beforeMessage(planned: PlannedClient, language: Language): Message {
  const { name, zone, firstStart, end, servers } = planned
  const at = (moment: number) => writeTime(moment, language, { zone, showZone: true })
  const values = {
    client: name,
    zone,
    start: at(firstStart),
    end: at(Math.max(end.p80, firstStart)),
    servers: String(servers.length),
  }
  const { beforeSubject, before, footer } = texts[language]
  return messageOf(beforeSubject, before, footer, values, language)
}

export function afterMessage(report: CampaignReport, { name }: PlannedClient, language: Language): Message {
  const open = report.clients.reduce((sum, client) => sum + client.open.length, 0)
  const values = {
    client: name,
    done: String(report.counts.succeeded ?? 0),
    servers: String(report.servers),
    open: String(open),
  }
  const { afterSubject, after, footer } = texts[language]
  return messageOf(afterSubject, after, footer, values, language)
}

function messageOf(
  subject: string,
  lines: readonly string[],
  footer: string,
  values: Readonly<Record<string, string>>,
  language: Language,
): Message {
  const write = (template: string) =>
    oneLine(template.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? ''))
  const written = lines.map(write)
  const paragraphs = written.map((line) => `<p style="margin:0 0 12px">${escapeHtml(line)}</p>`)
  return {
    subject: shortened(write(subject)),
    text: [...written, '', '-- ', footer, ''].join('\n'),
    html: `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>${escapeHtml(write(subject))}</title></head>
<body style="margin:0;padding:24px;background:#ffffff;color:#1b1f24;font:15px/1.5 Segoe UI,Helvetica,Arial,sans-serif">
${paragraphs.join('\n')}
<p style="margin:24px 0 0;color:#5c6470;font-size:13px">${escapeHtml(footer)}</p></body></html>`,
  }
}
