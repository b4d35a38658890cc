import { openSession } from '../../session.ts'
import { ringName, ringState } from '../../show/ringState.ts'
import { ringSign, sign } from '../../show/signs.ts'
import { wholeNumber } from '../numbers.ts'
import { pickCampaign } from '../pick.ts'
import { newVerb, type AddVerb } from '../verb.ts'

/** Hold and promote: both overrule the campaign's own judgement, so both leave a reason. */
export function ringVerb(verb: 'hold' | 'promote', name: 'ringHold' | 'ringPromote'): AddVerb {
  return (parent, cli) => {
    const { t } = cli
    const command = newVerb(parent, cli, name, verb)
      .argument('<ring>', t.args.ring)
      .requiredOption('--reason <text>', t.options.reasonNeeded)
      .option('--campaign <id>', t.options.campaign)
    command.action(async (text: string) => {
      const session = openSession(cli, command)
      const ring = wholeNumber(text, 0, 3, t.ring, t)
      const { reason, campaign } = command.opts<{ reason: string; campaign?: string }>()
      const row = await session.api.changeRing(await pickCampaign(session, campaign), ring, verb, reason)
      session.show(row, () => [
        `${sign(ringSign(row), session.paint)} ${ringName(row.ring, session)}  ${ringState(row, session)}`,
      ])
    })
  }
}
