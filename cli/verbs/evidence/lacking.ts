import { exitCodes } from '../../failure.ts'
import { openSession } from '../../session.ts'
import { lackingLines } from '../../show/evidence.ts'
import { pickCampaign } from '../pick.ts'
import { newVerb, type AddVerb } from '../verb.ts'

export const addEvidenceLacking: AddVerb = (parent, cli) => {
  const { t } = cli
  const command = newVerb(parent, cli, 'evidenceLacking', 'lacking')
    .argument('[id]', t.args.campaign)
    .option('--strict', t.options.strictEvidence)
  command.action(async (id?: string) => {
    const session = openSession(cli, command)
    const campaign = await pickCampaign(session, id, ['planned', 'approved'])
    const evidence = await session.api.lackingEvidence(campaign)
    const isLacking = evidence.lacking.length > 0 || evidence.unknown.servers > 0
    if (command.opts<{ strict?: true }>().strict && isLacking) session.exitCode = exitCodes.partial
    session.show(evidence, () => lackingLines(evidence, session))
  })
}
