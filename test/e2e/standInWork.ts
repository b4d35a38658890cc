import type { z } from 'zod'
import {
  CalendarAnswer,
  ExcludeBody,
  NoteBody,
  ResolveBody,
  RetryBody,
  ServerAnswer,
  TakeBody,
  TodoItem,
  UnlockBody,
  Waiver,
  WaiverBody,
} from '../../orchestrations/contracts/api.ts'
import type { Board } from '../../orchestrations/contracts/board.ts'
import { planNow } from './scene.ts'
import { sceneEvidence } from './sceneEvidence.ts'
import { sceneImport, scenePreparation, sceneReport, sceneUpdates } from './sceneDesk.ts'
import {
  sceneApprovals,
  sceneClientShow,
  sceneEnrolments,
  sceneNotices,
  sceneServers,
  sceneServerShow,
  sceneTodo,
} from './sceneWork.ts'

interface Asked {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly body: unknown
}
type Answer = { status: number; body: unknown }

const ok = (body: unknown): Answer => ({ status: 200, body })

/** The routes of preparation, servers, hand-over, notices and report; bodies are parsed as the real API parses them. */
export function workRoute(asked: Asked, board: Board): Answer | undefined {
  return asked.method === 'GET' ? read(asked, board) : change(asked, board)
}

function read({ path, query }: Asked, board: Board): Answer | undefined {
  const row = rowOf(path, /^\/api\/clients\/([^/]+)$/, board)
  if (row) return ok(sceneClientShow(row))
  const serverId = decodeURIComponent(/^\/api\/servers\/([^/]+)$/.exec(path)?.[1] ?? '')
  const owner = board.clients.find(({ clientId }) => serverId.startsWith(`${clientId}.`))
  if (owner) return ok(sceneServerShow(owner, serverId))
  switch (path.replace(/^\/api\/campaigns\/[^/]+/, '')) {
    case '/preparation':
      return ok(scenePreparation(board, 'ended'))
    case '/evidence':
      return ok(sceneEvidence(board))
    case '/report':
      return ok(sceneReport(board, query.get('client')))
    case '/api/servers':
      return ok(sceneServers(board, query))
    case '/api/todo':
      return ok(sceneTodo(board))
    case '/api/approvals':
      return ok(sceneApprovals())
    case '/api/enrolments':
      return ok(sceneEnrolments())
    case '/api/notices':
      return ok(sceneNotices(board))
    case '/api/updates':
      return ok(sceneUpdates())
    default:
      return undefined
  }
}

function change(asked: Asked, board: Board): Answer | undefined {
  const { path, body, query } = asked
  const client = rowOf(path, /^\/api\/clients\/([^/]+)\//, board)
  if (client) {
    const verb = path.split('/').at(-1)
    if (verb === 'calendar') {
      const url = `https://atlas.example/api/calendars/${client.clientId}?key=k`
      return ok(CalendarAnswer.parse({ clientId: client.clientId, url }))
    }
    if (verb === 'exclude') ExcludeBody.parse(body)
    else if (verb === 'unlock') UnlockBody.parse(body)
    else if (verb === 'stop') return ok({ clientId: client.clientId, control: {} })
    else if (verb !== 'include') return undefined
    return ok(sceneClientShow(client))
  }
  const [, serverId, verb] = /^\/api\/servers\/([^/]+)\/(\w+)$/.exec(path) ?? []
  if (serverId !== undefined) return serverVerb(decodeURIComponent(serverId), verb ?? '', body)
  const [, todoId, todoVerb] = /^\/api\/todo\/([^/]+)\/(\w+)$/.exec(path) ?? []
  if (todoId !== undefined) return todoAnswer(decodeURIComponent(todoId), todoVerb ?? '', body, board)
  if (path === '/api/waivers') {
    const asks = WaiverBody.parse(body)
    return ok(Waiver.parse({ ...asks, clientId: 'client-1', host: 'SQL01', actor: 'M. Durand', at: planNow }))
  }
  if (path.startsWith('/api/waivers/') || path.startsWith('/api/enrolments/'))
    return { status: 204, body: undefined }
  if (path === '/api/notices/test')
    return ok({ deliveries: [{ kind: 'sent', channel: 'mail', at: planNow }] })
  if (path === '/api/inventory') {
    const flag = (name: string) => query.get(name) === 'true'
    return ok(sceneImport(!flag('dryRun'), flag('skipInvalid'), flag('remove')))
  }
  if (path.endsWith('/prepare')) return { status: 202, body: scenePreparation(board, 'running') }
  const kb = /^\/api\/updates\/(KB\d+)\//.exec(path)?.[1]
  if (kb !== undefined) return ok(sceneUpdates().updates[0])
  if (path.startsWith('/api/approvals/')) {
    const [approval] = sceneApprovals().approvals
    return ok({ ...approval, state: { kind: 'approved', by: 'M. Durand' } })
  }
  return undefined
}

function serverVerb(serverId: string, verb: string, body: unknown): Answer {
  const bodies: Readonly<Record<string, z.ZodType>> = {
    exclude: ExcludeBody,
    retry: RetryBody,
    resolve: ResolveBody,
  }
  bodies[verb]?.parse(body)
  return { status: verb === 'retry' ? 202 : 200, body: ServerAnswer.parse({ serverId }) }
}

function todoAnswer(id: string, verb: string, body: unknown, board: Board): Answer {
  const item = sceneTodo(board).items.find((one) => one.id === id)
  if (!item) return { status: 404, body: { type: 'about:blank', title: 'No such item', status: 404 } }
  if (verb === 'take') {
    const { release } = TakeBody.parse(body)
    const { takenBy: _, ...free } = item
    return ok(TodoItem.parse(release ? free : { ...item, takenBy: 'M. Durand' }))
  }
  const { text, decideAt } = NoteBody.parse(body)
  const notes = [...item.notes, { at: planNow, by: 'M. Durand', text }]
  return ok(TodoItem.parse({ ...item, notes, ...(decideAt === undefined ? {} : { decideAt }) }))
}

function rowOf(path: string, pattern: RegExp, board: Board) {
  const id = pattern.exec(path)?.[1]
  return board.clients.find(({ clientId }) => clientId === id)
}
