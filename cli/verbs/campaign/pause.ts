import { openSession } from '../../session.ts'
import { headLines } from '../../show/campaign.ts'
import { pickCampaign } from '../pick.ts'
import { newVerb, type AddVerb } from '../verb.ts'

export const addCampaignPause: AddVerb = (parent, cli) => {
  const { t } = cli
  const command = newVerb(parent, cli, 'campaignPause', 'pause')
    .argument('[id]', t.args.campaign)
    .option('--reason <text>', t.options.reason, '')
  command.action(async (id?: string) => {
    const session = openSession(cli, command)
    const { reason } = command.opts<{ reason: string }>()
    const campaignId = await pickCampaign(session, id, ['running'])
    const head = await session.api.changeCampaign(campaignId, 'pause', reason)
    session.show(head, () => headLines(head, session))
  })
}
