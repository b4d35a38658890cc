import { writeTime } from '../../orchestrations/contracts/words/index.ts'
import type { Language } from '../texts/index.ts'

/** `Sat 21 Nov 14:20 CET`: every time names its zone. */
export function dayTime(at: number, language: Language, zone: string): string {
  return writeTime(at, language, { zone, showZone: true })
}

/** `Sat 21 Nov 15:18–15:37 CET`; both dates when they differ. */
export function timeRange(from: number, to: number, language: Language, zone: string): string {
  const [start, end] = [writeTime(from, language, { zone }), dayTime(to, language, zone)]
  const day = start.slice(0, -'15:18'.length)
  if (!end.startsWith(day)) return `${dayTime(from, language, zone)} – ${end}`
  return end.startsWith(start) ? end : `${start}–${end.slice(day.length)}`
}

/** Hours and minutes, `26:10`: a night may be longer than a day. */
export function hours(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000))
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
}

/** `40 s`, `18 min`, `3 h 05`. */
export function duration(ms: number): string {
  if (ms < 60_000) return `${Math.max(0, Math.round(ms / 1000))} s`
  const minutes = Math.round(ms / 60_000)
  if (minutes < 120) return `${minutes} min`
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')}`
}

/** `98.9 %`; never 100 % while one is missing. */
export function percent(share: number, language: Language): string {
  const tenths = share < 1 ? Math.min(Math.round(share * 1000), 999) : 1000
  return (tenths / 1000).toLocaleString(language === 'fr' ? 'fr-FR' : 'en-GB', {
    style: 'percent',
    minimumFractionDigits: tenths === 1000 ? 0 : 1,
    maximumFractionDigits: 1,
  })
}
