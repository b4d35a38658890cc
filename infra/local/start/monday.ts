import type { Board } from '../../../orchestrations/contracts/board.ts'
import { totals } from '../../../orchestrations/contracts/totals.ts'
import { sentence, wordsOf } from '../../../orchestrations/contracts/words/index.ts'
import { outcomeKinds } from '../../../orchestrations/domain/outcomes.ts'
import type { Plan } from '../../../orchestrations/domain/planned.ts'
import { defaultZone } from './environment.ts'
import { hoursOf } from './progress.ts'
import type { Result } from './summary.ts'

const troublesShown = 12

/** Monday's summary: what was done, what was not and why. */
export function mondaySummary(board: Board, result: Result, plan: Plan): string {
  const sum = totals(board.clients)
  const words = wordsOf('en')
  const outcomes = outcomeKinds
    .filter((kind) => sum.byOutcome[kind] > 0)
    .map((kind) => `  ${String(sum.byOutcome[kind]).padStart(6)}  ${words.states[kind]}`)
  const troubled = board.clients.flatMap((row) => (row.trouble ? [{ row, trouble: row.trouble }] : []))
  const lines = troubled.slice(0, troublesShown).map(({ row, trouble }) => {
    const why = sentence(trouble.reason, 'en', { zone: defaultZone })
    return `  ${row.name}: ${trouble.host}: ${why}`
  })
  const more =
    troubled.length > troublesShown ? [`  ... and ${troubled.length - troublesShown} more clients`] : []
  return [
    '',
    `Monday's summary of "${board.campaign.name}"`,
    `  ${sum.servers} servers of ${sum.clients} clients in ${hoursOf(result.simulatedSeconds * 1000)} h of plan time`,
    `  (least possible with these durations ${hoursOf(result.boundSeconds * 1000)} h), ${result.wallSeconds} s here`,
    ...outcomes,
    ...(lines.length > 0 ? ['Needs a look:', ...lines, ...more] : []),
    ...(plan.refused.length > 0 ? ['Left out of the plan:', ...plan.refused.map(refusal)] : []),
    '',
  ].join('\n')
}

const refusal = ({ serverId, reason }: Plan['refused'][number]): string =>
  `  ${serverId}: ${sentence(reason, 'en', { zone: defaultZone })}`
