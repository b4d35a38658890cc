import { openSession } from '../../session.ts'
import { pickClient } from '../pickClient.ts'
import { showTouched, touchedByClients } from '../touched.ts'
import { isDryRun, newChange, type AddVerb } from '../verb.ts'

export const addClientResume: AddVerb = (parent, cli) => {
  const { t } = cli
  const command = newChange(parent, cli, 'clientResume', 'resume')
    .argument('<client>', t.args.client)
    .option('--reason <text>', t.options.reason, '')
  command.action(async (client: string) => {
    const session = openSession(cli, command)
    const clientId = await pickClient(session, client)
    if (isDryRun(command))
      return showTouched(session, command, await touchedByClients(session, [clientId]), [clientId])
    const { reason } = command.opts<{ reason: string }>()
    const answer = await session.api.changeClient(clientId, 'resume', reason)
    session.show(answer, () => [t.clientResumed(clientId)])
  })
}
