import { createHash, createHmac, createPublicKey, verify } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AgentAssertion, EnrolBody, HeartbeatBody } from '../../../../orchestrations/contracts/agent.ts'
import type { EnrolAnswer, HeartbeatAnswer, QueueAccess } from '../../../../orchestrations/contracts/agent.ts'
import { ReportBody } from '../../../../orchestrations/contracts/report.ts'
import type { Report, ReportAnswer } from '../../../../orchestrations/contracts/report.ts'
import { ServerId, clientOf, queueOf } from '../../../../orchestrations/domain/ids.ts'
import { commandKey } from '../../../agent/fakes.ts'

export interface TestApi {
  readonly url: string
  readonly heartbeats: Map<string, number>
  epoch: number
  onReport: (serverId: ServerId, report: Report) => void
  /** How many heartbeats and reports are answered with 503 before the next one is taken. */
  failing: number
  close(): Promise<void>
}

const sasKey = 'a-key-of-the-tests'
export const brokerRules = [{ name: 'all', key: sasKey, rights: ['Manage', 'Send', 'Listen'] as const }]

/** Connection string with a SAS for one queue, as the server makes it for an agent. */
export function queueAccess(port: number, serverId: ServerId): QueueAccess {
  const queue = queueOf({ serverId, agentsForgotten: 0 })
  const expiresAt = Date.now() + 3_600_000
  const resource = encodeURIComponent(`sb://127.0.0.1/${queue}`)
  const expiry = Math.floor(expiresAt / 1000)
  const signature = encodeURIComponent(
    createHmac('sha256', sasKey).update(`${resource}\n${expiry}`).digest('base64'),
  )
  const sas = `SharedAccessSignature sr=${resource}&sig=${signature}&se=${expiry}&skn=all`
  return {
    connectionString: `Endpoint=sb://127.0.0.1:${port};SharedAccessSignature=${sas};UseDevelopmentEmulator=true`,
    queue,
    expiresAt,
  }
}

/** The agents' part of the API, with every assertion checked. Hosts are enrolled as `<prefix>.<host>`. */
export async function startTestApi(
  serverIdOf: (host: string) => string,
  accessFor: (serverId: ServerId) => QueueAccess,
): Promise<TestApi> {
  const keys = new Map<string, KeyObject>()
  const api: TestApi = {
    url: '',
    heartbeats: new Map(),
    epoch: 0,
    onReport: () => undefined,
    failing: 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  const server = createServer((request, response) => {
    void answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return Object.assign(api, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks).toString()
    try {
      const result = route(request.url ?? '', body, request.headers.authorization ?? '')
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result))
    } catch (error) {
      const status = error instanceof Error && error.message === 'busy' ? 503 : 401
      response.writeHead(status).end(String(error))
    }
  }

  function route(
    path: string,
    body: string,
    authorization: string,
  ): EnrolAnswer | HeartbeatAnswer | ReportAnswer {
    if (path === '/api/agent/enrol') return enrol(EnrolBody.parse(JSON.parse(body)))
    const serverId = authenticate(authorization, body)
    if (api.failing > 0) {
      api.failing -= 1
      throw new Error('busy')
    }
    if (path === '/api/agent/heartbeat') {
      HeartbeatBody.parse(JSON.parse(body))
      api.heartbeats.set(serverId, (api.heartbeats.get(serverId) ?? 0) + 1)
      return {
        serverTime: Date.now(),
        epoch: api.epoch,
        nextHeartbeatSeconds: 60,
        connect: accessFor(serverId),
      }
    }
    const { reports } = ReportBody.parse(JSON.parse(body))
    for (const report of reports) api.onReport(serverId, report)
    const results = reports.map(({ commandId }) => ({ commandId, verdict: 'recorded' as const }))
    return { results, epoch: api.epoch }
  }

  function enrol({ host, publicKey }: EnrolBody): EnrolAnswer {
    const serverId = ServerId.parse(serverIdOf(host))
    keys.set(serverId, createPublicKey({ key: { ...publicKey }, format: 'jwk' }))
    return {
      kind: 'enrolled',
      clientId: clientOf(serverId),
      serverId,
      commandKeys: [commandKey],
      epoch: api.epoch,
    }
  }

  function authenticate(authorization: string, body: string): ServerId {
    const [header = '', payload = '', signature = ''] = authorization.replace('Bearer ', '').split('.')
    const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string }
    const key = keys.get(kid)
    const input = Buffer.from(`${header}.${payload}`)
    const signed = Buffer.from(signature, 'base64url')
    if (key === undefined || !verify('sha256', input, { key, dsaEncoding: 'ieee-p1363' }, signed))
      throw new Error(`bad assertion of ${kid}`)
    const assertion = AgentAssertion.parse(JSON.parse(Buffer.from(payload, 'base64url').toString()))
    if (assertion.iss !== kid || assertion.body !== createHash('sha256').update(body).digest('base64url'))
      throw new Error('an assertion over something else')
    return assertion.iss
  }
}
