import { createServer, type AddressInfo, type Server } from 'node:net'
import type { Duplex } from 'node:stream'
import { createAdminServer } from './admin/http.ts'
import { acceptWebSockets } from './admin/websocket.ts'
import { Endpoint } from './amqp/endpoint.ts'
import type { QueueOptions } from './engine/options.ts'
import { Namespace } from './namespace.ts'
import type { Rule } from './sas.ts'
import { Store } from './store.ts'

export interface BrokerOptions {
  /** The SQLite file that keeps queues and messages. */
  readonly dataFile: string
  /** The AMQP port; 0 picks a free one. */
  readonly port: number
  readonly adminPort: number
  readonly rules: ReadonlyArray<Rule>
  /** Queues whose names match are created at first attach. */
  readonly autoCreateQueues?: RegExp
  /** Wire time, epoch milliseconds. */
  readonly now: () => number
  readonly host?: string
}

export interface BrokerStats {
  readonly connections: number
  readonly queues: number
  readonly messages: number
  readonly timers: number
}

export interface Broker {
  readonly port: number
  readonly adminPort: number
  createQueue(name: string, options?: Partial<QueueOptions>): void
  stats(): BrokerStats
  close(): Promise<void>
}

/**
 * An embedded Service Bus for the official SDK: queues with peek-lock, dead letters, deferral, schedules and SAS,
 * kept in one SQLite file. It has no sessions, topics, transactions or forwarding; sequence numbers rise across
 * the namespace, the window of duplicate detection does not outlive the process, and a token's host is not
 * compared, only its path. A failing commit ends the process: nothing unwritten is ever acknowledged.
 *
 * Clients say `Endpoint=sb://HOST:PORT;…;UseDevelopmentEmulator=true`, which makes the SDK dial plain TCP.
 *
 * AMQP is served on `port`; administration (Atom) and AMQP over WebSockets on `adminPort`.
 * Rejects when a port is taken or the file cannot be opened.
 */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const namespace = new Namespace(new Store(options.dataFile), options.now, options.autoCreateQueues)
  const endpoints = new Set<Endpoint>()
  const host = options.host ?? '127.0.0.1'
  const connect = (socket: Duplex): void => accept(socket, namespace, options.rules, endpoints)
  const server = createServer({ noDelay: true }, connect)
  const admin = createAdminServer(namespace, options.rules)
  acceptWebSockets(admin, connect)
  namespace.onDeleted = () => {
    for (const endpoint of endpoints) endpoint.recheck()
  }
  const close = async (): Promise<void> => {
    const closed = [server, admin].map((each) => new Promise((resolve) => void each.close(resolve)))
    for (const endpoint of endpoints) endpoint.close()
    admin.closeAllConnections()
    await Promise.all(closed)
    namespace.close()
  }
  const ports = await Promise.all([
    listen(server, options.port, host),
    listen(admin, options.adminPort, host),
  ]).catch(async (error: unknown) => {
    await close()
    throw error
  })
  return {
    port: ports[0],
    adminPort: ports[1],
    createQueue: (name, queueOptions) => void namespace.create(name, queueOptions),
    stats: () => statsOf(namespace, endpoints.size),
    close,
  }
}

function accept(
  socket: Duplex,
  namespace: Namespace,
  rules: readonly Rule[],
  endpoints: Set<Endpoint>,
): void {
  const endpoint = new Endpoint(socket, namespace, rules, () => endpoints.delete(endpoint))
  endpoints.add(endpoint)
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port))
  })
}

function statsOf(namespace: Namespace, connections: number): BrokerStats {
  let messages = 0
  for (const { main, deadLetters } of namespace.entities.values()) {
    messages += main.messages.size + deadLetters.messages.size
  }
  return { connections, queues: namespace.entities.size, messages, timers: namespace.wheel.size }
}
