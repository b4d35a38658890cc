import { ServiceBusError } from '@azure/service-bus'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { must, openWorld, receiveNone, receiveOne, type World } from './harness.ts'

let world: World
let names = 0
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

function open(options: Parameters<World['broker']['createQueue']>[1] = {}) {
  const name = `queue-${names++}`
  world.broker.createQueue(name, options)
  const client = world.connect()
  return {
    name,
    client,
    sender: client.createSender(name),
    receiver: client.createReceiver(name),
    deadLetters: client.createReceiver(name, { subQueueType: 'deadLetter' }),
  }
}

describe('sending and receiving', () => {
  it('carries body, properties and types, and numbers messages upwards', async () => {
    const { sender, receiver } = open()
    const applicationProperties = { text: 'ä', whole: 7, real: 1.5, yes: true, when: new Date(86_400_000) }
    await sender.sendMessages({
      body: { a: [1, 2] },
      messageId: 'm-1',
      subject: 's',
      correlationId: 'c',
      applicationProperties,
    })
    await sender.sendMessages({ body: 'second' })
    const first = await receiveOne(receiver)
    const second = await receiveOne(receiver)
    expect(first).toMatchObject({
      body: { a: [1, 2] },
      messageId: 'm-1',
      subject: 's',
      correlationId: 'c',
      deliveryCount: 0,
    })
    expect(first.applicationProperties).toEqual({ ...applicationProperties, when: 86_400_000 })
    expect(second.sequenceNumber?.greaterThan(first.sequenceNumber ?? 0)).toBe(true)
  })

  it('gives a message without an id one of its own, so that it can be completed', async () => {
    const { sender, receiver } = open()
    await sender.sendMessages({ body: 'anonymous', subject: 'kept' })
    const message = await receiveOne(receiver)
    expect(message.messageId).toMatch(/^[0-9a-f]{32}$/)
    expect(message.subject).toBe('kept')
    await receiver.completeMessage(message)
    expect(await receiveNone(receiver)).toEqual([])
  })

  it('takes a batch as single messages, and messages larger than a frame', async () => {
    const { sender, receiver } = open()
    const batch = await sender.createMessageBatch()
    for (const body of ['a', 'b', 'c']) batch.tryAddMessage({ body, applicationProperties: { body } })
    await sender.sendMessages(batch)
    await sender.sendMessages({ body: 'x'.repeat(200_000) })
    const bodies: string[] = []
    for (let i = 0; i < 4; i++) bodies.push(String((await receiveOne(receiver)).body))
    expect(bodies).toEqual(['a', 'b', 'c', 'x'.repeat(200_000)])
  })

  it('refuses a message above the size limit', async () => {
    const { sender } = open()
    const error = await sender.sendMessages({ body: 'x'.repeat(300_000) }).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'MessageSizeExceeded' })
  })

  it('removes a message on delivery in receive-and-delete mode', async () => {
    const { sender, client, name, receiver } = open()
    await sender.sendMessages({ body: 'once' })
    const deleting = client.createReceiver(name, { receiveMode: 'receiveAndDelete' })
    expect((await receiveOne(deleting)).body).toBe('once')
    expect(await receiver.peekMessages(1)).toEqual([])
  })

  it('gives every message of a stream to exactly one of two competing consumers', async () => {
    const { sender, client, name } = open()
    const seen: unknown[] = []
    const counts = [0, 0]
    const done = new Promise<void>((resolve) => {
      counts.forEach((_, index) => {
        const receiver = client.createReceiver(name)
        receiver.subscribe({
          processMessage: async (message) => {
            seen.push(message.body)
            counts[index] = (counts[index] ?? 0) + 1
            if (seen.length === 200) resolve()
          },
          processError: async ({ error }) => expect.fail(error.message),
        })
      })
    })
    await Promise.all(Array.from({ length: 200 }, (_, body) => sender.sendMessages({ body })))
    await done
    expect(seen.toSorted((a, b) => Number(a) - Number(b))).toEqual(
      Array.from({ length: 200 }, (_, body) => body),
    )
    expect(Math.min(...counts)).toBeGreaterThan(50)
  })
})

describe('peek-lock', () => {
  it('returns an abandoned message to its place, counts the attempt and keeps modified properties', async () => {
    const { sender, receiver } = open()
    await sender.sendMessages([{ body: 'first' }, { body: 'second' }])
    await receiver.abandonMessage(await receiveOne(receiver), { why: 'busy' })
    const again = await receiveOne(receiver)
    expect(again).toMatchObject({ body: 'first', deliveryCount: 1, applicationProperties: { why: 'busy' } })
  })

  it('refuses to complete after the lock ran out, and delivers the message again', async () => {
    const { sender, receiver } = open({ lockDuration: 10_000 })
    await sender.sendMessages({ body: 'slow' })
    const message = await receiveOne(receiver)
    await world.leap(10_001)
    const error = await receiver.completeMessage(message).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(ServiceBusError)
    expect(error).toMatchObject({ code: 'MessageLockLost' })
    const again = await receiveOne(receiver)
    expect(again.deliveryCount).toBe(1)
    await receiver.completeMessage(again)
  })

  it('keeps a lock alive when it is renewed, and cannot renew a lost one', async () => {
    const { sender, receiver } = open({ lockDuration: 10_000 })
    await sender.sendMessages({ body: 'long' })
    const message = await receiveOne(receiver)
    await world.leap(8_000)
    const until = await receiver.renewMessageLock(message)
    expect(until.getTime()).toBeGreaterThan(world.clock.now() + 9_000)
    await world.leap(8_000)
    await receiver.completeMessage(message)
    await expect(receiver.renewMessageLock(message)).rejects.toMatchObject({ code: 'MessageLockLost' })
  })

  it('settles a page of messages each with its own outcome', async () => {
    const { sender, receiver, deadLetters } = open()
    await sender.sendMessages([
      { body: 'complete' },
      { body: 'dead' },
      { body: 'defer' },
      { body: 'abandon' },
    ])
    const complete = await receiveOne(receiver)
    const dead = await receiveOne(receiver)
    const defer = await receiveOne(receiver)
    const abandon = await receiveOne(receiver)
    await receiver.completeMessage(complete)
    await receiver.deadLetterMessage(dead)
    await receiver.deferMessage(defer)
    await receiver.abandonMessage(abandon)
    expect((await receiveOne(receiver)).body).toBe('abandon')
    expect((await receiveOne(deadLetters)).body).toBe('dead')
    expect((await receiver.peekMessages(5)).map(({ body, state }) => [body, state])).toEqual([
      ['defer', 'deferred'],
      ['abandon', 'active'],
    ])
  })
})

describe('dead letters', () => {
  it('keeps reason, description and source, and can be completed there', async () => {
    const { sender, receiver, deadLetters, name } = open()
    await sender.sendMessages({ body: 'bad', applicationProperties: { kept: 1 } })
    const message = await receiveOne(receiver)
    await receiver.deadLetterMessage(message, {
      deadLetterReason: 'Poison',
      deadLetterErrorDescription: 'no schema',
      extra: 'e',
    })
    const dead = await receiveOne(deadLetters)
    expect(dead).toMatchObject({
      body: 'bad',
      deadLetterReason: 'Poison',
      deadLetterErrorDescription: 'no schema',
      deadLetterSource: name,
    })
    expect(dead.applicationProperties).toMatchObject({ kept: 1, extra: 'e' })
    await deadLetters.completeMessage(dead)
    expect(await receiveNone(deadLetters)).toEqual([])
  })

  it('takes a message whose deliveries reached the limit', async () => {
    const { sender, receiver, deadLetters } = open({ maxDeliveryCount: 2 })
    await sender.sendMessages({ body: 'poison' })
    await receiver.abandonMessage(await receiveOne(receiver))
    await receiver.abandonMessage(await receiveOne(receiver))
    expect((await receiveOne(deadLetters)).deadLetterReason).toBe('MaxDeliveryCountExceeded')
    expect(await receiveNone(receiver)).toEqual([])
  })

  it('takes expired messages where the queue says so, and elsewhere they vanish', async () => {
    const keeping = open({ deadLetteringOnExpiration: true })
    const dropping = open({ defaultTimeToLive: 5_000 })
    await keeping.sender.sendMessages({ body: 'late', timeToLive: 5_000 })
    await dropping.sender.sendMessages({ body: 'late' })
    await world.leap(5_001)
    expect((await receiveOne(keeping.deadLetters)).deadLetterReason).toBe('TTLExpiredException')
    expect(await receiveNone(dropping.receiver)).toEqual([])
    expect(await receiveNone(dropping.deadLetters)).toEqual([])
  })
})

describe('deferred, scheduled and peeked messages', () => {
  it('hands a deferred message out by its number only, and settles it by its token', async () => {
    const { sender, receiver } = open()
    await sender.sendMessages({ body: 'later' })
    const message = await receiveOne(receiver)
    await receiver.deferMessage(message)
    expect(await receiveNone(receiver)).toEqual([])
    const number = must(message.sequenceNumber, 'sequence number')
    const [found] = await receiver.receiveDeferredMessages(number)
    const deferred = must(found, 'deferred message')
    expect(deferred.body).toBe('later')
    await receiver.completeMessage(deferred)
    await expect(receiver.receiveDeferredMessages(number)).rejects.toMatchObject({ code: 'MessageNotFound' })
  })

  it('shows a scheduled message at its time, unless it was cancelled', async () => {
    const { sender, receiver } = open()
    const at = new Date(world.clock.now() + 60_000)
    const [kept] = await sender.scheduleMessages({ body: 'kept' }, at)
    const [cancelled] = await sender.scheduleMessages({ body: 'cancelled' }, at)
    await sender.sendMessages({
      body: 'by property',
      scheduledEnqueueTimeUtc: new Date(at.getTime() + 1_000),
    })
    const number = must(cancelled, 'sequence number')
    expect(kept).toBeDefined()
    await sender.cancelScheduledMessages(number)
    expect(await receiveNone(receiver)).toEqual([])
    await world.leap(61_001)
    expect((await receiveOne(receiver)).body).toBe('kept')
    expect((await receiveOne(receiver)).body).toBe('by property')
    await expect(sender.cancelScheduledMessages(number)).rejects.toMatchObject({ code: 'MessageNotFound' })
  })

  it('drops a repeated message id inside the window where detection is on, and only there', async () => {
    const detecting = open({ duplicateDetection: true, duplicateWindow: 60_000 })
    const plain = open()
    for (const { sender } of [detecting, plain]) {
      await sender.sendMessages({ body: 1, messageId: 'same' })
      await sender.sendMessages({ body: 2, messageId: 'same' })
    }
    expect(await detecting.receiver.peekMessages(5)).toHaveLength(1)
    expect(await plain.receiver.peekMessages(5)).toHaveLength(2)
    await world.leap(60_001)
    await detecting.sender.sendMessages({ body: 3, messageId: 'same' })
    expect(await world.connect().createReceiver(detecting.name).peekMessages(5)).toHaveLength(2)
  })

  it('answers for an entity that does not exist', async () => {
    const sender = world.connect().createSender('nowhere')
    await expect(sender.sendMessages({ body: 1 })).rejects.toMatchObject({ code: 'MessagingEntityNotFound' })
  })
})
