import { openSession } from '../../session.ts'
import { selectServers } from '../selectServers.ts'
import { changeEach } from '../several.ts'
import { showTouched, touchedByServers } from '../touched.ts'
import { isDryRun, newChange, type AddVerb } from '../verb.ts'

export const addWaiverRemove: AddVerb = (parent, cli) => {
  const { t } = cli
  const command = newChange(parent, cli, 'waiverRemove', 'remove')
    .argument('<server...>', t.args.servers)
    .option('--client <client>', t.options.ofClient)
  command.action(async (names: string[]) => {
    const session = openSession(cli, command)
    const { client } = command.opts<{ client?: string }>()
    const servers = await selectServers(session, names, client === undefined ? {} : { client })
    const targets = servers.map(({ serverId }) => ({ id: serverId }))
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
      async ({ id }) => {
        await session.api.removeWaiver(id)
        return { serverId: id }
      },
      () => t.waiverRemoved,
    )
  })
}
