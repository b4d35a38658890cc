import { openSession } from '../../session.ts'
import { table } from '../../show/table.ts'
import { dayTime } from '../../show/times.ts'
import { wholeNumber } from '../numbers.ts'
import { pickClients } from '../pickClient.ts'
import { showTouched, touchesNoServer } from '../touched.ts'
import { isDryRun, newChange, type AddVerb } from '../verb.ts'

export const addTokenEnrol: AddVerb = (parent, cli) => {
  const { t } = cli
  const command = newChange(parent, cli, 'tokenEnrol', 'enrol')
    .argument('<client...>', t.args.clients)
    .option('--hosts <number>', t.options.hosts, '100')
    .option('--days <number>', t.options.days, '7')
    .option('--hours <number>', t.options.hours)
  command.action(async (names: string[]) => {
    const session = openSession(cli, command)
    const options = command.opts<{ hosts: string; days: string; hours?: string }>()
    const hosts = wholeNumber(options.hosts, 1, 10_000, '--hosts', t)
    const days = wholeNumber(options.days, 1, 7, '--days', t)
    const life =
      options.hours === undefined ? { days } : { hours: wholeNumber(options.hours, 1, 7 * 24, '--hours', t) }
    const clients = await pickClients(session, names)
    if (isDryRun(command)) {
      const touched = { ...touchesNoServer, clients: clients.length }
      return showTouched(session, command, touched, clients)
    }
    const { tokens } = await session.api.issueTokens({ clients, hosts, ...life })
    session.show({ tokens }, () =>
      table([
        [t.client, t.token, t.hosts, t.validUntil].map((title) => session.paint('dim', title)),
        ...tokens.map(({ clientId, token, hosts: count, expiresAt }) => [
          clientId,
          token,
          String(count),
          dayTime(expiresAt, session.language, session.zone),
        ]),
      ]),
    )
    session.io.err(`${t.tokenOnce}\n`)
  })
}
