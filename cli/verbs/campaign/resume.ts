import { openSession } from '../../session.ts'
import { headLines } from '../../show/campaign.ts'
import { pickCampaign } from '../pick.ts'
import { newVerb, type AddVerb } from '../verb.ts'

export const addCampaignResume: AddVerb = (parent, cli) => {
  const { t } = cli
  const command = newVerb(parent, cli, 'campaignResume', 'resume')
    .argument('[id]', t.args.campaign)
    .option('--reason <text>', t.options.reason, '')
  command.action(async (id?: string) => {
    const session = openSession(cli, command)
    const { reason } = command.opts<{ reason: string }>()
    const campaignId = await pickCampaign(session, id, ['paused'])
    const head = await session.api.changeCampaign(campaignId, 'resume', reason)
    session.show(head, () => headLines(head, session))
  })
}
