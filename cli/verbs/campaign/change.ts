import type { CampaignHead } from '../../../orchestrations/contracts/board.ts'
import { openSession } from '../../session.ts'
import { headLines } from '../../show/campaign.ts'
import { pickCampaign } from '../pick.ts'
import { showTouched, touchedByCampaign } from '../touched.ts'
import { isDryRun, newChange, type AddVerb } from '../verb.ts'

/** Pause and resume: what can be taken back by the other. */
export function campaignVerb(
  verb: 'pause' | 'resume',
  name: 'campaignPause' | 'campaignResume',
  kinds: readonly CampaignHead['state']['kind'][],
): AddVerb {
  return (parent, cli) => {
    const { t } = cli
    const command = newChange(parent, cli, name, verb)
      .argument('[id]', t.args.campaign)
      .option('--reason <text>', t.options.reason, '')
    command.action(async (id?: string) => {
      const session = openSession(cli, command)
      const { reason } = command.opts<{ reason: string }>()
      const campaign = await pickCampaign(session, id, kinds)
      if (isDryRun(command))
        return showTouched(session, command, await touchedByCampaign(session, campaign), [campaign])
      const head = await session.api.changeCampaign(campaign, verb, reason)
      session.show(head, () => headLines(head, session))
    })
  }
}
