import type { TodoItem } from '../../../../orchestrations/contracts/api.ts'
import { useCommands } from '../commands.tsx'
import { useOperator, useReader } from '../context.tsx'
import { planNowOf, useLive } from '../hooks.ts'

const hourMs = 3_600_000
const decisionHours = [1, 2, 4, 8, 12, 24, 48] as const

/** Take, give back, take over, note. The list shows them only once the server has written them down. */
export function useTodoVerbs(item: TodoItem, name: string) {
  const { t } = useReader()
  const { api } = useOperator()
  const { ask, run } = useCommands()
  const { held } = useLive()
  const take = (what: string, body: { release?: boolean; force?: boolean }) =>
    run({ what, send: () => api.takeTodo(item, body), say: () => t.acceptedPlain(what) })
  return {
    take: async () => {
      await take(t.takeOf(name), {})
    },
    giveBack: async () => {
      await take(t.giveBackOf(name), { release: true })
    },
    takeOver: async () => {
      const answers = await ask({
        title: t.takeOverTitle(name),
        text: [t.takeOverText(item.takenBy ?? '')],
        confirm: t.takeOver,
        reason: 'none',
      })
      if (answers) await take(t.takeOverOf(name), { force: true })
    },
    note: async () => {
      const answers = await ask({
        title: t.noteTitle(name),
        text: [t.noteText],
        confirm: t.noteSave,
        reason: 'required',
        reasonLabel: t.noteLabel,
        hours: { label: t.decideIn, choices: decisionHours, empty: t.decideNoTime },
      })
      if (!answers) return
      const decideAt =
        answers.hours === undefined ? {} : { decideAt: planNowOf(held) + answers.hours * hourMs }
      const what = t.noteOf(name)
      const send = () => api.noteTodo(item, { text: answers.reason, ...decideAt })
      await run({ what, send, say: () => t.acceptedPlain(what) })
    },
  }
}
