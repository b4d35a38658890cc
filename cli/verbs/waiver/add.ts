import { openSession } from '../../session.ts'
import { dayTime } from '../../show/times.ts'
import { selectServers } from '../selectServers.ts'
import { changeEach } from '../several.ts'
import { showTouched, touchedByServers } from '../touched.ts'
import { isDryRun, newChange, type AddVerb } from '../verb.ts'
import { planTime } from '../when.ts'

export const addWaiverAdd: AddVerb = (parent, cli) => {
  const { t } = cli
  const command = newChange(parent, cli, 'waiverAdd', 'add')
    .argument('<server...>', t.args.servers)
    .requiredOption('--until <when>', t.options.untilWaiver)
    .requiredOption('--reason <text>', t.options.reasonNeeded)
    .option('--client <client>', t.options.ofClient)
  command.action(async (names: string[]) => {
    const session = openSession(cli, command)
    const options = command.opts<{ until: string; reason: string; client?: string }>()
    const { reason, until: when, client } = options
    const until = (await planTime(session, when)) ?? 0
    const servers = await selectServers(session, names, client === undefined ? {} : { client })
    const targets = servers.map(({ serverId }) => ({ id: serverId, serverId }))
    if (isDryRun(command))
      return showTouched(
        session,
        command,
        touchedByServers(servers),
        targets.map(({ id }) => id),
      )
    await changeEach(
      session,
      targets,
      ({ serverId }) => session.api.addWaiver({ serverId, reason, until }),
      (_, waiver) => t.waivedUntil(dayTime(waiver.until, session.language, session.zone)),
    )
  })
}
