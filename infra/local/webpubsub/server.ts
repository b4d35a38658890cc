import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Hub } from './hub.ts'
import { handleRestRequest } from './http.ts'
import type { Service } from './service.ts'
import { documentedLimits, type Limits } from './session.ts'
import { acceptUpgrades } from './upgrade.ts'

export type WebPubSubOptions = {
  /** 0 = any free port. */
  readonly port: number
  readonly accessKey: string
  /** Epoch milliseconds of the wire. */
  readonly now: () => number
  readonly host?: string
  readonly limits?: Partial<Limits>
}

export type WebPubSub = {
  readonly port: number
  /** For `new WebPubSubServiceClient(connectionString, hub, { allowInsecureConnection: true })`. */
  readonly connectionString: string
  close(): Promise<void>
}

/**
 * Starts an emulator of Azure Web PubSub that the unmodified `@azure/web-pubsub` and
 * `@azure/web-pubsub-client` work against. Rejects with the listen error when the port is taken.
 */
export const startWebPubSub = async (options: WebPubSubOptions): Promise<WebPubSub> => {
  const host = options.host ?? '127.0.0.1'
  const hubs = new Map<string, Hub>()
  const service: Service = {
    accessKey: options.accessKey,
    now: options.now,
    limits: { ...documentedLimits, ...options.limits },
    ownHost: () => `${host}:${port}`,
    hub: (name) => findOrAdd(hubs, name.toLowerCase()),
  }
  const server = createServer((request, response) => void handleRestRequest(service, request, response))
  const closeSockets = acceptUpgrades(server, service)
  const port = await listen(server, options.port, host)
  return {
    port,
    connectionString: `Endpoint=http://${host};Port=${port};AccessKey=${options.accessKey};Version=1.0;`,
    close: async () => {
      closeSockets()
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

const findOrAdd = (hubs: Map<string, Hub>, name: string): Hub => {
  const known = hubs.get(name)
  if (known !== undefined) return known
  const hub = new Hub()
  hubs.set(name, hub)
  return hub
}

const listen = (server: Server, port: number, host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve((server.address() as AddressInfo).port)
    })
  })
