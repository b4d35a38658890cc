import { mostInDigest, type Notice } from '../../orchestrations/contracts/api.ts'
import { sentence, wordsOf, writeTime, type Language } from '../../orchestrations/contracts/words/index.ts'
import { escapeHtml } from '../html/escape.ts'
import { noticeTexts } from './texts/index.ts'

export interface Message {
  readonly subject: string
  readonly text: string
  readonly html: string
}

export interface Told {
  readonly notice: Notice
  readonly test: boolean
  /** What a digest stands for, oldest first. */
  readonly items: readonly Notice[]
  readonly link?: string
  /** The provider's zone, for what is no client's. */
  readonly zone: string
  readonly withReport: boolean
}

const longestSubject = 80

/** A notice as a mail, in one language: what and where in the subject, why and what to do in the body. */
export function messageOf(told: Told, language: Language): Message {
  const texts = noticeTexts[language]
  const what = told.test ? texts.test : texts.what[told.notice.kind]
  const next = told.test ? texts.testNext : texts.next[told.notice.kind]
  const facts = factsOf(told, language)
  const items = told.items.slice(0, mostInDigest).map((item) => lineOf(item, language, told.zone))
  const left = told.items.length - items.length
  if (left > 0) items.push(texts.more.replace('{count}', String(left)))
  const closing = [next, ...(told.withReport ? [texts.attachedReport] : [])]
  return {
    subject: shortened(oneLine(`[ATLAS] ${what}${texts.colon}${placeOf(told.notice, language)}`)),
    text: textOf(what, facts, items, closing, texts.footer),
    html: htmlOf(what, facts, items, closing, texts.footer, language),
  }
}

/** One line about a notice: for digests and for the webhook. */
export function lineOf(notice: Notice, language: Language, zone: string): string {
  const texts = noticeTexts[language]
  const why = whyOf(notice, language, zone)
  return oneLine(
    `${texts.what[notice.kind]}${texts.colon}${placeOf(notice, language)}${why === undefined ? '' : `. ${why}`}`,
  )
}

interface Fact {
  readonly label: string
  readonly value: string
  readonly href?: string
}

function factsOf({ notice, link, zone: providerZone }: Told, language: Language): Fact[] {
  const texts = noticeTexts[language]
  const { host, clientName, campaignName, campaignId, ring, planAt } = notice
  const zone = notice.zone ?? providerZone
  const facts: [label: string, value: string | undefined, href?: string | undefined][] = [
    [texts.why, whyOf(notice, language, providerZone)],
    [texts.server, host],
    [texts.client, clientName],
    [
      texts.ring,
      ring === undefined ? undefined : `${ring} ${wordsOf(language).ringNames[ring as 0 | 1 | 2 | 3]}`,
    ],
    [texts.campaign, campaignName ?? campaignId],
    [texts.when, `${writeTime(planAt, language, { zone, showZone: true })} (${zone})`],
    [texts.page, link, link],
  ]
  return facts.flatMap(([label, value, href]) =>
    value === undefined ? [] : [{ label, value: oneLine(value), ...(href === undefined ? {} : { href }) }],
  )
}

const whyOf = ({ reason, zone }: Notice, language: Language, providerZone: string): string | undefined =>
  reason && sentence(reason, language, { zone: zone ?? providerZone, showZone: true })

function placeOf(notice: Notice, language: Language): string {
  const texts = noticeTexts[language]
  const { host, clientName, campaignName, ring, clientId } = notice
  const client = clientName ?? clientId
  if (host !== undefined) return client === undefined ? host : `${host}, ${client}`
  if (client !== undefined) return client
  const inRing = ring === undefined ? [] : [`${texts.ring.toLowerCase()} ${ring}`]
  const campaign = campaignName === undefined ? [] : [campaignName]
  return [...inRing, ...campaign].join(', ') || texts.wholeFleet
}

function textOf(
  what: string,
  facts: readonly Fact[],
  items: readonly string[],
  closing: readonly string[],
  footer: string,
): string {
  const width = Math.max(...facts.map(({ label }) => label.length))
  return [
    what,
    '',
    ...facts.map(({ label, value }) => `${label.padEnd(width)}  ${value}`),
    '',
    ...items.map((item) => `- ${item}`),
    ...(items.length > 0 ? [''] : []),
    ...closing,
    '',
    '-- ',
    footer,
    '',
  ].join('\n')
}

const cell = 'padding:4px 12px 4px 0;vertical-align:top;text-align:left;font-weight:normal'

function htmlOf(
  what: string,
  facts: readonly Fact[],
  items: readonly string[],
  closing: readonly string[],
  footer: string,
  language: Language,
): string {
  const rows = facts.map(({ label, value, href }) => {
    const shown =
      href === undefined ? escapeHtml(value) : `<a href="${escapeHtml(href)}">${escapeHtml(value)}</a>`
    return `<tr><th scope="row" style="${cell};color:#5c6470">${escapeHtml(label)}</th><td style="${cell}">${shown}</td></tr>`
  })
  const list = items.map((item) => `<li style="margin:0 0 6px">${escapeHtml(item)}</li>`)
  return [
    `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>${escapeHtml(what)}</title></head>`,
    '<body style="margin:0;padding:24px;background:#ffffff;color:#1b1f24;font:15px/1.5 Segoe UI,Helvetica,Arial,sans-serif">',
    `<h1 style="margin:0 0 16px;font-size:20px;line-height:1.3">${escapeHtml(what)}</h1>`,
    `<table style="border-collapse:collapse;margin:0 0 16px">${rows.join('')}</table>`,
    list.length > 0 ? `<ul style="margin:0 0 16px;padding-left:20px">${list.join('')}</ul>` : '',
    ...closing.map((line) => `<p style="margin:0 0 12px">${escapeHtml(line)}</p>`),
    `<p style="margin:24px 0 0;padding-top:12px;border-top:1px solid #d8dce2;color:#5c6470;font-size:13px">${escapeHtml(footer)}</p>`,
    '</body></html>',
  ].join('\n')
}

/** No line breaks, no control characters: a subject is one header, a fact one line. */
export const oneLine = (text: string): string => text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()

/** A subject of at most 80 characters, as people count them, so that none is cut in two. */
export function shortened(text: string): string {
  if (text.length <= longestSubject) return text
  let kept = ''
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (kept.length + segment.length > longestSubject - 1) break
    kept += segment
  }
  return `${kept.trimEnd()}…`
}
