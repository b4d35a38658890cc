import type { LedgerLine } from '../../orchestrations/contracts/board.ts'
import type { Reader } from './reader.ts'
import { dayTime } from './times.ts'

/** Number, plan time, who, what, of what, and its details, as cells. */
export function ledgerLine(line: LedgerLine, { language, zone }: Reader): string[] {
  const detail = Object.entries(line.detail ?? {}).map(([key, value]) => `${key}=${value}`)
  return [
    `  ${line.sequence}`,
    dayTime(line.planAt, language, zone),
    line.actor,
    line.action,
    line.object,
    detail.join(' '),
  ]
}
