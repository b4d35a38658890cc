import type { TodoItem } from '../../../orchestrations/contracts/api.ts'
import { fold } from '../../../orchestrations/contracts/words/index.ts'
import { badInput } from '../../failure.ts'
import type { Session } from '../../session.ts'
import { someOf } from '../pickClient.ts'

/** An open item by its id, or a part of its id, server or client that no other has. */
export async function pickItem({ api, t }: Session, text: string): Promise<TodoItem> {
  const items = await api.todo({})
  const wanted = fold(text)
  const named = ({ id, host, clientName, serverId, clientId }: TodoItem): boolean =>
    [id, host, clientName, serverId, clientId].some((one) => one !== undefined && fold(one).includes(wanted))
  const exact = items.filter(({ id }) => id === text)
  const found = exact.length > 0 ? exact : items.filter((item) => wanted !== '' && named(item))
  const [only, ...others] = found
  if (!only) throw badInput(t.errors.noTodo(text), t.errors.noTodoFix)
  if (others.length === 0) return only
  const ids = found.map(({ id }) => id)
  throw badInput(t.errors.severalTodos(text, someOf(ids, t)), t.errors.severalTodosFix)
}
