import type { ServiceBusSender } from '@azure/service-bus'
import { describe, expect, it } from 'vitest'
import { SenderPool, type Connection } from '../../../functions/adapters/senders.ts'

/** A broker that takes each message when it is let, and knows which links are open on which connection. */
function broker() {
  const connections: Set<string>[] = []
  const opened: string[] = []
  const sent: string[] = []
  let gate: Promise<void> = Promise.resolve()
  const connect = (): Connection => {
    const links = new Set<string>()
    connections.push(links)
    return {
      createSender(queue) {
        links.add(queue)
        opened.push(queue)
        const sender: Pick<ServiceBusSender, 'sendMessages' | 'close'> = {
          async sendMessages() {
            await gate
            if (!links.has(queue)) throw new Error(`the link to ${queue} is closed`)
            sent.push(queue)
          },
          async close() {
            links.delete(queue)
          },
        }
        return sender as ServiceBusSender
      },
      async close() {
        links.clear()
      },
    }
  }
  const hold = () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    gate = promise
    return resolve
  }
  return { connect, connections, opened, sent, hold }
}

const queues = (count: number, prefix = 'host') => Array.from({ length: count }, (_, at) => `${prefix}-${at}`)
const message = { body: 'jws' }

describe('the senders of a namespace', () => {
  it('opens one link for all messages to a queue', async () => {
    const { connect, opened, sent } = broker()
    const pool = new SenderPool(connect)
    for (let round = 0; round < 3; round++) for (const queue of queues(300)) await pool.send(queue, message)
    expect(opened).toEqual(queues(300))
    expect(sent).toHaveLength(900)
  })

  it('opens connections as they are needed, with at most eight links each', async () => {
    const { connect, connections } = broker()
    const pool = new SenderPool(connect)
    await pool.send('host-a', message)
    expect(connections).toHaveLength(1)
    for (const queue of queues(1_000)) await pool.send(queue, message)
    expect(connections).toHaveLength(64)
    expect(Math.max(...connections.map((links) => links.size))).toBe(8)
  })

  it('closes the link that was used longest ago', async () => {
    const { connect, opened, connections } = broker()
    const pool = new SenderPool(connect)
    for (const queue of queues(512)) await pool.send(queue, message)
    await pool.send('host-0', message)
    await pool.send('one more', message)
    const open = new Set(connections.flatMap((links) => [...links]))
    expect(open.has('host-0')).toBe(true)
    expect(open.has('host-1')).toBe(false)
    expect(opened).toHaveLength(513)
  })

  it('never closes a link that is sending, however many are', async () => {
    const { connect, sent, hold } = broker()
    const pool = new SenderPool(connect)
    const release = hold()
    const sending = queues(700).map((queue) => pool.send(queue, message))
    release()
    await Promise.all(sending)
    expect(sent).toHaveLength(700)
  })
})
