import { writeTime } from '../../orchestrations/contracts/words/index.ts'
import type { Language } from '../texts/index.ts'

export { duration, hours, percent } from '../../orchestrations/contracts/words/index.ts'

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
