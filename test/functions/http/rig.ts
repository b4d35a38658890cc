import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { HttpRequest, type HttpResponseInit } from '@azure/functions'
import type { CommandBus } from '../../../functions/adapters/bus.ts'
import { queueOf } from '../../../orchestrations/domain/ids.ts'
import { createSigner } from '../../../functions/adapters/signing.ts'
import { createCampaignStore } from '../../../functions/adapters/tables/campaignStore.ts'
import { createClientStore } from '../../../functions/adapters/tables/clientStore.ts'
import { createUpdateStore } from '../../../functions/adapters/tables/updateStore.ts'
import { createFleetStore } from '../../../functions/adapters/tables/fleetStore.ts'
import { createHeartbeats } from '../../../functions/adapters/tables/heartbeats.ts'
import { createApprovalRows } from '../../../functions/adapters/tables/approvalRows.ts'
import { createKeptAnswers } from '../../../functions/adapters/tables/keptAnswers.ts'
import { createEnrolments } from '../../../functions/adapters/tables/enrolments.ts'
import { createBuildWaivers, createEvidence } from '../../../functions/adapters/tables/evidence.ts'
import { createTodoNotes } from '../../../functions/adapters/tables/todoNotes.ts'
import { createHistory } from '../../../functions/adapters/tables/history.ts'
import { createNoticeStore } from '../../../functions/adapters/tables/noticeStore.ts'
import { sha256 } from '../../../functions/adapters/tables/ledger.ts'
import { Live } from '../../../functions/board/live.ts'
import { Viewers } from '../../../functions/board/viewers.ts'
import { stopState } from '../../../functions/control/emergencyStop.ts'
import { agentRoutes, serveAgent } from '../../../functions/http/agent/routes.ts'
import { createAuthentication } from '../../../functions/http/operator/auth.ts'
import type { Route } from '../../../functions/http/operator/route.ts'
import { operatorRoutes } from '../../../functions/http/operator/routes.ts'
import { serve } from '../../../functions/http/operator/serve.ts'
import type { Durable, Services } from '../../../functions/services.ts'
import { readSettings } from '../../../functions/settings.ts'
import { requireDocumented } from './documented.ts'
import { startTables } from '../../support/tables.ts'

export type Who = 'ada' | 'anna' | 'paul' | 'olga' | 'sam'
export const everyone = {
  ada: { roles: ['admin'], clients: 'all' },
  anna: { roles: ['operator'], clients: 'all' },
  paul: { roles: ['operator', 'approver'], clients: 'all' },
  olga: { roles: ['observer'], clients: 'all' },
  /** Operator of one client only. */
  sam: { roles: ['operator', 'approver'], clients: ['client-0001'] },
} as const
export const people = Object.keys(everyone) as Who[]
export const rolesOf = (who: Who): readonly string[] => everyone[who].roles
export const tokenOf = (who: string): string => `token-of-${who}`

export interface Ask {
  readonly who?: Who
  /** Sent as it is, in place of the person's token. */
  readonly authorization?: string
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface Answer {
  readonly status: number
  readonly type: string
  readonly headers: Headers
  /** The body as it came; `body`: what it says when it is JSON. */
  readonly text: string
  readonly body: Record<string, unknown>
}

/** Plan time is a Saturday; wire time is real time, so that clocks of SDK and service agree. */
export const saturday = Date.parse('2026-11-21T08:00:00Z')

/** All services over a real Table service; the queue and the durable client write down what they are told. */
const unlimited = { perSecond: 1e6, burst: 1e6 }

/** `changes`: app settings other than these tests usually have. */
export async function startRig(changes: Readonly<Record<string, string>> = {}) {
  const tablesRig = await startTables()
  const { tables } = tablesRig
  const time = { wire: 0, plan: saturday }
  const clocks = { speed: 1, wire: () => Date.now() + time.wire, plan: () => time.plan }
  const sent: { to: string; queue: string; id: string; jws: string }[] = []
  const started: string[] = []
  const events: string[] = []
  const logged: string[] = []
  const bus: CommandBus = {
    send: (to, id, jws) => {
      sent.push({ to: to.serverId, queue: queueOf(to), id, jws })
      return Promise.resolve()
    },
    access: (to) => ({
      queue: queueOf(to),
      connectionString: 'Endpoint=sb://x',
      expiresAt: clocks.wire() + 1,
    }),
    close: () => Promise.resolve(),
  }
  const durable: Durable = {
    startNew: (_, options) => {
      started.push(options?.instanceId ?? '')
      return Promise.resolve(options?.instanceId ?? '')
    },
    raiseEvent: (instanceId, name) => {
      events.push(`${instanceId} ${name}`)
      return Promise.resolve()
    },
    // In the SDK's words: it has no type for an instance that isn't there.
    getStatus: (instanceId) =>
      started.includes(instanceId)
        ? Promise.resolve({ runtimeStatus: 'Running' } as never)
        : Promise.reject(new Error(`DurableClient error: replied with HTTP 404 response: ${instanceId}`)),
  }
  const key = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const settings = readSettings({
    ATLAS_TABLES: 'x',
    ATLAS_SERVICE_BUS: '["x"]',
    ATLAS_WEB_PUBSUB: 'x',
    ATLAS_LIMITS: JSON.stringify({
      reads: unlimited,
      writes: unlimited,
      failures: unlimited,
      agents: unlimited,
    }),
    ATLAS_SIGNING_KEY: key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    ATLAS_OPERATORS: JSON.stringify(
      people.map((name) => ({ name, ...everyone[name], tokenSha256: sha256(tokenOf(name)) })),
    ),
    // Most of what is tested here is about hosts that exist nowhere.
    ATLAS_EVIDENCE: 'off',
    ...changes,
  })
  const campaigns = createCampaignStore(tables.Campaigns)
  const fleet = createFleetStore(tables.Fleet)
  const push = {
    send: () => Promise.resolve(),
    accessUrl: () => Promise.resolve('wss://push.invalid/'),
  }
  const live = new Live({
    campaigns,
    push,
    clocks,
    stop: () => stopState(services),
    isViewed: () => false,
    onFailure: () => undefined,
  })
  const clients = createClientStore({
    table: tables.Clients,
    clocks,
    random: () => 0,
    onCommit: (committed) => live.committed(committed),
  })
  const services: Services = {
    settings,
    clocks,
    campaigns,
    fleet,
    updates: createUpdateStore(tables.Fleet, clocks, () => 0),
    push,
    live,
    clients,
    bus,
    viewers: new Viewers(fleet, clocks, () => undefined),
    heartbeats: createHeartbeats(tables.Heartbeats, (error) => logged.push(String(error))),
    history: createHistory(tables.Clients),
    notices: createNoticeStore(tables.Fleet),
    todoNotes: createTodoNotes(tables.Fleet),
    enrolments: createEnrolments(tables.Fleet),
    approvals: createApprovalRows(tables.Fleet),
    keptAnswers: createKeptAnswers(tables.Fleet),
    evidence: createEvidence(tables.Fleet),
    buildWaivers: createBuildWaivers(tables.Fleet),
    signer: createSigner(settings.ATLAS_SIGNING_KEY),
    newId: () => randomUUID(),
  }
  const authenticate = createAuthentication(settings)
  const log = (text: string) => logged.push(text)

  async function ask(route: Route, more: Ask = {}): Promise<Answer> {
    const { who, authorization, params = {}, query = {}, body, headers = {} } = more
    const bearer = authorization ?? (who === undefined ? undefined : `Bearer ${tokenOf(who)}`)
    const request = requestOf(route.method, route.path, {
      params,
      query,
      body,
      headers: { ...headers, ...(bearer === undefined ? {} : { authorization: bearer }) },
    })
    const got = answerOf(
      await serve(route, () => Promise.resolve(services), authenticate, request, durable, log),
    )
    requireDocumented(route, got)
    return got
  }

  async function askAgent(name: string, body: unknown, authorization?: string): Promise<Answer> {
    const route = agentRoutes.find((one) => one.name === name)
    if (!route) throw new Error(`There is no agent route ${name}`)
    const headers: Record<string, string> = authorization === undefined ? {} : { authorization }
    const request = requestOf('POST', `agent/${name}`, { body, headers })
    return answerOf(await serveAgent(route, () => Promise.resolve(services), request, durable, log))
  }

  return {
    services,
    durable,
    tables,
    time,
    sent,
    started,
    events,
    logged,
    ask,
    askAgent,
    byName: (name: string, more: Ask = {}) => ask(routeNamed(name), more),
    close: () => tablesRig.close(),
  }
}
export type Rig = Awaited<ReturnType<typeof startRig>>

function routeNamed(name: string): Route {
  const found = operatorRoutes.find((route) => route.name === name)
  if (!found) throw new Error(`There is no operator route ${name}`)
  return found
}

function requestOf(
  method: string,
  path: string,
  { params, query, body, headers }: Omit<Ask, 'who' | 'authorization'>,
): HttpRequest {
  const content =
    body === undefined || method === 'GET'
      ? {}
      : body instanceof Uint8Array
        ? { body: { bytes: body } }
        : { body: { string: typeof body === 'string' ? body : JSON.stringify(body) } }
  return new HttpRequest({
    method,
    url: `http://127.0.0.1/api/${pathWith(path, params)}`,
    ...content,
    headers: { ...headers },
    ...(params ? { params: { ...params } } : {}),
    ...(query ? { query: { ...query } } : {}),
  })
}

/** The path as it is called; the parameters' values are handed over beside it, as the host does. */
const pathWith = (path: string, params: Ask['params'] = {}): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent((params[name] ?? '').toWellFormed()))

function answerOf(response: HttpResponseInit): Answer {
  const headers = new Headers(response.headers)
  const text =
    response.jsonBody === undefined
      ? Buffer.from((response.body as Uint8Array | string | undefined) ?? '').toString()
      : JSON.stringify(response.jsonBody)
  const bare = text === '' ? 'none' : 'application/json'
  const type = headers.get('content-type') ?? bare
  const body = /json/.test(type) ? (JSON.parse(text) as Record<string, unknown>) : {}
  return { status: response.status ?? 200, type, headers, text, body }
}
