import { readFile } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { WebPubSubServiceClient } from '@azure/web-pubsub'
import type { Me, PlanAnswer } from '../../orchestrations/contracts/api.ts'
import type { Board, ClientRow, Frame, StopState } from '../../orchestrations/contracts/board.ts'
import type { Plan } from '../../orchestrations/domain/planned.ts'
import { defaultSettings } from '../../orchestrations/domain/settings.ts'
import { startWebPubSub } from '../../infra/local/webpubsub/server.ts'
import { startRelay } from '../infra/local/webpubsub/rig.ts'
import { sceneDetail } from './scene.ts'
import { workRoute } from './standInWork.ts'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}

export interface Request {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly body: unknown
  readonly token: string
}

interface Answer {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface World {
  board: Board | undefined
  plan: PlanAnswer | undefined
  /** Answers as the real API would; undefined = the stand-in's own. */
  intercept: ((request: Request) => Answer | undefined) | undefined
}

/**
 * The page's counterpart in tests: its built files with the real security headers, the operator API over a board
 * in memory, and live frames through the Web PubSub emulator behind a relay whose sockets can be cut.
 */
export async function startStandIn(dist: string) {
  const emulator = await startWebPubSub({ port: 0, accessKey: 'k'.repeat(48), now: Date.now })
  const relay = await startRelay(emulator.port)
  const hub = new WebPubSubServiceClient(emulator.connectionString, 'live', { allowInsecureConnection: true })
  const world: World = { board: undefined, plan: undefined, intercept: undefined }
  const requests: Request[] = []
  let answering = true
  const headers = await securityHeaders(dist)

  const server = createServer((incoming, outgoing) => {
    if (!answering) {
      incoming.socket.destroy()
      return
    }
    void answer(incoming, outgoing)
  })
  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const { pathname: path, searchParams: query } = new URL(incoming.url ?? '/', 'http://page')
    if (!path.startsWith('/api/')) return serveFile(dist, path, outgoing, headers)
    const request = {
      method: incoming.method ?? 'GET',
      path,
      query,
      headers: incoming.headers,
      body: await bodyOf(incoming),
      token: (incoming.headers.authorization ?? '').replace('Bearer ', ''),
    }
    requests.push(request)
    const { status, body, headers: more } = world.intercept?.(request) ?? (await route(request))
    outgoing.writeHead(status, { 'content-type': 'application/json', ...more })
    outgoing.end(body === undefined ? undefined : JSON.stringify(body))
  }

  const route = async (request: Request): Promise<Answer> => {
    const { path, token } = request
    const me = people[token]
    if (!me) return problem(401, 'Unknown token')
    const { name } = me
    const { board, plan } = world
    if (path === '/api/me') return ok({ ...me, clients: 'all' })
    if (path === '/api/negotiate') {
      const { url } = await hub.getClientAccessToken({ groups: ['fleet'], userId: name })
      return ok({ url: url.replace(`:${emulator.port}`, `:${relay.port}`), groups: ['fleet'] })
    }
    if (path === '/api/campaigns' && request.method === 'GET') {
      const head = board?.campaign ?? plan?.campaign
      return ok({ campaigns: head ? [head] : [] })
    }
    if (path === '/api/inventory' && request.method === 'GET') {
      const rings = [0, 1, 2, 3].map((ring) => ({ ring, clients: 25, servers: 250 }))
      return ok({ clients: 100, servers: 1000, enrolled: 998, rings })
    }
    if (path.endsWith('/plan') && plan) return ok(plan)
    if (path.endsWith('/plan') && board) return ok(barePlan(board))
    if (!board) return problem(404, 'No such campaign')
    if (path === '/api/status')
      return ok({ clocks: board.clocks, stop: board.stop, campaign: board.campaign })
    if (path === `/api/campaigns/${board.campaign.campaignId}`) return ok(board)
    const worked = workRoute(request, board)
    if (worked) return worked
    const client = /\/campaigns\/[^/]+\/clients\/([^/]+)$/.exec(path)?.[1]
    const row = board.clients.find((one) => one.clientId === client)
    if (row && request.method === 'GET') return ok(sceneDetail(row))
    const paused = /^\/api\/clients\/([^/]+)\/(pause|resume)$/.exec(path)?.[1]
    if (paused) return ok({ clientId: paused, control: {}, expectedFreeAt: board.clocks.plan + 1_200_000 })
    if (path === '/api/stop') return ok(board.stop)
    if (path === '/api/release') return ok(board.stop)
    return problem(404, `Nothing at ${path}`)
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const origin = `http://127.0.0.1:${port}`
  const push = (frame: Frame) => hub.group('fleet').sendToAll(frame)
  return {
    world,
    requests,
    origin,
    address: `${origin}/#token=operator`,
    push,
    /** Changes rows on the server only. */
    change: (rows: readonly ClientRow[]) => {
      if (world.board) world.board = { ...world.board, clients: replaced(world.board.clients, rows) }
    },
    /** A frame as the server sends it, with the board's own head. */
    fleetFrame: (rows: readonly ClientRow[], stop?: StopState): Frame => {
      const { board } = world
      if (!board) throw new Error('the world has no board yet')
      const { campaign, clocks, rings } = board
      return { type: 'fleet', campaign, clocks, stop: stop ?? board.stop, rings, rows: [...rows], ledger: [] }
    },
    digest: () => {
      const { board } = world
      if (!board) throw new Error('the world has no board yet')
      const revisions = Object.fromEntries(board.clients.map((row) => [row.clientId, row.revision]))
      return push({ type: 'digest', clocks: board.clocks, stop: board.stop, revisions })
    },
    /** How many live lines were asked for. */
    connections: () => requests.filter(({ path }) => path === '/api/negotiate').length,
    cutPush: () => relay.cut(),
    mendPush: () => relay.mend(),
    /** Whether a live line goes through at this moment. */
    isPushed: () => relay.sockets() > 0,
    silence: () => {
      answering = false
      server.closeAllConnections()
    },
    speak: () => {
      answering = true
    },
    close: async () => {
      await relay.close()
      await emulator.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
export type StandIn = Awaited<ReturnType<typeof startStandIn>>

/** By token. */
const people: Readonly<Record<string, { name: string; roles: Me['roles'] }>> = {
  operator: { name: 'M. Durand', roles: ['operator'] },
  approver: { name: 'C. Petit', roles: ['approver'] },
  observer: { name: 'Client', roles: ['observer'] },
}

const ok = (body: unknown) => ({ status: 200, body })

export function problem(status: number, title: string, detail?: string, fix?: string) {
  return {
    status,
    body: { type: 'about:blank', title, status, ...(detail ? { detail } : {}), ...(fix ? { fix } : {}) },
  }
}

function replaced(all: readonly ClientRow[], rows: readonly ClientRow[]): ClientRow[] {
  return all.map((row) => rows.find((one) => one.clientId === row.clientId) ?? row)
}

async function bodyOf(incoming: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString()
  const isJson = incoming.headers['content-type'] === 'application/json'
  return text === '' || !isJson ? text || undefined : JSON.parse(text)
}

async function serveFile(
  dist: string,
  path: string,
  outgoing: ServerResponse,
  headers: Record<string, string>,
) {
  const file = normalize(join(dist, path === '/' ? 'index.html' : path))
  try {
    const content = await readFile(file)
    outgoing.writeHead(200, {
      ...headers,
      'content-type': types[extname(file)] ?? 'application/octet-stream',
    })
    outgoing.end(content)
  } catch {
    outgoing.writeHead(404).end()
  }
}

/** The headers that the build put beside the page; without the one that forbids plain HTTP. */
async function securityHeaders(dist: string): Promise<Record<string, string>> {
  const config = JSON.parse(await readFile(join(dist, 'staticwebapp.config.json'), 'utf8')) as {
    globalHeaders: Record<string, string>
  }
  const { 'strict-transport-security': _, ...headers } = config.globalHeaders
  return headers
}

/** A plan of which the board needs only that there is one. */
function barePlan({ campaign, clocks }: Board): PlanAnswer {
  const end = { p20: clocks.plan, p50: clocks.plan, p80: clocks.plan }
  return { campaign, plan: scenePlan({ name: campaign.name, start: clocks.plan, end }) }
}

/** A plan with default settings and nobody in it, but for what is given. */
export const scenePlan = (known: Pick<Plan, 'name' | 'start' | 'end'> & Partial<Plan>): Plan => ({
  settings: defaultSettings,
  updates: { ids: [], categories: [] },
  purpose: 'install',
  rings: [],
  refused: [],
  ...known,
})
