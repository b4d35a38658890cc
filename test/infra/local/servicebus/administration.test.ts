import { ServiceBusAdministrationClient, ServiceBusClient, type ProcessErrorArgs } from '@azure/service-bus'
import type { PipelinePolicy } from '@azure/core-rest-pipeline'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket, type ClientOptions } from 'ws'
import { openWorld, receiveOne, type World } from './harness.ts'

let world: World
let admin: ServiceBusAdministrationClient

// The client always dials https; the embedded endpoint is plain.
const plainHttp: PipelinePolicy = {
  name: 'plainHttp',
  sendRequest: (request, next) => {
    request.url = request.url.replace(/^https:/, 'http:')
    request.allowInsecureConnection = true
    return next(request)
  },
}

function adminFor(rule: string, key: string): ServiceBusAdministrationClient {
  const endpoint = `Endpoint=sb://127.0.0.1:${world.broker.adminPort}`
  const client = new ServiceBusAdministrationClient(
    `${endpoint};SharedAccessKeyName=${rule};SharedAccessKey=${key}`,
    { retryOptions: { maxRetries: 0 } },
  )
  client.pipeline.addPolicy(plainHttp)
  return client
}

beforeAll(async () => {
  world = await openWorld()
  admin = adminFor('root', 'root-key')
})
afterAll(() => world.close())

describe('the administration client', () => {
  it('creates, reads, changes and deletes a queue', async () => {
    await admin.createQueue('fresh', {
      lockDuration: 'PT30S',
      maxDeliveryCount: 3,
      defaultMessageTimeToLive: 'P2DT3H',
    })
    const queue = await admin.getQueue('fresh')
    expect(queue).toMatchObject({
      lockDuration: 'PT30S',
      maxDeliveryCount: 3,
      defaultMessageTimeToLive: 'P2DT3H',
    })
    await admin.updateQueue({ ...queue, maxDeliveryCount: 5 })
    expect((await admin.getQueue('fresh')).maxDeliveryCount).toBe(5)
    await admin.deleteQueue('fresh')
    expect(await admin.queueExists('fresh')).toBe(false)
  })

  it('makes a queue that is used at once, and counts what lies in it', async () => {
    await admin.createQueue('counted')
    const client = world.connect()
    const receiver = client.createReceiver('counted')
    await client.createSender('counted').sendMessages([{ body: 1 }, { body: 2 }, { body: 3 }])
    await receiver.deadLetterMessage(await receiveOne(receiver))
    const properties = await admin.getQueueRuntimeProperties('counted')
    expect(properties).toMatchObject({
      activeMessageCount: 2,
      deadLetterMessageCount: 1,
      totalMessageCount: 3,
    })
  })

  it('detaches the receivers of a queue that is deleted', async () => {
    await admin.createQueue('doomed')
    const client = world.connect()
    const failure = new Promise<ProcessErrorArgs>((resolve) => {
      client.createReceiver('doomed').subscribe({
        processMessage: async () => undefined,
        processError: async (args) => resolve(args),
      })
    })
    const sender = client.createSender('doomed')
    await sender.sendMessages({ body: 1 })
    await admin.deleteQueue('doomed')
    await failure
    await expect(sender.sendMessages({ body: 2 })).rejects.toMatchObject({ code: 'MessagingEntityNotFound' })
  })

  it('lists every queue across pages', async () => {
    for (let i = 0; i < 120; i++) world.broker.createQueue(`listed-${String(i).padStart(3, '0')}`)
    const names: string[] = []
    for await (const queue of admin.listQueues()) names.push(queue.name)
    expect(names.filter((name) => name.startsWith('listed-'))).toHaveLength(120)
    expect(new Set(names).size).toBe(names.length)
  })

  it('refuses a second queue of the same name, a missing one, and senseless options', async () => {
    world.broker.createQueue('taken')
    await expect(admin.createQueue('taken')).rejects.toMatchObject({
      statusCode: 409,
      code: 'MessageEntityAlreadyExistsError',
    })
    await expect(admin.getQueue('absent')).rejects.toMatchObject({ code: 'MessageEntityNotFoundError' })
    await expect(admin.deleteQueue('absent')).rejects.toMatchObject({ statusCode: 404 })
    await expect(admin.createQueue('odd', { lockDuration: 'PT10M' })).rejects.toMatchObject({
      statusCode: 400,
    })
    await expect(admin.createQueue('odd', { requiresSession: true })).rejects.toMatchObject({
      statusCode: 400,
    })
  })

  it('asks for the Manage right and the right key', async () => {
    await expect(adminFor('listener', 'listen-key').createQueue('x')).rejects.toMatchObject({
      statusCode: 401,
    })
    await expect(adminFor('root', 'guessed').createQueue('x')).rejects.toMatchObject({ statusCode: 401 })
  })
})

describe('AMQP over WebSockets', () => {
  it('serves the same queues on the plain WebSocket endpoint', async () => {
    world.broker.createQueue('by-websocket')
    class PlainWebSocket extends WebSocket {
      constructor(url: string | URL, protocols?: string | string[], options?: ClientOptions) {
        super(String(url).replace(/^wss:/, 'ws:'), protocols, options)
      }
    }
    const connection = world
      .keyConnection('root')
      .replace(String(world.broker.port), String(world.broker.adminPort))
    const client = new ServiceBusClient(connection, { webSocketOptions: { webSocket: PlainWebSocket } })
    await client.createSender('by-websocket').sendMessages({ body: 'through the wall' })
    const receiver = client.createReceiver('by-websocket')
    const message = await receiveOne(receiver)
    await receiver.completeMessage(message)
    expect(message.body).toBe('through the wall')
    await client.close()
  })
})
