import { openSession } from '../../session.ts'
import { pickClient } from '../pickClient.ts'
import { showTouched, touchesNoServer } from '../touched.ts'
import { isDryRun, newChange, type AddVerb } from '../verb.ts'

export const addClientCalendar: AddVerb = (parent, cli) => {
  const { t } = cli
  const command = newChange(parent, cli, 'clientCalendar', 'calendar').argument('<client>', t.args.client)
  command.action(async (client: string) => {
    const session = openSession(cli, command)
    const clientId = await pickClient(session, client)
    if (isDryRun(command))
      return showTouched(session, command, { ...touchesNoServer, clients: 1 }, [clientId])
    const answer = await session.api.calendar(clientId)
    session.show(answer, () => [answer.url])
    session.io.err(`${t.calendarSecret}\n`)
  })
}
