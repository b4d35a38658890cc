import { app, type HttpMethod, type HttpRequest, type HttpResponseInit } from '@azure/functions'
import * as df from 'durable-functions'
import { z } from 'zod'
import type { Me, TwoPersonAction } from '../../../orchestrations/contracts/api.ts'
import { CampaignId, ClientId, RingNumber, ServerId } from '../../../orchestrations/domain/ids.ts'
import type { Durable, Services } from '../../services.ts'
import { answer, parseJson, parseQuery, readBody, Refusal } from '../respond.ts'
import { type Authenticate, requireClient, requireRole, requireServer, type Role } from './auth.ts'

export interface Call {
  readonly me: Me
  readonly request: HttpRequest
  readonly durable: Durable
  /** Writes to the function app's log. */
  readonly log: (text: string) => void
  /** The body, parsed with the schema that the route declares. */
  body<T extends z.ZodType>(schema: T): Promise<z.infer<T>>
  /** The query, parsed with the schema that the route declares; what it doesn't name is ignored. */
  query<T extends z.ZodObject>(schema: T): z.infer<T>
  bytes(limit: number): Promise<Buffer>
  campaignId(): CampaignId
  clientId(): ClientId
  serverId(): ServerId
  ring(): RingNumber
  /** A further part of the path, parsed; 404 in the words "no `what`" when it isn't one. */
  param<T extends z.ZodType>(name: string, schema: T, what: string): z.infer<T>
}

/** What an answer brings: JSON of a schema, other media types (with or without JSON), or nothing (`null`). */
export type Content =
  | z.ZodType
  | { readonly json?: z.ZodType; readonly media: readonly [string, ...string[]] }
  | null

/** One operation of the API: OpenAPI, parsing and behaviour all come from here. */
export interface Route {
  readonly name: string
  readonly method: HttpMethod
  readonly path: string
  readonly roles: readonly Role[]
  /** One line of plain English: what it does. */
  readonly summary?: string
  readonly query?: z.ZodObject
  /** The JSON body, as `handle` asks `call.body` for it; `media`: bytes of these types. */
  readonly body?: z.ZodType | { readonly media: readonly [string, ...string[]] }
  /** Each status of success with what it brings. Refusals are problem documents everywhere. */
  readonly answers?: Readonly<Partial<Record<200 | 201 | 202 | 204, Content>>>
  /** Whether it starts something: an Idempotency-Key is then honoured. */
  readonly starts?: boolean
  /** For which a second person can be required (ATLAS_SECOND_PERSON). */
  readonly twoPerson?: TwoPersonAction
  /** No limit keeps anybody from it: `stop`, `release`, `negotiate`. */
  readonly unlimited?: boolean
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
      return route.handle(await services(), callOf(route, me, request, durable, log))
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

function callOf(
  route: Route,
  me: Me,
  request: HttpRequest,
  durable: Durable,
  log: (text: string) => void,
): Call {
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
    async body(schema) {
      requireDeclared(route, 'body', schema)
      return parseJson(schema, await readBody(request, jsonLimit))
    },
    query(schema) {
      requireDeclared(route, 'query', schema)
      return parseQuery(schema, request.query)
    },
    bytes: (limit) => readBody(request, limit),
    campaignId: () => parameter('campaignId', CampaignId, 'campaign'),
    param: parameter,
    serverId() {
      const serverId = parameter('serverId', ServerId, 'server')
      requireServer(me, serverId)
      return serverId
    },
    ring: () => parameter('ring', z.coerce.number().pipe(RingNumber), 'ring (0, 1, 2 or 3)'),
    clientId() {
      const clientId = parameter('clientId', ClientId, 'client')
      requireClient(me, clientId)
      return clientId
    },
  }
}

/** A route that says what it takes takes nothing else. */
function requireDeclared(route: Route, part: 'body' | 'query', schema: z.ZodType): void {
  if (route.summary !== undefined && route[part] !== schema)
    throw new Error(`Route ${route.name} reads a ${part} that it doesn't declare`)
}
