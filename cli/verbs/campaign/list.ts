import { openSession } from '../../session.ts'
import { campaignState } from '../../show/campaign.ts'
import { table } from '../../show/table.ts'
import { dayTime } from '../../show/times.ts'
import { newVerb, type AddVerb } from '../verb.ts'

export const addCampaignList: AddVerb = (parent, cli) => {
  const command = newVerb(parent, cli, 'campaignList', 'list')
  command.action(async () => {
    const session = openSession(cli, command)
    const { t, paint, language, zone } = session
    const campaigns = (await session.api.campaigns()).toSorted((a, b) => b.createdAt - a.createdAt)
    session.show({ campaigns }, () =>
      campaigns.length === 0
        ? [t.noCampaigns]
        : table([
            [t.campaignId, t.name, t.state, t.created].map((title) => paint('dim', title)),
            ...campaigns.map((head) => [
              head.campaignId,
              head.name,
              campaignState(head.state, session),
              dayTime(head.createdAt, language, zone),
            ]),
          ]),
    )
  })
}
