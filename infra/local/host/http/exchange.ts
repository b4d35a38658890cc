import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'

/** One request and its answer. */
export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly method: string
  /** Without the query, still percent-encoded. */
  readonly path: string
  /** With its question mark, or empty. */
  readonly search: string
  /** Origin that the caller used, such as `http://127.0.0.1:7071`. */
  readonly origin: string
}

/** Answers an exchange or leaves it to the next. */
export type Responder = (exchange: Exchange) => Promise<boolean> | boolean

/** Reads the request's target and host; undefined if they are none that HTTP allows. */
export function exchangeOf(request: IncomingMessage, response: ServerResponse): Exchange | undefined {
  const { url = '', method = 'GET', headers } = request
  const host = headers.host ?? ''
  if (!url.startsWith('/') || !/^[\w.\-:[\]]+$/.test(host)) return undefined
  const at = url.indexOf('?')
  const path = at < 0 ? url : url.slice(0, at)
  const search = at < 0 ? '' : url.slice(at)
  return { request, response, method, path, search, origin: `http://${host}` }
}

/** Sends a whole answer; a HEAD request gets its headers only. */
export function answer(
  { response, method }: Pick<Exchange, 'response' | 'method'>,
  status: number,
  headers: OutgoingHttpHeaders,
  body: string | Uint8Array = '',
): true {
  // A caller that has gone meanwhile needs no answer.
  if (response.destroyed || response.headersSent) return true
  const hasNoBody = status === 204 || status === 304 || status < 200
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength
  response.writeHead(status, hasNoBody ? headers : { 'content-length': length, ...headers })
  response.end(hasNoBody || method === 'HEAD' ? undefined : body)
  return true
}

export const answerJson = (exchange: Exchange, status: number, value: unknown): true =>
  answer(exchange, status, { 'content-type': 'application/json; charset=utf-8' }, JSON.stringify(value))

export const answerText = (exchange: Exchange, status: number, text: string): true =>
  answer(exchange, status, { 'content-type': 'text/plain; charset=utf-8' }, text)

const loopbackHost = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i
const loopbackOrigin = /^https?:\/\/(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i

/** Whether the caller is this machine's own: no foreign page that a browser here shows, and no rebound name. */
export function isFromLoopback({ request }: Exchange): boolean {
  const { origin, host = '' } = request.headers
  return loopbackHost.test(host) && (origin === undefined || loopbackOrigin.test(origin))
}
