import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { codeOf, LocalError } from '../../supervisor/errors.ts'
import { Gauge } from '../gauge.ts'
import { CallerGoneError } from './body.ts'
import { answer, exchangeOf, type Exchange, type Responder } from './exchange.ts'

/** The host's socket. It listens at once, so that the port is known; until it is open it answers 503. */
export class Front {
  readonly port: number
  readonly #server: Server
  #responders: readonly Responder[] | undefined
  readonly #answering = new Gauge()
  readonly #onFault: (error: unknown) => void

  private constructor(server: Server, onFault: (error: unknown) => void) {
    this.#server = server
    this.#onFault = onFault
    this.port = (server.address() as AddressInfo).port
    server.on('request', (request, response) => {
      void this.#answering.track(() => this.#serve(request, response))
    })
  }

  /** Listens on 127.0.0.1; port 0 takes a free one. Throws LocalError when it can't. */
  static async listen(port: number, onFault: (error: unknown) => void): Promise<Front> {
    // No time limit on a request as a whole: functions may take long, and callers are this machine's own.
    const server = createServer({ keepAliveTimeout: 65_000, requestTimeout: 0 })
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error) => reject(explained(error, port)))
      server.listen({ port, host: '127.0.0.1' }, resolve)
    })
    return new Front(server, onFault)
  }

  /** From now on the first responder that takes a request answers it. */
  open(responders: readonly Responder[]): void {
    this.#responders = responders
  }

  /** Takes no more requests and waits for those that run, at most `bound` milliseconds. */
  async close(bound: number): Promise<void> {
    this.#responders = undefined
    this.#server.close()
    this.#server.closeIdleConnections()
    await this.#answering.idle(bound)
    this.#server.closeAllConnections()
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const exchange = exchangeOf(request, response)
      if (exchange === undefined) answer({ response, method: 'GET' }, 400, { connection: 'close' })
      else await this.#respond(exchange)
    } catch (error) {
      if (error instanceof CallerGoneError) return
      this.#onFault(error)
      answer({ response, method: request.method ?? 'GET' }, 500, {})
    }
  }

  async #respond(exchange: Exchange): Promise<void> {
    if (this.#responders === undefined) {
      answer(exchange, 503, { 'retry-after': '1', connection: 'close' })
      return
    }
    for (const responder of this.#responders) if (await responder(exchange)) return
    answer(exchange, 404, {})
  }
}

function explained(error: unknown, port: number): unknown {
  if (codeOf(error) === 'EADDRINUSE')
    return new LocalError(
      'portInUse',
      `Port ${port} of 127.0.0.1 is used by another program: stop it, or choose another with --port N.`,
      { cause: error },
    )
  if (codeOf(error) === 'EACCES')
    return new LocalError(
      'portForbidden',
      `Port ${port} needs more rights than this user has: choose another with --port N.`,
      { cause: error },
    )
  return error
}
