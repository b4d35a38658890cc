import { openSession } from '../../session.ts'
import { listOf } from '../numbers.ts'
import { idsOf, makePlan, plannedFor } from '../plan.ts'
import { addSelection, selectionOf, type SelectionOptions } from '../selection.ts'
import { showTouched } from '../touched.ts'
import { isDryRun, newChange, type AddVerb } from '../verb.ts'
import { kbNumber } from './number.ts'

/** Plans a campaign that uninstalls: it is approved and started as any other. */
export const addKbRemove: AddVerb = (parent, cli) => {
  const { t } = cli
  const command = newChange(parent, cli, 'kbRemove', 'remove')
    .argument('<kb...>', t.args.kbs)
    .option('--name <name>', t.options.name)
  addSelection(command, cli)
  command.action(async (texts: string[]) => {
    const session = openSession(cli, command)
    const ids = [...new Set(listOf(texts).map((text) => kbNumber(text, t)))]
    const options = command.opts<SelectionOptions & { name?: string }>()
    const selection = await selectionOf(session, options)
    if (isDryRun(command))
      return showTouched(session, command, await plannedFor(session, selection), idsOf(selection))
    const name = options.name ?? t.removalName(ids.join(', '))
    await makePlan(session, { name, selection, purpose: 'remove', updates: { ids, categories: [] } })
  })
}
