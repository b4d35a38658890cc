import { openSession } from '../../session.ts'
import { pickClient } from '../pickClient.ts'
import { newVerb, type AddVerb } from '../verb.ts'

export const addClientResume: AddVerb = (parent, cli) => {
  const { t } = cli
  const command = newVerb(parent, cli, 'clientResume', 'resume')
    .argument('<client>', t.args.client)
    .option('--reason <text>', t.options.reason, '')
  command.action(async (client: string) => {
    const session = openSession(cli, command)
    const clientId = await pickClient(session, client)
    const { reason } = command.opts<{ reason: string }>()
    const answer = await session.api.resumeClient(clientId, reason)
    session.show(answer, () => [t.clientResumed(clientId)])
  })
}
