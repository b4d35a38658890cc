import { openSession } from '../../session.ts'
import { planLines } from '../../show/plan.ts'
import { pickCampaignToRead } from '../pick.ts'
import { newVerb, type AddVerb } from '../verb.ts'

export const addCampaignShow: AddVerb = (parent, cli) => {
  const command = newVerb(parent, cli, 'campaignShow', 'show').argument('[id]', cli.t.args.campaign)
  command.action(async (id?: string) => {
    const session = openSession(cli, command)
    const answer = await session.api.plan(await pickCampaignToRead(session, id))
    session.show(answer, () => planLines(answer.campaign, answer.plan, session))
  })
}
