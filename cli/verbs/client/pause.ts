import { openSession } from '../../session.ts'
import { dayTime } from '../../show/times.ts'
import { pickClient } from '../pickClient.ts'
import { showTouched, touchedByClients } from '../touched.ts'
import { isDryRun, newChange, type AddVerb } from '../verb.ts'
import { planTime } from '../when.ts'

interface PauseOptions {
  readonly until?: string
  readonly reason: string
  readonly caller?: string
}

export const addClientPause: AddVerb = (parent, cli) => {
  const { t } = cli
  const command = newChange(parent, cli, 'clientPause', 'pause')
    .argument('<client>', t.args.client)
    .option('--until <when>', t.options.until)
    .option('--reason <text>', t.options.reason, '')
    .option('--caller <name>', t.options.caller)
  command.action(async (client: string) => {
    const session = openSession(cli, command)
    const { api, language, zone } = session
    const { until: when, reason, caller } = command.opts<PauseOptions>()
    const until = await planTime(session, when)
    const clientId = await pickClient(session, client)
    if (isDryRun(command))
      return showTouched(session, command, await touchedByClients(session, [clientId]), [clientId])
    const answer = await api.pauseClient(clientId, {
      reason,
      ...(until !== undefined && { until }),
      ...(caller !== undefined && { caller }),
    })
    const { expectedFreeAt } = answer
    session.show(answer, () => [
      until === undefined
        ? t.clientPaused(clientId)
        : t.clientPausedUntil(clientId, dayTime(until, language, zone)),
      expectedFreeAt === undefined ? t.nothingInHand : t.freeAt(dayTime(expectedFreeAt, language, zone)),
    ])
  })
}
