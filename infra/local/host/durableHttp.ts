import type { DurableEngine } from '../durable/engine.ts'
import { rpcPath, webhookPath } from '../durable/links.ts'
import { readBody } from './http/body.ts'
import { answer, answerText, isFromLoopback, type Responder } from './http/exchange.ts'

/** Mounts the Durable engine's management API and the SDK's local RPC; `engine` is undefined while it doesn't run. */
export function durableHttp(engine: () => DurableEngine | undefined): Responder {
  return async (exchange) => {
    const { request, method, path, search } = exchange
    if (!isBelow(path, webhookPath) && !isBelow(path, rpcPath)) return false
    if (!isFromLoopback(exchange)) return answerText(exchange, 403, 'Only from this machine.')
    const running = engine()
    if (running === undefined) return answer(exchange, 503, { 'retry-after': '1' })
    const body = await readBody(request)
    if (body === 'tooLarge') return answerText(exchange, 413, 'The body is larger than 100 MB.')
    const result = await running.handleHttp({
      method,
      path,
      query: new URLSearchParams(search),
      body: body.toString('utf8'),
      headers: singleHeaders(request.headers),
    })
    if (result === undefined) return false
    return answer(exchange, result.status, result.headers, result.body)
  }
}

const isBelow = (path: string, mount: string): boolean => path === mount || path.startsWith(`${mount}/`)

function singleHeaders(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  const single: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) if (typeof value === 'string') single[name] = value
  return single
}
