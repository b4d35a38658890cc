import type { ClientRow } from '../../../../orchestrations/contracts/board.ts'
import type { Held } from '../../model/merge.ts'
import { useCommands } from '../commands.tsx'
import { useOperator, useReader } from '../context.tsx'
import { planNowOf } from '../hooks.ts'
import { exclusionHours } from './serverVerbs.ts'

const hourMs = 3_600_000

/** What an operator can do to one client besides pause and resume. */
export function useClientVerbs(row: ClientRow, held: Held) {
  const { t } = useReader()
  const { api } = useOperator()
  const { ask, run } = useCommands()
  const { clientId: id, name } = row
  const inHand = row.now.map(({ host }) => host).join(', ')
  return {
    stop: async () => {
      const answers = await ask({
        title: t.stopClientTitle(name),
        text: [t.stopClientInHand(inHand), ...t.stopClientText],
        confirm: t.stopClient,
        danger: true,
      })
      if (answers) await run({ what: t.stopOf(name), send: () => api.stopClient(id, answers.reason) })
    },
    exclude: async () => {
      const answers = await ask({
        title: t.excludeTitle(name),
        text: t.excludeClientText(row.cells.length),
        confirm: t.exclude,
        reason: 'required',
        caller: true,
        hours: { label: t.howLong, choices: exclusionHours, empty: t.untilIncluded },
      })
      if (!answers) return
      const { reason, caller, hours } = answers
      const body = {
        reason,
        ...(caller === '' ? {} : { caller }),
        ...(hours === undefined ? {} : { until: planNowOf(held) + hours * hourMs }),
      }
      await run({ what: t.excludeOf(name), send: () => api.excludeClient(id, body) })
    },
    include: async () => {
      const answers = await ask({ title: t.includeTitle(name), text: t.includeText, confirm: t.include })
      if (answers) await run({ what: t.includeOf(name), send: () => api.includeClient(id, answers.reason) })
    },
    unlock: async () => {
      const answers = await ask({
        title: t.unlockTitle(name),
        text: t.unlockText,
        confirm: t.unlock,
        reason: 'required',
      })
      if (answers) await run({ what: t.unlockOf(name), send: () => api.unlockClient(id, answers.reason) })
    },
  }
}
