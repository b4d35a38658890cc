import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { WebPubSubServiceClient } from '@azure/web-pubsub'
import { WebPubSubClient, type WebPubSubClientOptions } from '@azure/web-pubsub-client'
import { startWebPubSub, type WebPubSubOptions } from '../../../../infra/local/webpubsub/server.ts'

export const accessKey = 'a-key-of-the-tests-that-is-long-enough-for-hs256'

/** An emulator on a free port with its service client, and everything that a test opens on it. */
export const startRig = async (overrides: Partial<WebPubSubOptions> = {}) => {
  const emulator = await startWebPubSub({ port: 0, accessKey, now: Date.now, ...overrides })
  const clients: WebPubSubClient[] = []
  const service = new WebPubSubServiceClient(emulator.connectionString, 'live', {
    allowInsecureConnection: true,
    retryOptions: { maxRetries: 0 },
  })
  return {
    emulator,
    service,
    /** A client that has not started yet and everything it receives. */
    client: (url: string, options: WebPubSubClientOptions = {}) => {
      const client = new WebPubSubClient(url, { messageRetryOptions: { maxRetries: 0 }, ...options })
      clients.push(client)
      return { client, inbox: inboxOf(client) }
    },
    close: async () => {
      for (const client of clients) client.stop()
      await emulator.close()
    },
  }
}

/** Collects data of group and server messages in order; `reaches(n)` waits for the n-th. */
const inboxOf = (client: WebPubSubClient) => {
  const received: unknown[] = []
  const waiting: { count: number; resolve: () => void }[] = []
  const take = (data: unknown) => {
    received.push(data)
    for (const waiter of waiting) if (received.length >= waiter.count) waiter.resolve()
  }
  client.on('group-message', ({ message }) => take(message.data))
  client.on('server-message', ({ message }) => take(message.data))
  return {
    received,
    reaches: (count: number): Promise<void> =>
      new Promise((resolve) => {
        if (received.length >= count) resolve()
        else waiting.push({ count, resolve })
      }),
  }
}

/** Resolves at the client's next event of that name. */
export const next = (
  client: WebPubSubClient,
  event: 'connected' | 'disconnected' | 'stopped',
): Promise<void> =>
  new Promise((resolve) => {
    if (event === 'connected') client.on('connected', () => resolve())
    else if (event === 'disconnected') client.on('disconnected', () => resolve())
    else client.on('stopped', () => resolve())
  })

/** A TCP relay in front of `port` whose connections a test can cut without a closing handshake. */
export const startRelay = async (port: number) => {
  const pairs = new Set<Socket>()
  let open = true
  const server = createServer((inner) => {
    if (!open) {
      inner.destroy()
      return
    }
    const outer = connect(port, '127.0.0.1')
    for (const socket of [inner, outer]) {
      pairs.add(socket)
      socket.on('error', () => socket.destroy())
      socket.on('close', () => {
        pairs.delete(socket)
        inner.destroy()
        outer.destroy()
      })
    }
    inner.pipe(outer).pipe(inner)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    cut: () => {
      open = false
      for (const socket of pairs) socket.resetAndDestroy()
    },
    mend: () => {
      open = true
    },
    /** Open sockets, two for each connection that goes through. */
    sockets: () => pairs.size,
    pause: () => {
      for (const socket of pairs) socket.pause()
    },
    close: async () => {
      open = false
      for (const socket of pairs) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
