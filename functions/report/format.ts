import type { Language } from '../../orchestrations/contracts/words/index.ts'

const locales: Readonly<Record<Language, string>> = { en: 'en-GB', fr: 'fr-FR' }
const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(
  language: Language,
  zone: string,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  const key = `${language} ${zone} ${JSON.stringify(options)}`
  const known = formats.get(key)
  if (known) return known
  const format = new Intl.DateTimeFormat(locales[language], { timeZone: zone, ...options })
  formats.set(key, format)
  return format
}

/** `21 November 2026 at 22:14 CET`. */
export const longTime = (at: number, language: Language, zone: string): string =>
  formatOf(language, zone, {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  }).format(at)

/** `Sat 21 Nov, 22:14`; the zone stands once above. */
export const shortTime = (at: number, language: Language, zone: string): string =>
  formatOf(language, zone, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  }).format(at)

/** From one moment to another, without saying twice what both share. */
export const timeRange = (from: number, to: number, language: Language, zone: string): string =>
  formatOf(language, zone, {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  }).formatRange(from, to)

/** `2026-11-21 22:14` in the zone: what every spreadsheet takes for a time. */
export function sheetTime(at: number | undefined, zone: string): string | undefined {
  if (at === undefined) return undefined
  const parts = formatOf('en', zone, {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(at)
  const of = (type: Intl.DateTimeFormatPartTypes) => parts.find((part) => part.type === type)?.value ?? ''
  return `${of('year')}-${of('month')}-${of('day')} ${of('hour')}:${of('minute')}`
}

/** `1 h 05 min`, `12 min`; less than half a minute is `< 1 min`. */
export function duration(ms: number): string {
  const minutes = Math.round(ms / 60_000)
  if (minutes === 0) return '< 1\u{A0}min'
  const hours = Math.floor(minutes / 60)
  return hours === 0
    ? `${minutes}\u{A0}min`
    : `${hours}\u{A0}h\u{A0}${String(minutes % 60).padStart(2, '0')}\u{A0}min`
}

export const whole = (value: number, language: Language): string => value.toLocaleString(locales[language])
