import { randomInt } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Account, authorizer } from './auth/authorize.ts'
import { refusals } from './errors.ts'
import { errorAnswer } from './protocol/answers.ts'
import { type Handle, tablesHandler } from './router.ts'
import { writeStamps } from './storage/etag.ts'
import { TableStore } from './storage/store.ts'

export type TablesServiceOptions = {
  /** SQLite file, created if missing; `:memory:` keeps nothing. One service per file. */
  readonly dataFile: string
  /** 0 takes a free port. */
  readonly port: number
  readonly accounts: readonly Account[]
  /** Epoch milliseconds: Timestamps, ETags and the validity of SAS tokens. */
  readonly now: () => number
  /** Default 127.0.0.1. */
  readonly host?: string
}

export type TablesService = {
  readonly port: number
  /** `http://host:port`; an account's endpoint is `<url>/<account>`. */
  readonly url: string
  readonly close: () => Promise<void>
}

const bodyLimit = 4 * 1024 * 1024

/**
 * Serves the Azure Table Storage REST protocol on one SQLite file. A change that was answered survives the
 * death of the process at any time.
 * @throws if the port is in use or the file can't be opened
 * @see https://learn.microsoft.com/rest/api/storageservices/table-service-rest-api
 */
export async function startTablesService(options: TablesServiceOptions): Promise<TablesService> {
  const { accounts, now, port, host = '127.0.0.1' } = options
  const store = new TableStore(options.dataFile)
  const stamps = writeStamps(now, randomInt(5_000))
  const handle = tablesHandler({ store, stamps }, authorizer(accounts, now), now)
  const server = createServer({ keepAliveTimeout: 120_000 }, (request, response) => {
    receive(request, response, handle, now)
  })
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, host, resolve)
    })
  } catch (error) {
    store.close()
    throw error
  }
  const bound = (server.address() as AddressInfo).port
  return {
    port: bound,
    url: `http://${host}:${bound}`,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
      store.close()
    },
  }
}

function receive(
  request: IncomingMessage,
  response: ServerResponse,
  handle: Handle,
  now: () => number,
): void {
  const chunks: Buffer[] = []
  let size = 0
  request.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size <= bodyLimit) chunks.push(chunk)
  })
  request.on('end', () => {
    const answer =
      size > bodyLimit
        ? errorAnswer(refusals.bodyTooLarge(), 'none', now())
        : handle(
            {
              method: request.method ?? 'GET',
              target: request.url ?? '/',
              headers: request.headers,
              body: textOf(chunks),
            },
            request.socket.remoteAddress ?? '',
          )
    response.writeHead(answer.status, answer.headers as string[])
    response.end(answer.body)
  })
}

function textOf(chunks: readonly Buffer[]): string {
  const [first] = chunks
  if (first === undefined) return ''
  return (chunks.length === 1 ? first : Buffer.concat(chunks)).toString()
}
