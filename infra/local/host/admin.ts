import { readBody } from './http/body.ts'
import {
  answer,
  answerJson,
  answerText,
  isFromLoopback,
  type Exchange,
  type Responder,
} from './http/exchange.ts'

/** What the admin endpoints ask of the host. */
export interface Administered {
  status(): object
  resetHealth(): void
  /** No more timers and durable work; HTTP functions go on. */
  drain(): Promise<void>
  /** Lets a held plan clock run. */
  releasePlan(): void
  runningInvocations(): number
  /** Runs a function that is no HTTP function now; undefined if there is none of that name. */
  trigger(name: string, input: string): Promise<void> | undefined
}

/**
 * `/admin`, for this machine only: `GET host/status` (`?reset` begins the delays anew), `POST host/drain`,
 * `GET host/drain/status`, `POST host/plan/release`, `POST functions/NAME` with `{"input": "…"}`.
 * Modelled on https://github.com/Azure/azure-functions-host/wiki/Admin-APIs
 */
export function adminEndpoints(host: Administered): Responder {
  return async (exchange) => {
    const { method, path } = exchange
    if (path !== '/admin' && !path.startsWith('/admin/')) return false
    if (!isFromLoopback(exchange)) return answerText(exchange, 403, 'Only from this machine.')
    switch (`${method} ${path}`) {
      case 'GET /admin/host/status':
        return answerStatus(exchange, host)
      case 'POST /admin/host/drain':
        await host.drain()
        return answer(exchange, 202, {})
      case 'GET /admin/host/drain/status':
        return answerJson(exchange, 200, { outstandingInvocations: host.runningInvocations() })
      case 'POST /admin/host/plan/release':
        host.releasePlan()
        return answer(exchange, 204, {})
      default:
        return method === 'POST' ? trigger(exchange, host) : answer(exchange, 404, {})
    }
  }
}

function answerStatus(exchange: Exchange, host: Administered): true {
  answerJson(exchange, 200, host.status())
  if (new URLSearchParams(exchange.search).has('reset')) host.resetHealth()
  return true
}

async function trigger(exchange: Exchange, host: Administered): Promise<true> {
  const name = /^\/admin\/functions\/([^/]+)$/.exec(exchange.path)?.[1]
  if (name === undefined) return answer(exchange, 404, {})
  const body = await readBody(exchange.request, 1_000_000)
  const running = body === 'tooLarge' ? undefined : host.trigger(name, inputOf(body.toString('utf8')))
  if (running === undefined) return answer(exchange, 404, {})
  // As on Azure the caller doesn't wait for the end.
  return answer(exchange, 202, {})
}

function inputOf(body: string): string {
  try {
    const parsed: unknown = JSON.parse(body)
    return typeof parsed === 'object' && parsed !== null && 'input' in parsed ? String(parsed.input) : ''
  } catch {
    return '' // As on Azure, a body that says nothing stands for no input.
  }
}
