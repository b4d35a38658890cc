import { openSession } from '../session.ts'
import { stopLine } from '../show/stop.ts'
import { newVerb, type AddVerb } from './verb.ts'

export const addRelease: AddVerb = (parent, cli) => {
  const { t } = cli
  const command = newVerb(parent, cli, 'release', 'release').requiredOption(
    '--reason <text>',
    t.options.reasonNeeded,
  )
  command.action(async () => {
    const session = openSession(cli, command)
    const state = await session.api.release(command.opts<{ reason: string }>().reason)
    session.show(state, () => [stopLine(state, session) || t.released])
  })
}
