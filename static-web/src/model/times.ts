import type { Language } from '../texts/index.ts'

export { duration, hours, percent } from '../../../orchestrations/contracts/words/index.ts'

const formats = new Map<string, Intl.DateTimeFormat>()

function format(language: Language, zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language} ${zone} ${JSON.stringify(options)}`
  const found = formats.get(key)
  if (found) return found
  const locale = language === 'fr' ? 'fr-FR' : 'en-GB'
  const made = new Intl.DateTimeFormat(locale, { ...options, timeZone: zone })
  formats.set(key, made)
  return made
}

/** "14:20" in the zone. */
export function clockTime(at: number, language: Language, zone: string): string {
  return format(language, zone, { hour: '2-digit', minute: '2-digit' }).format(at)
}

/** "14:20:05" in the zone. */
export function clockSeconds(at: number, language: Language, zone: string): string {
  return format(language, zone, { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(at)
}

/** "Sat 21 Nov, 14:20" in the zone. */
export function dayTime(at: number, language: Language, zone: string): string {
  const day = format(language, zone, { weekday: 'short', day: 'numeric', month: 'short' }).format(at)
  return `${day}, ${clockTime(at, language, zone)}`
}

/** "Sat 14:20" in the zone. */
export function weekTime(at: number, language: Language, zone: string): string {
  const day = format(language, zone, { weekday: 'short' }).format(at)
  return `${day} ${clockTime(at, language, zone)}`
}

/** "0.4 s", "12 s", "3 min": an age in wire time. */
export function age(ms: number, language: Language): string {
  const number = (value: number, digits: number) =>
    value.toLocaleString(language, { minimumFractionDigits: digits, maximumFractionDigits: digits })
  if (ms < 9_950) return `${number(ms / 1000, 1)} s`
  if (ms < 120_000) return `${number(Math.round(ms / 1000), 0)} s`
  return `${number(Math.round(ms / 60_000), 0)} min`
}
