import type { Reason } from '../../domain/reasons.ts'
import type { Instant } from '../../domain/time.ts'

export type Language = 'en' | 'fr'
export interface SentenceOptions {
  /** IANA zone in which times are written. */
  readonly zone: string
  /** When given, a time less than six days away is a weekday and an hour, else it carries its date. */
  readonly now?: Instant
  readonly showZone?: boolean
}
export function sentence(reason: Reason, language: Language, options: SentenceOptions): string {
  throw new Error(`unfinished ${reason.code} ${language} ${options.zone}`)
}
