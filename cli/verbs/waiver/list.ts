import { openSession } from '../../session.ts'
import { waiverLines } from '../../show/waivers.ts'
import { newVerb, type AddVerb } from '../verb.ts'

export const addWaiverList: AddVerb = (parent, cli) => {
  const command = newVerb(parent, cli, 'waiverList', 'list')
  command.action(async () => {
    const session = openSession(cli, command)
    const waivers = await session.api.waivers()
    session.show({ waivers }, () =>
      waivers.length === 0 ? [cli.t.noWaivers] : waiverLines(waivers, session),
    )
  })
}
