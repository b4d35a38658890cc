import type { ClientRow } from '../../../orchestrations/contracts/board.ts'
import { clockTime } from '../model/times.ts'
import { useCommands } from './commands.tsx'
import { useOperator, useReader } from './context.tsx'

/** Pause or resume of one client: two actions, the second says what will happen. */
export function useClientControl(row: ClientRow) {
  const { t, language, zone } = useReader()
  const { api } = useOperator()
  const { ask, run } = useCommands()
  const { clientId, name } = row
  const pause = async () => {
    const answers = await ask({
      title: t.pauseClient(name),
      text: [t.pauseClientText],
      confirm: t.pause,
      fields: ['caller'],
    })
    if (!answers) return
    const { reason, caller } = answers
    await run({
      what: t.pauseOf(name),
      send: () => api.pauseClient(clientId, { reason, ...(caller === '' ? {} : { caller }) }),
      say: ({ expectedFreeAt: at }) =>
        at === undefined
          ? t.accepted(t.pauseOf(name))
          : t.acceptedFree(t.pauseOf(name), `${clockTime(at, language, zone)} ${zone}`),
    })
  }
  const resume = async () => {
    const question = { title: t.resumeClient(name), text: [t.resumeClientText], confirm: t.resume }
    const answers = await ask(question)
    if (answers) await run({ what: t.resumeOf(name), send: () => api.resumeClient(clientId, answers.reason) })
  }
  const paused = row.state.kind === 'paused' || row.state.kind === 'stopped'
  if (row.state.kind === 'ended') return { verb: undefined, control: resume }
  return paused ? { verb: 'resume' as const, control: resume } : { verb: 'pause' as const, control: pause }
}
