import type { CampaignHead } from '../../../orchestrations/contracts/board.ts'
import { badInput } from '../../failure.ts'
import { openSession, type Session } from '../../session.ts'
import { headLines } from '../../show/campaign.ts'
import { planLines } from '../../show/plan.ts'
import { pickCampaign } from '../pick.ts'
import { showTouched, touchedByCampaign } from '../touched.ts'
import { isDryRun, newChange, type AddVerb } from '../verb.ts'
import { follow } from '../watch.ts'

interface ByHash {
  readonly verb: 'approve' | 'start'
  readonly name: 'campaignApprove' | 'campaignStart'
  /** States in which a campaign is a candidate when none is named. */
  readonly kinds: readonly CampaignHead['state']['kind'][]
  readonly send: (session: Session, id: string, hash: string) => Promise<CampaignHead>
}

/** A verb that stands for a plan which somebody has read: its hash is given, or shown and confirmed. */
export function hashVerb({ verb, name, kinds, send }: ByHash): AddVerb {
  return (parent, cli) => {
    const { t } = cli
    const command = newChange(parent, cli, name, verb)
      .argument('[id]', t.args.campaign)
      .option('--hash <hash>', t.options.hash)
    if (verb === 'start') command.option('--watch', t.options.watchStart)
    command.action(async (id?: string) => {
      const session = openSession(cli, command)
      const { hash } = command.opts<{ hash?: string }>()
      // Refused before anything is asked of the server: a script must not hang on a question.
      const dryRun = isDryRun(command)
      if (hash === undefined && !session.mayAsk && !dryRun)
        throw badInput(t.errors.hashNeeded(verb), t.errors.hashFix)
      const campaignId = await pickCampaign(session, id, kinds)
      if (dryRun)
        return showTouched(session, command, await touchedByCampaign(session, campaignId), [campaignId])
      const chosen = hash ?? (await confirmed(session, verb, campaignId))
      const head = await send(session, campaignId, chosen)
      const { watch } = command.opts<{ watch?: true }>()
      if (!watch || !session.json) session.show(head, () => headLines(head, session))
      if (watch) await follow(session, campaignId)
    })
  }
}

async function confirmed(session: Session, verb: ByHash['verb'], id: string): Promise<string> {
  const { api, io, t } = session
  const { campaign, plan } = await api.plan(id)
  io.err(`${planLines(campaign, plan, session).join('\n')}\n\n`)
  const said = (await io.ask(t.confirm(verb, campaign.planHash))).trim().toLowerCase()
  if (!t.yes.includes(said)) throw badInput(t.errors.notConfirmed)
  return campaign.planHash
}
