import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'
import {
  CampaignList,
  ClientList,
  ControlAnswer,
  EnrolmentTokenAnswer,
  EnrolmentTokenRequest,
  InventoryAnswer,
  InventorySummary,
  LedgerVerdict,
  Me,
  PlanAnswer,
  Status,
} from '../../orchestrations/contracts/api.ts'
import {
  Board,
  CampaignHead,
  ClientDetail,
  RingRow,
  StopState,
} from '../../orchestrations/contracts/board.ts'
import { defaultSettings } from '../../orchestrations/domain/settings.ts'
import { planNow, planStart, sceneBoard, sceneDetail } from '../e2e/scene.ts'
import { nightRoute } from './nightRoutes.ts'
import { type Answer, answered, problem, type Received } from './wire.ts'

export { problem, type Answer, type Received } from './wire.ts'

const hash = 'a'.repeat(64)

export const planOf = (campaign: CampaignHead): z.input<typeof PlanAnswer> => ({
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
        key: String(incoming.headers['idempotency-key'] ?? ''),
        ifMatch: incoming.headers['if-match'] ?? '',
        language: incoming.headers['accept-language'] ?? '',
      }
      received.push(request)
      const answer = world.answer?.(request) ?? nightRoute(request, world.board) ?? route(request, world)
      if (answer === 'silence') return undefined
      if (answer === 'hang up') return incoming.socket.destroy()
      const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body)
      const headers = { 'content-type': answer.type ?? 'application/json', ...answer.headers }
      return outgoing.writeHead(answer.status, headers).end(text)
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
    return answered(InventoryAnswer, {
      importId: 'i1',
      applied: request.query.get('dryRun') !== 'true',
      ...counts,
      notes: [{ code: 'notServers', params: { count: 2 } }],
    })
  }
  if (path === '/api/inventory') {
    const rings = [0, 1, 2, 3].map((ring) => ({ ring, clients: 1, servers: 4 }))
    return answered(InventorySummary, { clients: 10, servers: 40, enrolled: 39, rings })
  }
  if (path === '/api/me') return answered(Me, { name: token, roles: ['operator'], clients: 'all' })
  if (path === '/api/clients')
    return answered(ClientList, {
      clients: board.clients.map(({ clientId, name, ring }) => {
        return { clientId, name, ring, servers: 4, enrolled: 4, control: { kind: 'running' as const } }
      }),
    })
  if (path === '/api/status') return answered(Status, { clocks: board.clocks, stop: board.stop, campaign })
  if (path === '/api/campaigns' && method === 'POST') return answered(PlanAnswer, planOf(campaign), 201)
  if (path === '/api/campaigns')
    return answered(CampaignList, { campaigns: [...(world.heads ?? [campaign])] })
  const verb = new RegExp(`^/api/campaigns/${campaign.campaignId}(?:/(.*))?$`).exec(path)
  if (verb) return campaignRoute(verb[1] ?? '', board)
  const clientVerb = /^\/api\/clients\/([^/]+)\/(pause|resume|stop)$/.exec(path)
  if (clientVerb)
    return answered(ControlAnswer, {
      clientId: clientVerb[1] ?? '',
      control: { kind: 'running' },
      expectedFreeAt: planNow + 1_200_000,
    })
  const verify = /^\/api\/ledger\/([^/]+)\/verify$/.exec(path)
  if (verify) {
    const intact = { kind: 'intact' as const, rows: 12, head: hash, message: 'fits' }
    return answered(LedgerVerdict, { clientId: verify[1] ?? '', ...intact })
  }
  if (path.startsWith('/api/ledger/')) return answered(z.object({ lines: z.array(z.never()) }), { lines: [] })
  if (path === '/api/stop' || path === '/api/release') return answered(StopState, board.stop)
  if (path === '/api/enrolment-tokens') {
    const asked = EnrolmentTokenRequest.parse(JSON.parse(body))
    const tokens = asked.clients.map((clientId) => ({
      clientId,
      token: 't'.repeat(32),
      hosts: asked.hosts,
      expiresAt: planNow,
    }))
    return answered(EnrolmentTokenAnswer, { tokens }, 201)
  }
  return problem(404, `Nothing at ${path}`)
}

function campaignRoute(rest: string, board: Board): Answer {
  if (rest === '') return answered(Board, board)
  if (rest === 'plan') return answered(PlanAnswer, planOf(board.campaign))
  const ring = /^rings\/(\d)\/(hold|promote)$/.exec(rest)
  const ringRow = board.rings.find((row) => row.ring === Number(ring?.[1]))
  if (ringRow) return answered(RingRow, ringRow)
  const client = /^clients\/(.+)$/.exec(rest)
  const row = board.clients.find((one) => one.clientId === client?.[1])
  if (row) return answered(ClientDetail, sceneDetail(row))
  return client
    ? problem(404, `There is no client ${client[1]}`, { fix: 'GET /api/inventory names them.' })
    : answered(CampaignHead, board.campaign)
}
