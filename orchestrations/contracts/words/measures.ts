import type { Language } from './format.ts'

/** Hours and minutes, `26:10`: a night may be longer than a day. */
export function hours(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000))
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
}

/** A length of time: `40 s` below a minute, `18 min` below two hours, `3 h 05` above. */
export function duration(ms: number): string {
  if (ms < 60_000) return `${Math.max(0, Math.round(ms / 1000))} s`
  const minutes = Math.round(ms / 60_000)
  if (minutes < 120) return `${minutes} min`
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')}`
}

/** `98.9 %` by the locale's rules; never 100 % while one is missing. */
export function percent(share: number, language: Language): string {
  const tenths = share < 1 ? Math.min(Math.round(share * 1000), 999) : 1000
  return (tenths / 1000).toLocaleString(language === 'fr' ? 'fr-FR' : 'en-GB', {
    style: 'percent',
    minimumFractionDigits: tenths === 1000 ? 0 : 1,
    maximumFractionDigits: 1,
  })
}

/** Letters without accents or case: « Ançay » is found by "ANCAY". */
export function fold(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase().trim()
}
