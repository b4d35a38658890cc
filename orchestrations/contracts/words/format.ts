import type { Reason } from '../../domain/reasons.ts'
import { dayMs, type Instant } from '../../domain/time.ts'

export type Language = 'en' | 'fr'
export const languages: readonly Language[] = ['en', 'fr']
const locales: Readonly<Record<Language, string>> = { en: 'en-GB', fr: 'fr-FR' }

export interface SentenceOptions {
  /** IANA zone in which times are written. */
  readonly zone: string
  /** When given, a time less than six days away is a weekday and an hour, else it carries its date. */
  readonly now?: Instant
  /** Whether each time names its zone. */
  readonly showZone?: boolean
}

type Params = NonNullable<Reason['params']>

/**
 * Fills a template: `{name}` is a parameter; a part in brackets is left out when a parameter in it is missing,
 * a bare one then becomes `?`. Names say how a value is written: `…At` a time, `…Bytes`, `…Share` (percent), `…Line`
 * as editors write it.
 */
export function fill(template: string, params: Params, language: Language, options: SentenceOptions): string {
  const write = (text: string): string =>
    text.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
      const value = params[name]
      return value === undefined ? '?' : writeValue(name, value, language, options)
    })
  const complete = template.replaceAll(/\[([^\]]*)\]/g, (_, part: string) => {
    const names = [...part.matchAll(/\{(\w+)\}/g)].map((found) => found[1] ?? '')
    return names.every((name) => params[name] !== undefined && params[name] !== '') ? part : ''
  })
  return write(complete)
}

function writeValue(
  name: string,
  value: string | number,
  language: Language,
  options: SentenceOptions,
): string {
  if (typeof value === 'string') return value
  if (name.endsWith('At')) return writeTime(value, language, options)
  if (name.endsWith('Bytes')) return writeBytes(value, language)
  if (name.endsWith('Line')) return String(value)
  if (name.endsWith('Share')) {
    return numberFormat(language, { style: 'percent', maximumFractionDigits: 1 }).format(value)
  }
  return numberFormat(language, { maximumFractionDigits: 1 }).format(value)
}

/** `Sat 22:00`, `Sat 7 Nov 22:00`; in French `sam. 22:00`, `sam. 7 nov. 22:00`. */
export function writeTime(at: Instant, language: Language, options: SentenceOptions): string {
  const near = options.now !== undefined && Math.abs(at - options.now) < 6 * dayMs
  const parts = timeFormat(language, options.zone, options.showZone === true).formatToParts(at)
  const of = (type: Intl.DateTimeFormatPartTypes): string =>
    parts.find((part) => part.type === type)?.value ?? ''
  const date = near ? of('weekday') : `${of('weekday')} ${of('day')} ${of('month')}`
  const zone = options.showZone === true ? ` ${of('timeZoneName')}` : ''
  return `${date} ${of('hour')}:${of('minute')}${zone}`
}

function writeBytes(bytes: number, language: Language): string {
  const unit = language === 'fr' ? 'Gio' : 'GiB'
  return `${numberFormat(language, { maximumFractionDigits: 1 }).format(bytes / 1024 ** 3)} ${unit}`
}

const timeFormats = new Map<string, Intl.DateTimeFormat>()
function timeFormat(language: Language, zone: string, showZone: boolean): Intl.DateTimeFormat {
  const key = `${language} ${zone} ${showZone}`
  const known = timeFormats.get(key)
  if (known) return known
  const format = new Intl.DateTimeFormat(locales[language], {
    timeZone: zone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...(showZone && { timeZoneName: 'short' }),
  })
  timeFormats.set(key, format)
  return format
}

const numberFormats = new Map<string, Intl.NumberFormat>()
function numberFormat(language: Language, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${language} ${options.style ?? ''}`
  const known = numberFormats.get(key)
  if (known) return known
  const format = new Intl.NumberFormat(locales[language], options)
  numberFormats.set(key, format)
  return format
}
