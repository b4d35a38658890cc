import { openSession } from '../../session.ts'
import { updateLines } from '../../show/updates.ts'
import { campaignId } from '../pick.ts'
import { newVerb, type AddVerb } from '../verb.ts'

export const addKbList: AddVerb = (parent, cli) => {
  const command = newVerb(parent, cli, 'kbList', 'list').option('--campaign <id>', cli.t.options.campaign)
  command.action(async () => {
    const session = openSession(cli, command)
    const { campaign } = command.opts<{ campaign?: string }>()
    const list = await session.api.updates(campaign && campaignId(session, campaign))
    session.show(list, () => updateLines(list.updates, session))
  })
}
