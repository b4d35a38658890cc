import { z } from 'zod'
import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponseObject,
} from 'zod-openapi'
import * as agent from '../../../orchestrations/contracts/agent.ts'
import * as api from '../../../orchestrations/contracts/api.ts'
import * as board from '../../../orchestrations/contracts/board.ts'
import { Report, ReportAnswer, ReportBody } from '../../../orchestrations/contracts/report.ts'
import * as ids from '../../../orchestrations/domain/ids.ts'
import { RunState, UpdateResult } from '../../../orchestrations/domain/outcomes.ts'
import { Reason } from '../../../orchestrations/domain/reasons.ts'
import type { Content, Route } from '../operator/route.ts'

/** The operator API as OpenAPI 3.1, from the routes' own schemas; agents' calls are described beside it. */
export function openApiDocument(routes: readonly Route[]): object {
  nameSchemas()
  const paths: ZodOpenApiPathsObject = {}
  for (const route of routes) {
    const path = `/api/${route.path}`
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route) }
  }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'ATLAS',
      version: '1',
      description:
        'Times are epoch milliseconds: of plan time, unless the schema says wire time. Errors are problem documents (RFC 9457): `code` is for programs, the sentences are in the language of Accept-Language (en, fr).',
    },
    security: [{ operator: [] }],
    paths: { ...paths, ...agentPaths() },
    components: {
      securitySchemes: {
        operator: {
          type: 'http',
          scheme: 'bearer',
          description: 'Token of a named operator or of Entra ID.',
        },
        agent: {
          type: 'http',
          scheme: 'bearer',
          description: "ES256 assertion over the body, by the host's key.",
        },
      },
    },
  })
}

/** Exported schemas become components under the names that they have in the code. */
function nameSchemas(): void {
  const named = { ...api, ...board, ...agent, ...ids, Report, Reason, RunState, UpdateResult }
  for (const [id, schema] of Object.entries(named))
    if (schema instanceof z.ZodType && z.globalRegistry.get(schema)?.id === undefined)
      z.globalRegistry.add(schema, { ...z.globalRegistry.get(schema), id })
}

const text = z.string()
const parametersOf = (path: string): string[] => path.match(/(?<=\{)\w+/g) ?? []

function operationOf(route: Route): ZodOpenApiOperationObject {
  const names = parametersOf(route.path)
  const headers = headersOf(route)
  return {
    operationId: route.name,
    ...(route.summary === undefined ? {} : { summary: route.summary }),
    description: descriptionOf(route),
    requestParams: {
      ...(names.length === 0
        ? {}
        : { path: z.object(Object.fromEntries(names.map((name) => [name, text]))) }),
      ...(route.query ? { query: route.query } : {}),
      ...(Object.keys(headers).length === 0 ? {} : { header: z.object(headers) }),
    },
    ...(route.body === undefined ? {} : { requestBody: { content: contentOf(bodyContent(route.body)) } }),
    responses: { ...answersOf(route), default: refusal },
  }
}

function descriptionOf({ roles, twoPerson }: Route): string {
  const who = `Takes one of the roles ${['admin', ...roles].join(', ')}.`
  return twoPerson === undefined
    ? who
    : `${who} A second person may be asked for (ATLAS_SECOND_PERSON: ${twoPerson}): then 202 with an Approval.`
}

function headersOf(route: Route): Record<string, z.ZodType> {
  const reads = route.method === 'GET'
  return {
    ...(route.starts === true ? { 'Idempotency-Key': z.string().max(200).optional() } : {}),
    ...(!reads && /\{(client|server|campaign|todo)Id\}/.test(route.path)
      ? { 'If-Match': text.optional() }
      : {}),
    ...(reads && route.path.endsWith('Id}') ? { 'If-None-Match': text.optional() } : {}),
  }
}

const refusal: ZodOpenApiResponseObject = {
  description: 'Refused: a problem document says why and what to do.',
  content: { 'application/problem+json': { schema: api.Problem } },
}

const bodyContent = (body: NonNullable<Route['body']>): Content =>
  'media' in body ? { media: body.media } : body

const descriptions: Readonly<Record<string, string>> = {
  200: 'Done.',
  201: 'Made.',
  202: 'Begun.',
  204: 'Done; there is nothing to say of it.',
}

function answersOf({ answers = {}, twoPerson }: Route): Record<`${number}`, ZodOpenApiResponseObject> {
  const all: Record<string, Content> = { ...answers }
  if (twoPerson !== undefined) {
    const own = all['202']
    all['202'] = own instanceof z.ZodType ? z.union([own, api.Approval]) : api.Approval
  }
  return Object.fromEntries(
    Object.entries(all).map(([status, content]) => [
      status,
      {
        description: descriptions[status] ?? 'Done.',
        ...(content === null ? {} : { content: contentOf(content) }),
      },
    ]),
  )
}

function contentOf(content: Exclude<Content, null> | null) {
  if (content === null) return {}
  if (content instanceof z.ZodType) return { 'application/json': { schema: content } }
  const media = content.media.map((type) => [type, { schema: text }] as const)
  return {
    ...Object.fromEntries(media),
    ...(content.json ? { 'application/json': { schema: content.json } } : {}),
  }
}

/** What agents send; their bodies are signed, so nothing of them is parsed before the assertion is proved. */
function agentPaths(): ZodOpenApiPathsObject {
  const post = (
    operationId: string,
    summary: string,
    body: z.ZodType,
    answer: z.ZodType,
    security: Record<string, string[]>[],
  ) => ({
    post: {
      operationId,
      summary,
      security,
      requestBody: { content: { 'application/json': { schema: body } } },
      responses: {
        '200': { description: 'Taken.', content: { 'application/json': { schema: answer } } },
        default: refusal,
      },
    },
  })
  const proved = [{ agent: [] }]
  return {
    '/api/agent/enrol': post('enrol', "Registers a host's key.", agent.EnrolBody, agent.EnrolAnswer, []),
    '/api/agent/heartbeat': post(
      'heartbeat',
      'Says that an agent is well, and hears whether work waits.',
      agent.HeartbeatBody,
      agent.HeartbeatAnswer,
      proved,
    ),
    '/api/agent/report': post(
      'report',
      'Reports what became of commands, until it is acknowledged.',
      ReportBody,
      ReportAnswer,
      proved,
    ),
  }
}
