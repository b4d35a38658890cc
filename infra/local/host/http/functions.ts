import type { OutgoingHttpHeaders } from 'node:http'
import type { RpcHttpCookie } from '../model/core.ts'
import type { InvocationResult, RpcTypedData } from '../programmingModel.ts'
import { readBody } from './body.ts'
import { answer, answerText, type Exchange, type Responder } from './exchange.ts'
import { isAllowed, type HostKeys } from './keys.ts'
import type { Route, RouteTable } from './routes.ts'

/** Runs an HTTP function; a rejection is its own error, already logged. */
export type HttpInvoker = (
  functionName: string,
  http: RpcTypedData,
  traceParent: string | undefined,
) => Promise<InvocationResult>

/** Answers what the app's HTTP functions are for. */
export function httpFunctions(routes: RouteTable, keys: HostKeys, invoke: HttpInvoker): Responder {
  return async (exchange) => {
    const { method, path } = exchange
    let match = routes.find(method, path)
    if (match.kind === 'otherMethods' && method === 'HEAD') match = routes.find('GET', path)
    if (match.kind === 'none') return false
    if (match.kind === 'otherMethods') return refuseMethod(exchange, match.methods)
    if (!isAllowed(match.route.authLevel, exchange, keys)) return answer(exchange, 401, {})
    return run(exchange, match.route, match.params, invoke)
  }
}

function refuseMethod(exchange: Exchange, methods: readonly string[]): true {
  const offered = methods.includes('GET') ? [...methods, 'HEAD', 'OPTIONS'] : [...methods, 'OPTIONS']
  return answer(exchange, exchange.method === 'OPTIONS' ? 204 : 405, {
    allow: [...new Set(offered)].join(', '),
  })
}

async function run(
  exchange: Exchange,
  route: Route,
  params: Record<string, string>,
  invoke: HttpInvoker,
): Promise<true> {
  const { request } = exchange
  const hasBody = request.headers['content-length'] !== undefined || 'transfer-encoding' in request.headers
  const bytes = hasBody ? await readBody(request) : undefined
  if (bytes === 'tooLarge') return refuseBody(exchange)
  // GET functions answer HEAD as well: they see the method that they know.
  const method = exchange.method === 'HEAD' && !route.methods.includes('HEAD') ? 'GET' : exchange.method
  const http = {
    method,
    url: `${exchange.origin}${exchange.path}${exchange.search}`,
    headers: headersOf(exchange),
    params,
    body: bytes === undefined ? null : { bytes },
  }
  let result: InvocationResult
  try {
    result = await invoke(route.functionName, { http }, traceParentOf(exchange))
  } catch {
    // The invoker has logged it; the caller learns nothing of the app's inside.
    return answer(exchange, 500, {})
  }
  return answerWith(exchange, result.returnValue)
}

function refuseBody(exchange: Exchange): true {
  exchange.response.setHeader('connection', 'close')
  return answerText(exchange, 413, 'The body is larger than 100 MB.')
}

function headersOf({ request }: Exchange): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const name in request.headers) {
    const value = request.headers[name]
    if (value !== undefined) headers[name] = typeof value === 'string' ? value : value.join(', ')
  }
  return headers
}

function traceParentOf({ request }: Exchange): string | undefined {
  const { traceparent } = request.headers
  return typeof traceparent === 'string' ? traceparent : undefined
}

function answerWith(exchange: Exchange, data: RpcTypedData | null | undefined): true {
  // As on Azure, a handler that returns nothing has answered 204.
  if (data === null || data === undefined) return answer(exchange, 204, {})
  const { statusCode, headers, cookies, body } = data.http ?? {}
  const outgoing: OutgoingHttpHeaders = { ...headers }
  if (cookies !== undefined && cookies.length > 0) outgoing['set-cookie'] = cookies.map(cookieText)
  return answer(exchange, Number(statusCode ?? 200), outgoing, body?.bytes ?? body?.string ?? '')
}

function cookieText(cookie: RpcHttpCookie): string {
  const parts = [`${cookie.name}=${encodeURIComponent(cookie.value)}`]
  if (cookie.maxAge !== undefined) parts.push(`Max-Age=${Math.trunc(cookie.maxAge.value)}`)
  if (cookie.expires !== undefined)
    parts.push(`Expires=${new Date(cookie.expires.value.seconds * 1_000).toUTCString()}`)
  if (cookie.domain !== undefined) parts.push(`Domain=${cookie.domain.value}`)
  if (cookie.path !== undefined) parts.push(`Path=${cookie.path.value}`)
  if (cookie.secure?.value === true) parts.push('Secure')
  if (cookie.httpOnly?.value === true) parts.push('HttpOnly')
  if (cookie.sameSite === 'lax') parts.push('SameSite=Lax')
  if (cookie.sameSite === 'strict') parts.push('SameSite=Strict')
  if (cookie.sameSite === 'explicitNone') parts.push('SameSite=None')
  return parts.join('; ')
}
