import { openSession } from '../../session.ts'
import { detailLines } from '../../show/clientDetail.ts'
import { pickCampaignToRead } from '../pick.ts'
import { pickClient } from '../pickClient.ts'
import { newVerb, type AddVerb } from '../verb.ts'

export const addClientShow: AddVerb = (parent, cli) => {
  const { t } = cli
  const command = newVerb(parent, cli, 'clientShow', 'show')
    .argument('<client>', t.args.client)
    .option('--campaign <id>', t.options.campaign)
  command.action(async (client: string) => {
    const session = openSession(cli, command)
    const campaign = await pickCampaignToRead(session, command.opts<{ campaign?: string }>().campaign)
    const detail = await session.api.client(campaign, await pickClient(session, client))
    session.show(detail, () => detailLines(detail, session))
  })
}
