import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What befalls one request on its way. */
export type Fault =
  | { readonly kind: 'pass' }
  /** It never reaches the service. */
  | { readonly kind: 'resetBefore' }
  /** The service answers it; the answer is lost. */
  | { readonly kind: 'loseAnswer' }
  /** The service answers it; half of the answer's body arrives. */
  | { readonly kind: 'truncateAnswer' }
  /** The service answers it; the caller gets something else. */
  | { readonly kind: 'replaceAnswer'; readonly status: number; readonly body: string }
  /** The service answers so without doing anything. */
  | { readonly kind: 'answer'; readonly status: number }
  /** Held back, and sent on only by `release`, long after the caller has gone; `forget` drops it. */
  | { readonly kind: 'hold' }

export const pass: Fault = { kind: 'pass' }

export interface Passing {
  readonly method: string
  readonly path: string
  readonly isTransaction: boolean
  /** Number of this transaction, or of this other request, from 0. */
  readonly number: number
}

export interface FaultyProxy {
  readonly url: string
  readonly seen: Passing[]
  /** What is to befall the next requests. */
  plan: (passing: Passing) => Fault
  /** Sends what was held back, in order, and resolves when the service has answered it all. */
  release(): Promise<void>
  forget(): void
  close(): Promise<void>
}

interface Held {
  readonly incoming: IncomingMessage
  readonly body: Buffer
}

/** An HTTP proxy on a free port before `target`, which breaks what it is told to break. */
export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  const { hostname, port } = new URL(target)
  const agent = new Agent({ keepAlive: true })
  const held: Held[] = []
  const counts = { transaction: 0, other: 0 }

  function forward({ incoming, body }: Held): Promise<{ head: IncomingMessage; body: Buffer }> {
    const { method, url, headers } = incoming
    return new Promise((resolve, reject) => {
      const outgoing = request({ hostname, port, method, path: url, headers, agent }, (head) => {
        const chunks: Buffer[] = []
        head.on('data', (chunk: Buffer) => chunks.push(chunk))
        head.on('end', () => resolve({ head, body: Buffer.concat(chunks) }))
      })
      outgoing.on('error', reject)
      outgoing.end(body)
    })
  }

  const proxy: FaultyProxy = {
    url: '',
    seen: [],
    plan: () => pass,
    async release() {
      for (const one of held.splice(0)) await forward(one)
    },
    forget() {
      held.length = 0
    },
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      agent.destroy()
      await closed
    },
  }

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    const one = { incoming, body: Buffer.concat(chunks) }
    const path = incoming.url ?? ''
    const isTransaction = path.includes('$batch')
    const number = isTransaction ? counts.transaction++ : counts.other++
    const passing = { method: incoming.method ?? '', path, isTransaction, number }
    proxy.seen.push(passing)
    const fault = proxy.plan(passing)
    switch (fault.kind) {
      case 'resetBefore':
        response.destroy()
        return
      case 'hold':
        held.push(one)
        return
      case 'answer':
        response
          .writeHead(fault.status, { 'content-type': 'application/json', 'x-ms-version': '2019-02-02' })
          .end('{}')
        return
      case 'pass':
      case 'loseAnswer':
      case 'truncateAnswer':
      case 'replaceAnswer': {
        const answer = await forward(one)
        if (fault.kind === 'loseAnswer') response.destroy()
        else if (fault.kind === 'replaceAnswer')
          response.writeHead(fault.status, { 'content-type': 'text/html' }).end(fault.body)
        else {
          response.writeHead(answer.head.statusCode ?? 500, answer.head.headers)
          if (fault.kind === 'pass') response.end(answer.body)
          else
            response.write(answer.body.subarray(0, answer.body.length / 2), () => {
              response.destroy()
            })
        }
      }
    }
  }

  const server = createServer((incoming, response) => {
    handle(incoming, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return Object.assign(proxy, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
}
