import { openSession } from '../../session.ts'
import { pickClient } from '../pickClient.ts'
import { showTouched, touchedByClients } from '../touched.ts'
import { isDryRun, newChange, type AddVerb } from '../verb.ts'

export const addClientUnlock: AddVerb = (parent, cli) => {
  const { t } = cli
  const command = newChange(parent, cli, 'clientUnlock', 'unlock')
    .argument('<client>', t.args.client)
    .requiredOption('--reason <text>', t.options.reasonNeeded)
  command.action(async (client: string) => {
    const session = openSession(cli, command)
    const clientId = await pickClient(session, client)
    if (isDryRun(command))
      return showTouched(session, command, await touchedByClients(session, [clientId]), [clientId])
    const answer = await session.api.unlockClient(clientId, command.opts<{ reason: string }>().reason)
    session.show(answer, () => [t.unlocked(clientId, answer.lock.fence)])
  })
}
