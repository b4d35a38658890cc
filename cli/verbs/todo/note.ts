import { openSession } from '../../session.ts'
import { todoLines } from '../../show/todo.ts'
import { showTouched, touchesNoServer } from '../touched.ts'
import { isDryRun, newChange, type AddVerb } from '../verb.ts'
import { planTime } from '../when.ts'
import { pickItem } from './pickItem.ts'

export const addTodoNote: AddVerb = (parent, cli) => {
  const { t } = cli
  const command = newChange(parent, cli, 'todoNote', 'note')
    .argument('<item>', t.args.todo)
    .argument('<text>', t.args.note)
    .option('--decide <when>', t.options.decide)
  command.action(async (name: string, text: string) => {
    const session = openSession(cli, command)
    const decideAt = await planTime(session, command.opts<{ decide?: string }>().decide)
    const item = await pickItem(session, name)
    if (isDryRun(command)) return showTouched(session, command, touchesNoServer, [item.id])
    const noted = await session.api.noteTodo(item, { text, ...(decideAt !== undefined && { decideAt }) })
    session.show(noted, () => todoLines([noted], session))
  })
}
