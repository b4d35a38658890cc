import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Board, CampaignHead } from '../../orchestrations/contracts/board.ts'
import { defaultSettings } from '../../orchestrations/domain/settings.ts'
import { planNow, planStart, sceneBoard, sceneDetail } from '../e2e/scene.ts'

export interface Received {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly token: string
  readonly body: string
  readonly type: string
}
export interface Answer {
  readonly status: number
  readonly body: unknown
}

export const problem = (status: number, title: string, more: object = {}): Answer => ({
  status,
  body: { type: 'about:blank', title, status, ...more },
})

const ok = (body: unknown, status = 200): Answer => ({ status, body })
const hash = 'a'.repeat(64)

export const planOf = (campaign: CampaignHead) => ({
  campaign,
  plan: {
    name: campaign.name,
    start: planStart,
    settings: defaultSettings,
    updates: { ids: ['KB5031364'], categories: [] },
    end: { p20: planNow, p50: planNow, p80: planNow + 3_600_000 },
    rings: [
      {
        ring: 1,
        soakMinutes: 120,
        firstStart: planStart,
        end: { p20: planNow, p50: planNow, p80: planNow + 3_600_000 },
        clients: [
          {
            clientId: 'clinique-st-jean',
            name: 'Clinique St-Jean',
            zone: 'Europe/Paris',
            maxParallelServers: 1,
            windows: [],
            servers: [
              {
                serverId: 'clinique-st-jean.sql01',
                host: 'SQL01',
                order: 1,
                role: 'sql',
                kind: 'vm',
                estimateMinutes: 45,
                latestStart: planNow,
              },
            ],
            firstStart: planStart,
            end: { p20: planNow, p50: planNow, p80: planNow + 3_600_000 },
            doesNotFit: ['clinique-st-jean.sql01'],
            why: { code: 'carriedOver', params: { servers: 1 } },
          },
        ],
      },
    ],
    refused: [{ serverId: 'garage-moreau.web01', reason: { code: 'noWindow' } }],
  },
})

/** An operator API over a board in memory; `world.answer` may answer first. */
export async function startServer() {
  const world = {
    board: sceneBoard(10, 4),
    heads: undefined as readonly CampaignHead[] | undefined,
    answer: undefined as ((request: Received) => Answer | 'hang up' | 'silence' | undefined) | undefined,
  }
  const received: Received[] = []
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const url = new URL(incoming.url ?? '/', 'http://cli')
      const request = {
        method: incoming.method ?? '',
        path: url.pathname,
        query: url.searchParams,
        token: (incoming.headers.authorization ?? '').replace('Bearer ', ''),
        body: await bodyOf(incoming),
        type: incoming.headers['content-type'] ?? '',
      }
      received.push(request)
      const answer = world.answer?.(request) ?? route(request, world)
      if (answer === 'silence') return undefined
      if (answer === 'hang up') return incoming.socket.destroy()
      const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body)
      return outgoing.writeHead(answer.status, { 'content-type': 'application/json' }).end(text)
    })()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    world,
    received,
    address: `http://127.0.0.1:${port}`,
    calls: () => received.map(({ method, path }) => `${method} ${path}`),
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
export type TestServer = Awaited<ReturnType<typeof startServer>>

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

function route(
  request: Received,
  world: { board: Board; heads: readonly CampaignHead[] | undefined },
): Answer {
  const { path, method, body, token } = request
  const { board } = world
  const { campaign } = board
  if (!['operator', 'approver'].includes(token)) return problem(401, 'Who are you?')
  if (path === '/api/inventory' && method === 'POST') {
    const counts = { rows: 40, clients: 10, servers: 40, added: 38, changed: 2, unchanged: 0 }
    return ok({
      importId: 'i1',
      applied: request.query.get('dryRun') !== 'true',
      ...counts,
      notes: ['zone assumed'],
    })
  }
  if (path === '/api/inventory') {
    const rings = [0, 1, 2, 3].map((ring) => ({ ring, clients: 1, servers: 4 }))
    return ok({ clients: 10, servers: 40, enrolled: 39, rings })
  }
  if (path === '/api/me') return ok({ name: token, roles: [token], clients: 'all' })
  if (path === '/api/clients')
    return ok({
      clients: board.clients.map(({ clientId, name, ring }) => {
        return { clientId, name, ring, servers: 4, enrolled: 4, control: { kind: 'running' } }
      }),
    })
  if (path === '/api/status') return ok({ clocks: board.clocks, stop: board.stop, campaign })
  if (path === '/api/campaigns' && method === 'POST') return ok(planOf(campaign), 201)
  if (path === '/api/campaigns') return ok({ campaigns: world.heads ?? [campaign] })
  const verb = new RegExp(`^/api/campaigns/${campaign.campaignId}(?:/(.*))?$`).exec(path)
  if (verb) return campaignRoute(verb[1] ?? '', board)
  const clientVerb = /^\/api\/clients\/([^/]+)\/(pause|resume)$/.exec(path)
  if (clientVerb)
    return ok({ clientId: clientVerb[1], control: { kind: 'running' }, expectedFreeAt: planNow + 1_200_000 })
  const verify = /^\/api\/ledger\/([^/]+)\/verify$/.exec(path)
  if (verify) return ok({ clientId: verify[1], kind: 'intact', rows: 12, head: hash, message: 'fits' })
  if (path.startsWith('/api/ledger/')) return ok({ lines: [] })
  if (path === '/api/stop' || path === '/api/release') return ok(board.stop)
  if (path === '/api/enrolment-tokens') {
    const asked = JSON.parse(body) as { clients: string[]; hosts: number }
    const tokens = asked.clients.map((clientId) => ({
      clientId,
      token: 't'.repeat(32),
      hosts: asked.hosts,
      expiresAt: planNow,
    }))
    return ok({ tokens }, 201)
  }
  return problem(404, `Nothing at ${path}`)
}

function campaignRoute(rest: string, board: Board): Answer {
  if (rest === '') return ok(board)
  if (rest === 'plan') return ok(planOf(board.campaign))
  const ring = /^rings\/(\d)\/(hold|promote)$/.exec(rest)
  if (ring) return ok(board.rings.find((row) => row.ring === Number(ring[1])))
  const client = /^clients\/(.+)$/.exec(rest)
  const row = board.clients.find((one) => one.clientId === client?.[1])
  if (row) return ok(sceneDetail(row))
  return client
    ? problem(404, `There is no client ${client[1]}`, { fix: 'GET /api/inventory names them.' })
    : ok(board.campaign)
}
