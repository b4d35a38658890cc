import {
  FencedError,
  InstanceExistsError,
  InvalidStartError,
  runtimeStatuses,
  type Delivery,
  type DurableEngine,
  type DurableHttpRequest,
  type DurableHttpResponse,
  type EngineOptions,
  type InstanceFilter,
  type InstanceStatus,
} from './contract.ts'
import { managementUrls, rpcPath, webhookPath } from './links.ts'
import { jsonOrText, statusPayload } from './statusView.ts'

type Answer = DurableHttpResponse
type Settings = Pick<EngineOptions, 'baseUrl' | 'hubName' | 'clock'>

/**
 * The HTTP API of the Durable extension, at its webhook path and at the path of the SDK's local RPC.
 * https://learn.microsoft.com/azure/azure-functions/durable/durable-functions-http-api
 */
export async function handleHttp(
  engine: DurableEngine,
  settings: Settings,
  request: DurableHttpRequest,
): Promise<Answer | undefined> {
  const mount = [webhookPath, rpcPath].find(
    (path) => request.path === path || request.path.startsWith(`${path}/`),
  )
  if (mount === undefined) return undefined
  const segments = decodedSegments(request.path.slice(mount.length))
  if (segments === undefined) return text(400, 'The path is not valid percent-encoding.')
  try {
    return (await route(engine, settings, request, segments)) ?? text(404, '')
  } catch (error) {
    if (error instanceof InstanceExistsError) return json(409, { Message: error.message })
    if (error instanceof InvalidStartError) return json(400, { Message: error.message })
    if (error instanceof FencedError) return json(503, { Message: error.message })
    throw error
  }
}

async function route(
  engine: DurableEngine,
  settings: Settings,
  request: DurableHttpRequest,
  [controller, ...rest]: readonly string[],
): Promise<Answer | undefined> {
  if (controller === 'orchestrators' && request.method === 'POST')
    return start(engine, settings, request, rest)
  if (controller === 'entities')
    return json(501, 'Entities are not supported by the embedded Durable engine.')
  if (controller !== 'instances') return undefined
  const [instanceId, operation, ...more] = rest
  if (instanceId === undefined) return allInstances(engine, settings, request)
  if (operation === undefined) return oneInstance(engine, settings, request, instanceId)
  if (request.method !== 'POST') return undefined
  const reason = request.query.get('reason') ?? ''
  switch (operation.toLowerCase()) {
    case 'raiseevent':
      return raiseEvent(engine, request, instanceId, more)
    case 'terminate':
      return delivered(await engine.terminate(instanceId, reason))
    case 'suspend':
      return delivered(await engine.suspend(instanceId, reason))
    case 'resume':
      return delivered(await engine.resume(instanceId, reason))
    case 'restart':
      return restart(engine, settings, request, instanceId)
    case 'rewind':
      return json(
        501,
        'The embedded Durable engine does not rewind: restart the instance, or start a new one.',
      )
    default:
      return undefined
  }
}

async function start(
  engine: DurableEngine,
  settings: Settings,
  request: DurableHttpRequest,
  [name, id]: readonly string[],
): Promise<Answer | undefined> {
  if (name === undefined) return undefined
  if (!isJsonOrEmpty(request.body)) return json(400, { Message: 'Invalid JSON content' })
  const instanceId = await engine.startInstance({
    name,
    instanceId: id,
    input: request.body === '' ? undefined : request.body,
    version: request.query.get('version') ?? undefined,
  })
  const timeout = Number(request.query.get('timeout') ?? Number.NaN)
  return Number.isFinite(timeout)
    ? waitOrCheck(engine, settings, instanceId, timeout * 1_000)
    : checkStatus(settings, instanceId)
}

/** Answers with the output if the instance ends within `limit` (wire milliseconds), else as for any start. */
async function waitOrCheck(engine: DurableEngine, settings: Settings, instanceId: string, limit: number) {
  let timer: NodeJS.Timeout | undefined
  const outOfTime = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), limit)
  })
  const status = await Promise.race([engine.waitForEnd(instanceId), outOfTime])
  clearTimeout(timer)
  if (status === undefined) return checkStatus(settings, instanceId)
  if (status.runtimeStatus === 'Completed') return json(200, jsonOrText(status.output))
  return json(200, statusPayload(status, { showInput: true, showOutput: false, history: undefined }))
}

function checkStatus(settings: Settings, instanceId: string): Answer {
  const urls = managementUrls(settings.baseUrl(), settings.hubName, instanceId)
  const answer = json(202, urls)
  answer.headers['Location'] = urls['statusQueryGetUri'] ?? ''
  answer.headers['Retry-After'] = '10'
  return answer
}

async function restart(
  engine: DurableEngine,
  settings: Settings,
  request: DurableHttpRequest,
  instanceId: string,
) {
  const old = engine.getStatus(instanceId)
  if (old === undefined) return json(404, { Message: `No instance with ID '${instanceId}' found.` })
  const sameId = request.query.get('restartWithNewInstanceId')?.toLowerCase() === 'false'
  const { name, input, version } = old
  const id = await engine.startInstance({ name, input, version, instanceId: sameId ? instanceId : undefined })
  return checkStatus(settings, id)
}

async function raiseEvent(
  engine: DurableEngine,
  request: DurableHttpRequest,
  instanceId: string,
  [name]: readonly string[],
): Promise<Answer | undefined> {
  if (name === undefined) return undefined
  if (!isJsonOrEmpty(request.body)) return json(400, { Message: 'Invalid JSON content' })
  return delivered(await engine.raiseEvent(instanceId, name, request.body === '' ? undefined : request.body))
}

function delivered(delivery: Delivery): Answer {
  if (delivery === 'accepted') return text(202, '')
  return text(delivery === 'gone' ? 410 : 404, '')
}

async function oneInstance(
  engine: DurableEngine,
  settings: Settings,
  request: DurableHttpRequest,
  id: string,
) {
  const status = engine.getStatus(id)
  if (status === undefined) return text(404, '')
  if (request.method === 'DELETE') return json(200, { instancesDeleted: await engine.purge(id) })
  return request.method === 'GET' ? statusAnswer(engine, settings, request, status) : undefined
}

function statusAnswer(
  engine: DurableEngine,
  settings: Settings,
  request: DurableHttpRequest,
  status: InstanceStatus,
): Answer {
  const { query } = request
  const payload = statusPayload(status, {
    showInput: flag(query, 'showInput') ?? true,
    showOutput: flag(query, 'showHistoryOutput') ?? false,
    history: flag(query, 'showHistory') === true ? engine.history(status.instanceId) : undefined,
  })
  const failsLoudly = flag(query, 'returnInternalServerErrorOnFailure') === true
  if (status.runtimeStatus === 'Failed') return json(failsLoudly ? 500 : 200, payload)
  if (status.runtimeStatus === 'Completed' || status.runtimeStatus === 'Terminated') return json(200, payload)
  const answer = json(202, payload)
  const urls = managementUrls(settings.baseUrl(), settings.hubName, status.instanceId)
  answer.headers['Location'] = urls['statusQueryGetUri'] ?? ''
  answer.headers['Retry-After'] = '5'
  return answer
}

async function allInstances(engine: DurableEngine, settings: Settings, request: DurableHttpRequest) {
  const { query, headers } = request
  const filter = parseFilter(query)
  if (request.method === 'DELETE') {
    if (filter.createdTimeFrom === undefined)
      return json(400, "Please provide value for 'createdTimeFrom' parameter.")
    const until = filter.createdTimeTo ?? settings.clock.now()
    const instancesDeleted = await engine.purgeBy({ ...filter, createdTimeTo: until })
    return instancesDeleted === 0 ? text(404, '') : json(200, { instancesDeleted })
  }
  if (request.method !== 'GET') return undefined
  const asked = Number(query.get('top') ?? Number.NaN)
  // Without the caller's headers there is no way to continue, so the list comes whole.
  const top = Number.isSafeInteger(asked) && asked > 0 ? asked : headers === undefined ? undefined : 100
  const continuationToken = headers?.['x-ms-continuation-token']
  const page = engine.list(filter, { ...(top === undefined ? {} : { top }), continuationToken })
  const detail = { showInput: flag(query, 'showInput') ?? false, showOutput: false, history: undefined }
  const answer = json(
    200,
    page.instances.map((status) => statusPayload(status, detail)),
  )
  if (page.continuationToken !== undefined) answer.headers['x-ms-continuation-token'] = page.continuationToken
  return answer
}

function parseFilter(query: URLSearchParams): InstanceFilter {
  const wanted = query.getAll('runtimeStatus').flatMap((value) => value.split(','))
  return {
    createdTimeFrom: time(query.get('createdTimeFrom')),
    createdTimeTo: time(query.get('createdTimeTo')),
    runtimeStatus: runtimeStatuses.filter((status) => wanted.includes(status)),
    instanceIdPrefix: query.get('instanceIdPrefix') ?? undefined,
  }
}

function time(value: string | null): number | undefined {
  const ms = Date.parse(value ?? '')
  return Number.isNaN(ms) ? undefined : ms
}

function flag(query: URLSearchParams, name: string): boolean | undefined {
  const value = query.get(name)?.toLowerCase()
  return value === 'true' ? true : value === 'false' ? false : undefined
}

function decodedSegments(path: string): string[] | undefined {
  try {
    return path.split('/').flatMap((segment) => (segment === '' ? [] : [decodeURIComponent(segment)]))
  } catch {
    return undefined
  }
}

function isJsonOrEmpty(body: string): boolean {
  if (body === '') return true
  try {
    JSON.parse(body)
    return true
  } catch {
    return false
  }
}

const text = (status: number, body: string): Answer => ({ status, headers: {}, body })
export const json = (status: number, body: unknown): Answer => ({
  status,
  headers: { 'Content-Type': 'application/json; charset=utf-8' },
  body: JSON.stringify(body),
})
