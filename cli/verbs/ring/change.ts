import { openSession } from '../../session.ts'
import { ringName, ringState } from '../../show/ringState.ts'
import { ringSign, sign } from '../../show/signs.ts'
import { wholeNumber } from '../numbers.ts'
import { pickCampaign } from '../pick.ts'
import { showTouched, touchedByCampaign } from '../touched.ts'
import { isDryRun, newChange, type AddVerb } from '../verb.ts'

type RingVerb = 'hold' | 'resume' | 'promote'

/** Each overrules the campaign's own judgement, or gives it back, so each leaves a reason. */
export function ringVerb<V extends RingVerb>(verb: V, name: `ring${Capitalize<V>}`): AddVerb {
  return (parent, cli) => {
    const { t } = cli
    const command = newChange(parent, cli, name, verb)
      .argument('<ring>', t.args.ring)
      .requiredOption('--reason <text>', t.options.reasonNeeded)
      .option('--campaign <id>', t.options.campaign)
    command.action(async (text: string) => {
      const session = openSession(cli, command)
      const ring = wholeNumber(text, 0, 3, t.ring, t)
      const { reason, campaign } = command.opts<{ reason: string; campaign?: string }>()
      const id = await pickCampaign(session, campaign)
      if (isDryRun(command))
        return showTouched(session, command, await touchedByCampaign(session, id, ring), [`${id} ${ring}`])
      const row = await session.api.changeRing(id, ring, verb, reason)
      session.show(row, () => [
        `${sign(ringSign(row), session.paint)} ${ringName(row.ring, session)}  ${ringState(row, session)}`,
      ])
    })
  }
}
