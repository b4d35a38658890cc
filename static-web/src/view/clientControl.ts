import type { ClientRow } from '../../../orchestrations/contracts/board.ts'
import type { Held } from '../model/merge.ts'
import { clockTime } from '../model/times.ts'
import { useCommands } from './commands.tsx'
import { useOperator, useReader } from './context.tsx'
import { planNowOf } from './hooks.ts'

const hourMs = 3_600_000
const pauseHours = [1, 2, 4, 8, 24]

/** Pause or resume of one client: two actions, the second says what will happen. */
export function useClientControl(row: ClientRow, held: Held) {
  const { t, language, zone } = useReader()
  const { api } = useOperator()
  const { ask, run } = useCommands()
  const { clientId, name } = row
  const pause = async () => {
    const answers = await ask({
      title: t.pauseClient(name),
      text: [t.pauseInHand(row.now.map(({ host }) => host).join(', ')), t.pauseClientText],
      confirm: t.pause,
      caller: true,
      hours: { label: t.howLong, choices: pauseHours, empty: t.untilResumed },
    })
    if (!answers) return
    const { reason, caller, hours } = answers
    const until = hours === undefined ? undefined : planNowOf(held) + hours * hourMs
    await run({
      what: t.pauseOf(name),
      send: () =>
        api.pauseClient(clientId, {
          reason,
          ...(caller === '' ? {} : { caller }),
          ...(until === undefined ? {} : { until }),
        }),
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
