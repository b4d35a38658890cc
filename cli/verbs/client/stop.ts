import { openSession } from '../../session.ts'
import { dayTime } from '../../show/times.ts'
import { pickClient } from '../pickClient.ts'
import { showTouched, touchedByClients } from '../touched.ts'
import { isDryRun, newChange, type AddVerb } from '../verb.ts'

/** One client's emergency stop: no question. */
export const addClientStop: AddVerb = (parent, cli) => {
  const { t } = cli
  const command = newChange(parent, cli, 'clientStop', 'stop')
    .argument('<client>', t.args.client)
    .option('--reason <text>', t.options.reason, '')
  command.action(async (client: string) => {
    const session = openSession(cli, command)
    const clientId = await pickClient(session, client)
    if (isDryRun(command))
      return showTouched(session, command, await touchedByClients(session, [clientId]), [clientId])
    const { reason } = command.opts<{ reason: string }>()
    const answer = await session.api.changeClient(clientId, 'stop', reason)
    const { expectedFreeAt } = answer
    session.show(answer, () => [
      t.clientStopped(clientId),
      expectedFreeAt === undefined
        ? t.nothingInHand
        : t.freeAt(dayTime(expectedFreeAt, session.language, session.zone)),
    ])
  })
}
