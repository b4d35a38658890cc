import { openSession } from '../session.ts'
import { stopLine } from '../show/stop.ts'
import { showTouched, touchedByClients } from './touched.ts'
import { isDryRun, newChange, type AddVerb } from './verb.ts'

export const addRelease: AddVerb = (parent, cli) => {
  const { t } = cli
  const command = newChange(parent, cli, 'release', 'release').requiredOption(
    '--reason <text>',
    t.options.reasonNeeded,
  )
  command.action(async () => {
    const session = openSession(cli, command)
    if (isDryRun(command)) return showTouched(session, command, await touchedByClients(session, 'all'), [])
    const state = await session.api.release(command.opts<{ reason: string }>().reason)
    session.show(state, () => [stopLine(state, session) || t.released])
  })
}
