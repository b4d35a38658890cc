import type { Reason } from '../../orchestrations/domain/reasons.ts'
import { sentence } from '../../orchestrations/contracts/words/index.ts'
import type { Language, Texts } from '../texts/index.ts'
import type { Paint } from './paint.ts'

/** Who reads: language, zone of times, colours. */
export interface Reader {
  readonly t: Texts
  readonly language: Language
  readonly zone: string
  readonly paint: Paint
}

export function why(reason: Reason, { language, zone }: Pick<Reader, 'language' | 'zone'>): string {
  return sentence(reason, language, { zone, showZone: true })
}
