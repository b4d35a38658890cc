import { X509Certificate } from 'node:crypto'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { pinOf } from '../../../agent/transport/pins.ts'
import { createServiceBusTransport } from '../../../agent/transport/queue.ts'
import { openSecureAgent, type SecureOptions } from '../../../agent/transport/secure.ts'
import type { QueueConnection } from '../../../agent/transport/transport.ts'
import { mintSas, openWorld, type World } from '../../infra/local/servicebus/harness.ts'
import { issue, type Issued } from '../../support/certificates.ts'
import { startConnectProxy } from '../../support/connectProxy.ts'
import { startTlsFront } from '../../support/tlsFront.ts'

const queue = 'host-boulangerie.srv01'
const authority = issue({ name: 'Test authority', isAuthority: true })
const server = issue({ name: 'bus', by: authority })
const backup = issue({ name: 'bus', by: authority })
const stranger = issue({ name: 'bus', by: authority })
const pins = [server, backup].map(({ cert }) => pinOf(new X509Certificate(cert)))

let world: World
beforeAll(async () => {
  world = await openWorld()
  world.broker.createQueue(queue)
})
afterAll(() => world.close())

/** What the API tells an agent: where its queue is, and a signature for that queue alone. */
async function connectTo(shown: Issued, options: Partial<SecureOptions> = {}): Promise<QueueConnection> {
  const front = await startTlsFront(shown, world.broker.adminPort)
  const expiresAt = Date.now() + 3_600_000
  const sas = mintSas('listener', 'listen-key', `sb://127.0.0.1/${queue}`, expiresAt)
  const agent = openSecureAgent({ pins, extraAuthorities: authority.cert, ...options })
  const connection = await createServiceBusTransport({ kind: 'webSocket', agent }).connect({
    connectionString: `Endpoint=sb://127.0.0.1:${front.port};SharedAccessSignature=${sas}`,
    queue,
    expiresAt,
  })
  onTestFinished(async () => {
    await connection.close()
    agent.destroy()
    await front.close()
  })
  return connection
}

/** The first message, or why there is no connection. */
function next(connection: QueueConnection): Promise<unknown> {
  return new Promise((resolve, reject) => {
    connection.hold({
      onMessage(body) {
        resolve(body)
        return Promise.resolve({ kind: 'complete' })
      },
      onLost: reject,
    })
  })
}

const send = (body: string) => world.connect().createSender(queue).sendMessages({ body })

test('messages come over TLS with the pinned key and with the backup key', async () => {
  for (const shown of [server, backup]) {
    const connection = await connectTo(shown)
    const message = next(connection)
    await send('a command')
    expect(await message).toBe('a command')
    await connection.close()
  }
})

test('messages come through a proxy, by CONNECT alone', async () => {
  const proxy = await startConnectProxy('atlas:word')
  onTestFinished(() => proxy.close())
  const message = next(await connectTo(server, { proxy: `http://atlas:word@127.0.0.1:${proxy.port}` }))
  await send('through the proxy')
  expect(await message).toBe('through the proxy')
  expect(proxy.tunnels).toHaveLength(1)
})

test('a swapped certificate ends the connection with its reason, and no message is taken', async () => {
  await send('not for strangers')
  await expect(next(await connectTo(stranger))).rejects.toThrow(/none of the 2 pinned keys/)
  expect(await next(await connectTo(server))).toBe('not for strangers')
})

test('an expired certificate ends the connection with its reason', async () => {
  const { privateKey } = server
  const expired = issue({ name: 'bus', by: authority, privateKey, days: { from: -9, to: -1 } })
  await expect(next(await connectTo(expired))).rejects.toThrow(/expired/)
})

test('a queue without TLS is never dialled by an agent that has it', async () => {
  const agent = openSecureAgent({ pins })
  const transport = createServiceBusTransport({ kind: 'webSocket', agent })
  const connectionString = world.keyConnection('listener')
  const asked = transport.connect({ connectionString, queue, expiresAt: Date.now() + 60_000 })
  await expect(asked).rejects.toThrow(/without TLS/)
})
