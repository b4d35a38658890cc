import type { ServiceBusClient, ServiceBusMessage, ServiceBusSender } from '@azure/service-bus'

export type Connection = Pick<ServiceBusClient, 'createSender' | 'close'>

/** For each frame the client library walks all links of its connection: they are kept few. */
const sendersPerConnection = 8
/**
 * More than there are servers under way at once in a namespace of 2,500 hosts: a server's commands follow each
 * other, and to open a link costs more than to send. 64 connections of the namespace's 5,000.
 */
const sendersKept = 512

interface Line {
  readonly connection: Connection
  senders: number
}

interface Place {
  readonly line: Line
  readonly sender: ServiceBusSender
  /** Messages that are being sent. */
  sending: number
}

/** Keeps the most recently used senders of a namespace open, on as many connections as they need. */
export class SenderPool {
  readonly #connect: () => Connection
  readonly #lines: Line[] = []
  /** By queue; the one used longest ago first. */
  readonly #places = new Map<string, Place>()

  constructor(connect: () => Connection) {
    this.#connect = connect
  }

  /** Resolves when the broker has it; rejects when that isn't certain. */
  async send(queue: string, message: ServiceBusMessage): Promise<void> {
    const place = this.#places.get(queue) ?? this.#open(queue)
    this.#places.delete(queue)
    this.#places.set(queue, place)
    place.sending += 1
    try {
      await place.sender.sendMessages(message)
    } finally {
      place.sending -= 1
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#lines.map(({ connection }) => connection.close()))
  }

  #open(queue: string): Place {
    this.#closeOldest()
    const line = this.#lines.find(({ senders }) => senders < sendersPerConnection) ?? this.#addLine()
    line.senders += 1
    return { line, sender: line.connection.createSender(queue), sending: 0 }
  }

  #addLine(): Line {
    const line = { connection: this.#connect(), senders: 0 }
    this.#lines.push(line)
    return line
  }

  /** Makes room for one more, of those that send nothing just now. */
  #closeOldest(): void {
    for (const [queue, { line, sender, sending }] of this.#places) {
      if (this.#places.size < sendersKept) return
      if (sending > 0) continue
      this.#places.delete(queue)
      line.senders -= 1
      // A sender that fails to close is gone with its connection; there is nobody to tell.
      sender.close().catch(() => undefined)
    }
  }
}
