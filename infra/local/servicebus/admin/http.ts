import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Namespace } from '../namespace.ts'
import { covers, pathOf, verifySas, type Rule } from '../sas.ts'
import { errorBody, parseQueueDescription, queueEntry, queueFeed } from './atom.ts'

const feedPath = '$resources/queues'
const pageSize = 100
const bodyLimit = 65_536

interface Answer {
  readonly status: number
  readonly body: string
}

/**
 * The administration endpoint that `ServiceBusAdministrationClient` speaks to (Atom over HTTP, queues only). The
 * client always dials https: give it a pipeline policy that rewrites the scheme, or put TLS in front.
 * https://learn.microsoft.com/rest/api/servicebus/queues
 */
export function createAdminServer(namespace: Namespace, rules: readonly Rule[]): Server {
  return createServer((request, response) => {
    handle(request, namespace, rules).then(
      (answer) => send(response, answer),
      (error: unknown) => send(response, refusal(500, `Internal error: ${String(error)}`)),
    )
  })
}

async function handle(
  request: IncomingMessage,
  namespace: Namespace,
  rules: readonly Rule[],
): Promise<Answer> {
  const url = new URL(request.url ?? '/', `http://${request.headers.host ?? 'localhost'}`)
  const name = decodeURIComponent(url.pathname).replace(/^\/+|\/+$/g, '')
  const verdict = verifySas(request.headers.authorization ?? '', rules, namespace.now())
  if (verdict.kind === 'refused') return refusal(401, verdict.reason)
  if (!verdict.grant.rights.has('Manage') || !covers(verdict.grant.path, pathOf(name))) {
    return refusal(401, `Manage claim is required on '${name}'.`)
  }
  const base = url.origin
  switch (request.method) {
    case 'GET':
      return name.toLowerCase() === feedPath ? list(url, namespace) : get(name, namespace, base)
    case 'PUT':
      return put(name, await bodyOf(request), request.headers['if-match'] === '*', namespace, base)
    case 'DELETE':
      return remove(name, namespace)
    default:
      return refusal(405, `Method ${request.method ?? ''} is not supported.`)
  }
}

function list(url: URL, namespace: Namespace): Answer {
  const skip = Number(url.searchParams.get('$skip') ?? 0)
  const top = Math.min(Number(url.searchParams.get('$top') ?? pageSize), pageSize)
  const all = [...namespace.entities.values()].sort((a, b) => (a.row.name < b.row.name ? -1 : 1))
  const next = skip + top < all.length ? nextPage(url, skip + top, top) : undefined
  return { status: 200, body: queueFeed(all.slice(skip, skip + top), url.origin, next) }
}

function nextPage(url: URL, skip: number, top: number): string {
  const next = new URL(url)
  next.searchParams.set('$skip', String(skip))
  next.searchParams.set('$top', String(top))
  return next.toString()
}

function get(name: string, namespace: Namespace, base: string): Answer {
  const entity = namespace.entity(name)
  if (entity === undefined) return notFound(name)
  return { status: 200, body: queueEntry(entity, base) }
}

function put(name: string, xml: string, isUpdate: boolean, namespace: Namespace, base: string): Answer {
  const existing = namespace.entity(name)
  if (name === '' || name.length > 260) return refusal(400, 'A queue name has 1 to 260 characters.')
  if (isUpdate && existing === undefined) return notFound(name)
  if (!isUpdate && existing !== undefined) {
    return refusal(409, `SubCode=40900. Conflict. The entity '${name}' already exists.`)
  }
  try {
    if (existing === undefined) {
      return { status: 201, body: queueEntry(namespace.create(name, parseQueueDescription(xml)), base) }
    }
    const options = parseQueueDescription(xml, existing.row.options)
    if (options.duplicateDetection !== existing.row.options.duplicateDetection) {
      return refusal(400, 'RequiresDuplicateDetection cannot change after creation.')
    }
    namespace.update(existing, options)
    return { status: 200, body: queueEntry(existing, base) }
  } catch (error) {
    if (error instanceof RangeError) return refusal(400, error.message)
    throw error
  }
}

function remove(name: string, namespace: Namespace): Answer {
  const entity = namespace.entity(name)
  if (entity === undefined) return notFound(name)
  namespace.delete(entity)
  return { status: 200, body: '' }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk as Uint8Array)
    size += bytes.length
    if (size > bodyLimit) throw new RangeError(`A request body has at most ${bodyLimit} bytes.`)
    chunks.push(bytes)
  }
  return Buffer.concat(chunks).toString()
}

function send(response: ServerResponse, { status, body }: Answer): void {
  const type = status < 300 ? 'application/atom+xml;charset=utf-8' : 'application/xml;charset=utf-8'
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body)
}

const refusal = (status: number, detail: string): Answer => ({ status, body: errorBody(status, detail) })

const notFound = (name: string): Answer =>
  refusal(404, `SubCode=40400. Not Found. The entity '${name}' does not exist.`)
