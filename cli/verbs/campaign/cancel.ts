import { openSession } from '../../session.ts'
import { headLines } from '../../show/campaign.ts'
import { confirmed, mustBeAskable } from '../confirm.ts'
import { pickCampaign } from '../pick.ts'
import { showTouched, touchedByCampaign } from '../touched.ts'
import { isDryRun, newChange, type AddVerb } from '../verb.ts'

const kinds = ['planned', 'approved', 'running', 'paused', 'carryingOver'] as const

/** For good: it can't be resumed, so it is asked for. */
export const addCampaignCancel: AddVerb = (parent, cli) => {
  const { t } = cli
  const command = newChange(parent, cli, 'campaignCancel', 'cancel')
    .argument('[id]', t.args.campaign)
    .requiredOption('--reason <text>', t.options.reasonNeeded)
    .option('--yes', t.options.yes)
  command.action(async (id?: string) => {
    const session = openSession(cli, command)
    const { reason, yes = false } = command.opts<{ reason: string; yes?: true }>()
    const dryRun = isDryRun(command)
    if (!dryRun) mustBeAskable(session, yes)
    const campaign = await pickCampaign(session, id, kinds)
    const touched = dryRun || !yes ? await touchedByCampaign(session, campaign) : undefined
    if (dryRun && touched) return showTouched(session, command, touched, [campaign])
    await confirmed(session, yes, t.confirmCancel(campaign, touched?.waiting ?? 0))
    const head = await session.api.changeCampaign(campaign, 'cancel', reason)
    session.show(head, () => headLines(head, session))
  })
}
