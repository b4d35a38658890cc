import type { LedgerLine } from '../../../orchestrations/contracts/board.ts'
import { sentence } from '../../../orchestrations/contracts/words/index.ts'
import type { Reason } from '../../../orchestrations/domain/reasons.ts'
import type { Language } from './index.ts'

/** A reason as a sentence with its time in `zone`. */
export function reasonText(reason: Reason, language: Language, zone: string, now: number): string {
  try {
    return sentence(reason, language, { zone, now, showZone: false })
  } catch {
    return spaced(reason.code)
  }
}

/** A ledger line's action in words. */
export function actionText(line: LedgerLine, _language: Language): string {
  const step = line.detail?.['step']
  return [line.object, spaced(line.action), typeof step === 'string' ? step : ''].filter(Boolean).join(' ')
}

function spaced(code: string): string {
  return code
    .replaceAll(/[._-]+/g, ' ')
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
}
