import { Option } from 'commander'
import { todoKinds } from '../../../orchestrations/contracts/api.ts'
import { openSession } from '../../session.ts'
import { todoLines } from '../../show/todo.ts'
import { pickClient } from '../pickClient.ts'
import { newVerb, type AddVerb } from '../verb.ts'

/** What `atlas todo` alone does. */
export const addTodoList: AddVerb = (parent, cli) => {
  const { t } = cli
  const command = newVerb(parent, cli, 'todoList', 'list', { isDefault: true })
    .option('--client <client>', t.options.ofClient)
    .addOption(new Option('--kind <kind>', t.options.kind).choices(todoKinds))
    .option('--mine', t.options.mine)
  command.action(async () => {
    const session = openSession(cli, command)
    const { client: owner, kind, mine } = command.opts<{ client?: string; kind?: string; mine?: true }>()
    const client = owner === undefined ? undefined : await pickClient(session, owner)
    const items = await session.api.todo({ client, kind, mine })
    session.show({ items }, () => todoLines(items, session))
  })
}
