import { openSession } from '../../session.ts'
import { serverListLines } from '../../show/serverList.ts'
import { wholeNumber } from '../numbers.ts'
import { addServerFilters, serversBy, type ServerOptions } from '../selectServers.ts'
import { newVerb, type AddVerb } from '../verb.ts'

export const addServerList: AddVerb = (parent, cli) => {
  const { t } = cli
  const command = newVerb(parent, cli, 'serverList', 'list').argument('[name]', t.args.hostPart)
  addServerFilters(command, cli).option('--limit <number>', t.options.limitServers)
  command.action(async (part?: string) => {
    const session = openSession(cli, command)
    const options = command.opts<ServerOptions & { limit?: string }>()
    const limit =
      options.limit === undefined ? undefined : wholeNumber(options.limit, 1, 100_000, '--limit', t)
    const servers = await serversBy(session, options, part, limit)
    session.show({ servers }, () => [...serverListLines(servers, session), t.serverCount(servers.length)])
  })
}
