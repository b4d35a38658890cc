import { openSession } from '../../session.ts'
import { serverLines } from '../../show/server.ts'
import { pickClient } from '../pickClient.ts'
import { pickServer } from '../pickServer.ts'
import { newVerb, type AddVerb } from '../verb.ts'

export const addServerShow: AddVerb = (parent, cli) => {
  const { t } = cli
  const command = newVerb(parent, cli, 'serverShow', 'show')
    .argument('<server>', t.args.server)
    .option('--client <client>', t.options.ofClient)
    .option('--campaign <id>', t.options.campaign)
  command.action(async (name: string) => {
    const session = openSession(cli, command)
    const { client: owner, campaign } = command.opts<{ client?: string; campaign?: string }>()
    const client = owner === undefined ? undefined : await pickClient(session, owner)
    const { serverId } = await pickServer(session, name, { client, campaign })
    const server = await session.api.server(serverId, campaign)
    session.show(server, () => serverLines(server, session))
  })
}
