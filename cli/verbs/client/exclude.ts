import { openSession } from '../../session.ts'
import { dayTime } from '../../show/times.ts'
import { excludeBody, excludeOptions } from '../exclude.ts'
import { pickClient } from '../pickClient.ts'
import { showTouched, touchedByClients } from '../touched.ts'
import { isDryRun, newChange, type AddVerb } from '../verb.ts'

export const addClientExclude: AddVerb = (parent, cli) => {
  const { t } = cli
  const command = excludeOptions(newChange(parent, cli, 'clientExclude', 'exclude'), cli)
  command.argument('<client>', t.args.client)
  command.action(async (client: string) => {
    const session = openSession(cli, command)
    const body = await excludeBody(session, command)
    const clientId = await pickClient(session, client)
    if (isDryRun(command))
      return showTouched(session, command, await touchedByClients(session, [clientId]), [clientId])
    const answer = await session.api.excludeClient(clientId, body)
    const until = answer.excluded?.until
    session.show(answer, () => [
      t.excluded(clientId, until && dayTime(until, session.language, session.zone)),
    ])
  })
}
