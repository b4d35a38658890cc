import { openSession } from '../../session.ts'
import { todoLines } from '../../show/todo.ts'
import { showTouched, touchesNoServer } from '../touched.ts'
import { isDryRun, newChange, type AddVerb } from '../verb.ts'
import { pickItem } from './pickItem.ts'

export const addTodoTake: AddVerb = (parent, cli) => {
  const { t } = cli
  const command = newChange(parent, cli, 'todoTake', 'take')
    .argument('<item>', t.args.todo)
    .option('--release', t.options.giveBack)
    .option('--force', t.options.force)
  command.action(async (text: string) => {
    const session = openSession(cli, command)
    const { release = false, force = false } = command.opts<{ release?: true; force?: true }>()
    const item = await pickItem(session, text)
    if (isDryRun(command)) return showTouched(session, command, touchesNoServer, [item.id])
    const taken = await session.api.takeTodo(item, { release, force })
    session.show(taken, () => todoLines([taken], session))
  })
}
