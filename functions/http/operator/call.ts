import type { HttpRequest } from '@azure/functions'
import { z } from 'zod'
import type { Me } from '../../../orchestrations/contracts/api.ts'
import type { PathPart } from '../../../orchestrations/contracts/words/problems/index.ts'
import { CampaignId, ClientId, RingNumber, ServerId } from '../../../orchestrations/domain/ids.ts'
import type { Durable } from '../../services.ts'
import { parseJson, parseQuery, readBody, Refusal } from '../respond.ts'
import { requireClient, requireServer } from './auth.ts'
import { requireIfMatch } from './etag.ts'
import type { Call, Route } from './route.ts'

const jsonLimit = 256 * 1024

/** One request as its handler sees it: parts of the path, query and body come out parsed and within scope. */
export function callOf(
  route: Route,
  me: Me,
  request: HttpRequest,
  durable: Durable,
  log: (text: string) => void,
): Call {
  let read: Promise<Buffer> | undefined
  const bytes = (limit: number): Promise<Buffer> => (read ??= readBody(request, limit))
  const param = <T extends z.ZodType>(name: string, schema: T, part: PathPart): z.infer<T> => {
    const parsed = schema.safeParse(request.params[name])
    if (!parsed.success) throw new Refusal('notInPath', { text: request.params[name] ?? '', part })
    return parsed.data
  }
  return {
    me,
    request,
    durable,
    log,
    bytes,
    param,
    async body(schema) {
      requireDeclared(route, 'body', schema)
      return parseJson(schema, await bytes(jsonLimit))
    },
    query(schema) {
      requireDeclared(route, 'query', schema)
      return parseQuery(schema, request.query)
    },
    unchanged: ({ head }) =>
      requireIfMatch({ request }, `"${head.sequence}"`, (tags) => new Refusal('clientChangedJustNow', tags)),
    campaignId: () => param('campaignId', CampaignId, 'campaign'),
    ring: () => param('ring', z.coerce.number().pipe(RingNumber), 'ring'),
    serverId() {
      const serverId = param('serverId', ServerId, 'server')
      requireServer(me, serverId)
      return serverId
    },
    clientId() {
      const clientId = param('clientId', ClientId, 'client')
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

/** The body as bytes, whatever it is, up to what the route takes. */
export const bodyOf = (route: Route, call: Call): Promise<Buffer> =>
  call.bytes(route.body !== undefined && 'media' in route.body ? route.body.limit : jsonLimit)
