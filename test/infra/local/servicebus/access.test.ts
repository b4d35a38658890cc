import { AzureSASCredential } from '@azure/core-auth'
import { ServiceBusClient, type ProcessErrorArgs } from '@azure/service-bus'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mintSas, openWorld, receiveOne, type World } from './harness.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
  for (const name of ['host-a', 'host-b', 'host-ab']) world.broker.createQueue(name)
})
afterAll(() => world.close())

const listenToken = (path: string, lifetime = 3_600_000): string =>
  mintSas('listener', 'listen-key', `sb://any.servicebus.windows.net/${path}`, world.clock.now() + lifetime)

describe('shared access signatures', () => {
  it('let a namespace rule mint a token for one queue, and nothing beside it', async () => {
    await world.connect().createSender('host-a').sendMessages({ body: 'for a' })
    const client = world.connect(world.sasConnection(listenToken('host-a')))
    const receiver = client.createReceiver('host-a')
    await receiver.completeMessage(await receiveOne(receiver))
    for (const other of ['host-b', 'host-ab']) {
      const attempt = client.createReceiver(other).receiveMessages(1, { maxWaitTimeInMs: 500 })
      await expect(attempt).rejects.toMatchObject({ code: 'UnauthorizedAccess' })
    }
  })

  it('open the dead letters and the management node of their queue', async () => {
    const client = world.connect(world.sasConnection(listenToken('host-a')))
    expect(await client.createReceiver('host-a').peekMessages(1)).toEqual([])
    expect(await client.createReceiver('host-a', { subQueueType: 'deadLetter' }).peekMessages(1)).toEqual([])
  })

  it('do not let a Listen-only token send, nor schedule', async () => {
    const sender = world.connect(world.sasConnection(listenToken('host-a'))).createSender('host-a')
    await expect(sender.sendMessages({ body: 'no' })).rejects.toMatchObject({ code: 'UnauthorizedAccess' })
    const later = new Date(world.clock.now() + 60_000)
    await expect(sender.scheduleMessages({ body: 'no' }, later)).rejects.toMatchObject({
      code: 'UnauthorizedAccess',
    })
  })

  it('do not let a Send-only rule receive or peek', async () => {
    const client = world.connect(world.keyConnection('sender'))
    await client.createSender('host-b').sendMessages({ body: 'in' })
    const receiver = client.createReceiver('host-b')
    await expect(receiver.receiveMessages(1, { maxWaitTimeInMs: 500 })).rejects.toMatchObject({
      code: 'UnauthorizedAccess',
    })
    await expect(receiver.peekMessages(1)).rejects.toMatchObject({ code: 'UnauthorizedAccess' })
  })

  it.each([
    ['a wrong key', () => mintSas('listener', 'other-key', 'sb://ns/host-a', world.clock.now() + 60_000)],
    ['an unknown rule', () => mintSas('nobody', 'listen-key', 'sb://ns/host-a', world.clock.now() + 60_000)],
    ['a passed expiry', () => listenToken('host-a', -1_000)],
    ['a later expiry written in', () => listenToken('host-a').replace(/se=\d+/, 'se=9999999999')],
    ['a widened resource', () => listenToken('host-a').replace('host-a', '')],
  ])('are refused with %s', async (_, token) => {
    const receiver = world.connect(world.sasConnection(token())).createReceiver('host-a')
    await expect(receiver.receiveMessages(1, { maxWaitTimeInMs: 500 })).rejects.toMatchObject({
      code: 'UnauthorizedAccess',
    })
  })

  it('detach a link when they run out, unless a fresh one came in time', async () => {
    const client = world.connect(world.sasConnection(listenToken('host-a', 60_000)))
    const failure = new Promise<ProcessErrorArgs>((resolve) => {
      client.createReceiver('host-a').subscribe({
        processMessage: async () => undefined,
        processError: async (args) => resolve(args),
      })
    })
    await client.createReceiver('host-a').peekMessages(1)
    await world.leap(60_001)
    expect((await failure).error).toMatchObject({ code: 'UnauthorizedAccess' })
  })

  it('can be handed in as a credential that is updated while the client lives', async () => {
    const credential = new AzureSASCredential(listenToken('host-b', -1_000))
    // With a credential the SDK builds the connection string itself; this way it still dials plain TCP.
    const host = `127.0.0.1:${world.broker.port}/;UseDevelopmentEmulator=true;Rest=/`
    const client = new ServiceBusClient(host, credential, { retryOptions: { maxRetries: 0 } })
    const early = client.createReceiver('host-b').receiveMessages(1, { maxWaitTimeInMs: 100 })
    await expect(early).rejects.toMatchObject({ code: 'UnauthorizedAccess' })
    credential.update(listenToken('host-b'))
    expect(await client.createReceiver('host-b').receiveMessages(1, { maxWaitTimeInMs: 100 })).toBeDefined()
    await client.close()
  })
})
