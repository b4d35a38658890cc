import { openSession } from '../../session.ts'
import { updateLines } from '../../show/updates.ts'
import { showTouched, touchedByClients } from '../touched.ts'
import { isDryRun, newChange, type AddVerb } from '../verb.ts'
import { kbNumber } from './number.ts'

/** Block and unblock: for everybody, whatever a plan says. */
export function kbVerb(verb: 'block' | 'unblock', name: 'kbBlock' | 'kbUnblock'): AddVerb {
  return (parent, cli) => {
    const { t } = cli
    const command = newChange(parent, cli, name, verb)
      .argument('<kb>', t.args.kb)
      .requiredOption('--reason <text>', t.options.reasonNeeded)
    command.action(async (text: string) => {
      const session = openSession(cli, command)
      const kb = kbNumber(text, t)
      if (isDryRun(command))
        return showTouched(session, command, await touchedByClients(session, 'all'), [kb])
      const line = await session.api.changeUpdate(kb, verb, command.opts<{ reason: string }>().reason)
      session.show(line, () => updateLines([line], session))
    })
  }
}
