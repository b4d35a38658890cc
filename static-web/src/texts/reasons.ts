import { sentence } from '../../../orchestrations/contracts/words/index.ts'
import type { Reason } from '../../../orchestrations/domain/reasons.ts'
import type { Language } from './index.ts'

/** A reason as a sentence with its times in `zone`, which the page names beside it. */
export function reasonText(reason: Reason, language: Language, zone: string, now: number): string {
  return sentence(reason, language, { zone, now })
}
