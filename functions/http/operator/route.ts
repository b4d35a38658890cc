import { app, type HttpMethod, type HttpRequest, type HttpResponseInit } from '@azure/functions'
import * as df from 'durable-functions'
import { z } from 'zod'
import type { Me } from '../../../orchestrations/contracts/api.ts'
import { CampaignId, ClientId, RingNumber } from '../../../orchestrations/domain/ids.ts'
import type { Durable, Services } from '../../services.ts'
import { answer, parseJson, readBody, Refusal } from '../respond.ts'
import { type Authenticate, requireClient, requireRole, type Role } from './auth.ts'

export interface Call {
  readonly me: Me
  readonly request: HttpRequest
  readonly durable: Durable
  /** Writes to the function app's log. */
  readonly log: (text: string) => void
  body<T extends z.ZodType>(schema: T): Promise<z.infer<T>>
  bytes(limit: number): Promise<Buffer>
  campaignId(): CampaignId
  clientId(): ClientId
  ring(): RingNumber
}

export interface Route {
  readonly name: string
  readonly method: HttpMethod
  readonly path: string
  readonly roles: readonly Role[]
  readonly handle: (services: Services, call: Call) => Promise<HttpResponseInit>
}

const everybody: readonly Role[] = ['operator', 'approver', 'observer']
export const readers = everybody
const jsonLimit = 256 * 1024

/** Answers one request of an operator: token, role and scope are looked at before anything else. */
export function serve(
  route: Route,
  services: () => Promise<Services>,
  authenticate: Authenticate,
  request: HttpRequest,
  durable: Durable,
  log: (text: string) => void,
): Promise<HttpResponseInit> {
  return answer(
    async () => {
      const me = await authenticate(request)
      requireRole(me, ...route.roles)
      return route.handle(await services(), callOf(me, request, durable, log))
    },
    (text) => log(`${route.method} /api/${route.path}: ${text}`),
  )
}

export function register(
  route: Route,
  services: () => Promise<Services>,
  authenticate: () => Authenticate,
): void {
  app.http(route.name, {
    methods: [route.method],
    route: route.path,
    authLevel: 'anonymous',
    extraInputs: [df.input.durableClient()],
    handler: (request, context) =>
      serve(route, services, authenticate(), request, df.getClient(context), (text) => context.error(text)),
  })
}

function callOf(me: Me, request: HttpRequest, durable: Durable, log: (text: string) => void): Call {
  const parameter = <T extends z.ZodType>(name: string, schema: T, what: string): z.infer<T> => {
    const parsed = schema.safeParse(request.params[name])
    if (!parsed.success) throw new Refusal(404, `"${request.params[name] ?? ''}" is no ${what}`)
    return parsed.data
  }
  return {
    me,
    request,
    durable,
    log,
    body: async (schema) => parseJson(schema, await readBody(request, jsonLimit)),
    bytes: (limit) => readBody(request, limit),
    campaignId: () => parameter('campaignId', CampaignId, 'campaign'),
    ring: () => parameter('ring', z.coerce.number().pipe(RingNumber), 'ring (0, 1, 2 or 3)'),
    clientId() {
      const clientId = parameter('clientId', ClientId, 'client')
      requireClient(me, clientId)
      return clientId
    },
  }
}
