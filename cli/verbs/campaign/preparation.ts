import { openSession } from '../../session.ts'
import { preparationLines } from '../../show/preparation.ts'
import { pickCampaignToPrepare } from '../pick.ts'
import { pickClient } from '../pickClient.ts'
import { newVerb, type AddVerb } from '../verb.ts'
import { judge } from './prepare.ts'

export const addCampaignPreparation: AddVerb = (parent, cli) => {
  const { t } = cli
  const command = newVerb(parent, cli, 'campaignPreparation', 'preparation')
    .argument('[id]', t.args.campaign)
    .option('--client <client>', t.options.ofClient)
    .option('--all', t.options.allPrepared)
    .option('--strict', t.options.strict)
  command.action(async (id?: string) => {
    const session = openSession(cli, command)
    const { client: owner, all, strict } = command.opts<{ client?: string; all?: true; strict?: true }>()
    const campaign = await pickCampaignToPrepare(session, id)
    const client = owner === undefined ? undefined : await pickClient(session, owner)
    const preparation = await session.api.preparation(campaign, client)
    if (strict) judge(session, preparation)
    session.show(preparation, () => preparationLines(preparation, session, all || client ? 'all' : undefined))
  })
}
