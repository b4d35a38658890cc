import type { IncomingMessage, ServerResponse } from 'node:http'
import { payloadOf, readBody } from './payload.ts'
import { type Answer, answerCall, failure } from './rest.ts'
import type { Service } from './service.ts'
import { checkToken } from './token.ts'

/** Answers one HTTP request of the data plane; a fault of ours is a 500 with its message, never a crash. */
export const handleRestRequest = async (
  service: Service,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  try {
    write(response, await answer(service, request))
  } catch (error) {
    if (response.destroyed) return
    write(
      response,
      failure(500, 'InternalServerError', error instanceof Error ? error.message : String(error)),
    )
  }
}

const answer = async (service: Service, request: IncomingMessage): Promise<Answer> => {
  const body = await readBody(request)
  const url = URL.parse(request.url ?? '/', `http://${service.ownHost()}`)
  const segments = url === null ? undefined : decoded(url.pathname)
  if (url === null || segments === undefined) return failure(400, 'BadRequest', 'The path is malformed.')
  if (url.pathname === '/api/health') return { status: 200 }
  const [api, hubs, hub, ...rest] = segments
  if (api !== 'api' || hubs !== 'hubs' || hub === undefined || hub === '') {
    return failure(404, 'NotFound', `Nothing lives at ${url.pathname}.`)
  }
  const token = request.headers.authorization?.match(/^Bearer (.+)$/i)?.[1]
  if (token === undefined) return failure(401, 'Unauthorized', 'Send "Authorization: Bearer <JWT>".')
  const check = await checkToken(token, {
    accessKey: service.accessKey,
    path: url.pathname,
    hosts: [service.ownHost(), request.headers.host ?? ''],
    now: service.now(),
  })
  if (check.kind === 'refused') return failure(401, 'Unauthorized', check.reason)
  if (body === undefined) return failure(413, 'RequestEntityTooLarge', 'A message has at most 1 MB.')
  return answerCall({
    hub: service.hub(hub),
    segments: rest,
    method: request.method ?? 'GET',
    query: url.searchParams,
    payload: () => payloadOf(body, request.headers['content-type']),
    now: service.now(),
  })
}

const decoded = (path: string): string[] | undefined => {
  try {
    return path.split('/').slice(1).map(decodeURIComponent)
  } catch (error) {
    if (error instanceof URIError) return undefined
    throw error
  }
}

const write = (response: ServerResponse, { status, body }: Answer): void => {
  if (body === undefined) return void response.writeHead(status).end()
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
