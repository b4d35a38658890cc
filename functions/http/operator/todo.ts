import { z } from 'zod'
import { NoteBody, TakeBody, TodoItem, TodoKind, TodoList } from '../../../orchestrations/contracts/api.ts'
import { ClientId } from '../../../orchestrations/domain/ids.ts'
import type { TodoNotes } from '../../adapters/tables/todoNotes.ts'
import { audit } from '../../control/audit.ts'
import type { OpenItem } from '../../control/openItem.ts'
import { openItems } from '../../control/todo.ts'
import type { Services } from '../../services.ts'
import { json, Refusal } from '../respond.ts'
import type { Role } from './auth.ts'
import { requireIfMatch } from './etag.ts'
import { readers, type Call, type Route } from './route.ts'

const TodoQuery = z.object({
  client: ClientId.optional(),
  kind: TodoKind.optional(),
  /** Only what the caller has taken. */
  mine: z.enum(['true', 'false']).optional(),
})
const writers: readonly Role[] = ['operator', 'approver']

export const todoRoutes: readonly Route[] = [
  {
    name: 'listTodo',
    method: 'GET',
    path: 'todo',
    roles: readers,
    summary: 'Lists what waits for a human, the most urgent first.',
    query: TodoQuery,
    answers: { 200: TodoList },
    handle: listTodo,
  },
  {
    name: 'takeTodo',
    method: 'POST',
    path: 'todo/{todoId}/take',
    roles: writers,
    summary: 'Takes an open item, or gives it back.',
    body: TakeBody,
    answers: { 200: TodoItem },
    handle: takeTodo,
  },
  {
    name: 'noteTodo',
    method: 'POST',
    path: 'todo/{todoId}/note',
    roles: writers,
    summary: 'Writes a note on an open item, with a time for the next decision if there is one.',
    body: NoteBody,
    answers: { 200: TodoItem },
    handle: noteTodo,
  },
]

/** Items about the whole fleet that tell of other clients' affairs. */
const fleetOnly = new Set<TodoKind>(['approvalWaiting', 'updateBlocked'])

const mayRead =
  ({ me }: Call) =>
  ({ kind, clientId }: OpenItem): boolean =>
    me.clients === 'all' || (clientId === undefined ? !fleetOnly.has(kind) : me.clients.includes(clientId))

async function listTodo(services: Services, call: Call) {
  const { client, kind, mine } = call.query(TodoQuery)
  const [items, notes] = await Promise.all([openItems(services), services.todoNotes.list()])
  const byId = new Map(notes)
  const shown = items
    .filter(mayRead(call))
    .filter((item) => client === undefined || item.clientId === client)
    .filter((item) => kind === undefined || item.kind === kind)
    .map((item) => itemWith(item, byId.get(item.id)))
    .filter((item) => mine !== 'true' || item.takenBy === call.me.name)
  return json({ items: shown } satisfies TodoList)
}

const etagOf = (version: number): string => `"${version}"`
/** Their ids are new each time; when they began is wire time, which is no fixed plan time. */
const namedOnce = new Set<TodoKind>(['stopRaised', 'approvalWaiting', 'enrolmentWaiting'])

function current(item: OpenItem, stored: TodoNotes | undefined): TodoNotes {
  const since = namedOnce.has(item.kind) ? 0 : (item.begunAt ?? item.since)
  return stored?.since === since ? stored : { since, version: stored?.version ?? 0, notes: [] }
}

function itemWith(item: OpenItem, stored: TodoNotes | undefined): TodoItem {
  const { takenBy, takenAt, decideAt, notes, version } = current(item, stored)
  const { begunAt: _begunAt, ...shown } = item
  return {
    ...shown,
    ...(takenBy === undefined ? {} : { takenBy }),
    ...(takenAt === undefined ? {} : { takenAt }),
    ...(decideAt === undefined ? {} : { decideAt }),
    notes,
    etag: etagOf(version),
  }
}

async function takeTodo(services: Services, call: Call) {
  const { release, force } = await call.body(TakeBody)
  const { name } = call.me
  const at = services.clocks.wire()
  return annotate(
    services,
    call,
    release ? 'todo.released' : 'todo.taken',
    {},
    ({ takenBy, takenAt, ...rest }) => {
      void takenAt
      if (takenBy !== undefined && takenBy !== name && !force) throw new Refusal('todoTaken', { takenBy })
      return release ? rest : { ...rest, takenBy: name, takenAt: at }
    },
  )
}

const mostNotes = 50

async function noteTodo(services: Services, call: Call) {
  const { text, decideAt } = await call.body(NoteBody)
  const note = { at: services.clocks.wire(), by: call.me.name, text }
  const detail = { text: text.slice(0, 500), ...(decideAt === undefined ? {} : { decideAt }) }
  return annotate(services, call, 'todo.noted', detail, ({ notes, ...rest }) => ({
    ...rest,
    ...(decideAt === undefined ? {} : { decideAt }),
    notes: [...notes, note].slice(-mostNotes),
  }))
}

/** Changes what is said of an item that the caller may see; written down before it is done. */
async function annotate(
  services: Services,
  call: Call,
  action: string,
  detail: Readonly<Record<string, string | number>>,
  change: (notes: TodoNotes) => TodoNotes,
) {
  const id = call.param('todoId', z.string().min(1).max(300), 'todo')
  const item = (await openItems(services)).filter(mayRead(call)).find((open) => open.id === id)
  if (!item) throw new Refusal('noSuchTodo', { todoId: id })
  const decide = (stored: TodoNotes | undefined): TodoNotes => {
    const before = current(item, stored)
    requireIfMatch(call, etagOf(before.version), (tags) => new Refusal('todoChanged', tags))
    return { ...change(before), version: before.version + 1 }
  }
  decide(await services.todoNotes.find(id))
  await audit(services, { actor: call.me.name, action, object: id, detail })
  const stored = await services.todoNotes.change(id, decide)
  return json(itemWith(item, stored))
}
