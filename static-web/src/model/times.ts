import type { Language } from '../texts/index.ts'

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

/** Hours and minutes, "26:10": a night may be longer than a day. */
export function hours(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000))
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
}

/** "0.4 s", "12 s", "3 min": an age in wire time. */
export function age(ms: number, language: Language): string {
  const number = (value: number, digits: number) =>
    value.toLocaleString(language, { minimumFractionDigits: digits, maximumFractionDigits: digits })
  if (ms < 9_950) return `${number(ms / 1000, 1)} s`
  if (ms < 120_000) return `${number(Math.round(ms / 1000), 0)} s`
  return `${number(Math.round(ms / 60_000), 0)} min`
}

/** "40 s" below a minute, "18 min" below two hours, "3 h 05" above: a duration in plan time. */
export function duration(ms: number): string {
  const minutes = Math.round(ms / 60_000)
  if (ms < 60_000) return `${Math.max(0, Math.round(ms / 1000))} s`
  if (minutes < 120) return `${minutes} min`
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')}`
}

/** "98.9 %" by the locale's rules; never 100 % while one is missing. */
export function percent(share: number, language: Language): string {
  const tenths = share < 1 ? Math.min(Math.round(share * 1000), 999) : 1000
  return (tenths / 1000).toLocaleString(language === 'fr' ? 'fr-FR' : 'en-GB', {
    style: 'percent',
    minimumFractionDigits: tenths === 1000 ? 0 : 1,
    maximumFractionDigits: 1,
  })
}
