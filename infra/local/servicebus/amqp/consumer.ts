import type {
  Consumer,
  Content,
  DeadLetterReason,
  Lock,
  LockRefusal,
  StoredMessage,
} from '../engine/message.ts'
import type { Queue } from '../engine/queue.ts'
import { accepted, modified, rejected, released } from '../wire/frames.ts'
import { lockToken, reordered } from '../wire/lock-token.ts'
import { encodeMessage, withApplicationProperties } from '../wire/message.ts'
import type { WireConnection } from './connection.ts'
import { amqp, encodeValue, type RheaLink, type RheaSession } from './rhea.ts'

const noTag = Buffer.alloc(16)

/** A receiver's link, as the queue sees it: it takes messages while it has credit and room. */
export class ConsumerLink implements Consumer {
  readonly mode: Consumer['mode']
  readonly queue: Queue
  readonly link: RheaLink
  private readonly wire: WireConnection
  private readonly unsettled: Unsettled

  constructor(queue: Queue, link: RheaLink, wire: WireConnection, unsettled: Unsettled) {
    this.queue = queue
    this.link = link
    this.wire = wire
    this.unsettled = unsettled
    this.mode = link.remote.attach.snd_settle_mode === 1 ? 'receiveAndDelete' : 'peekLock'
  }

  hasCredit(): boolean {
    return this.link.credit > 0 && this.link.session.outgoing.transfer_window() > 0 && this.wire.keepsUp
  }

  deliver(message: StoredMessage, lock: Lock | undefined): void {
    const tag = lock === undefined ? noTag : reordered(lockToken(lock))
    const deliveryId = this.wire.deliver(this.link, encodeMessage(message), tag, lock === undefined)
    if (lock !== undefined)
      this.unsettled.add(this.link.session, deliveryId, { queue: this.queue, lock, link: this.link })
  }
}

interface Held {
  readonly queue: Queue
  readonly lock: Lock
  readonly link: RheaLink
}

/** Deliveries of a connection that wait for their receiver's word. */
export class Unsettled {
  private readonly sessions = new Map<RheaSession, Map<number, Held>>()

  add(session: RheaSession, deliveryId: number, held: Held): void {
    const deliveries = this.sessions.get(session)
    if (deliveries === undefined) this.sessions.set(session, new Map([[deliveryId, held]]))
    else deliveries.set(deliveryId, held)
  }

  take(session: RheaSession, deliveryId: number): Held | undefined {
    const deliveries = this.sessions.get(session)
    const held = deliveries?.get(deliveryId)
    deliveries?.delete(deliveryId)
    return held
  }

  /** Forgets a closed link's deliveries; their locks run out by themselves, as in the service. */
  forget(link: RheaLink): void {
    const deliveries = this.sessions.get(link.session)
    if (deliveries === undefined) return
    for (const [id, held] of deliveries) if (held.link === link) deliveries.delete(id)
    if (deliveries.size === 0) this.sessions.delete(link.session)
  }
}

/** Applies a receiver's outcome to a held message: the outcome to answer with. */
export function applyOutcome(held: Held | undefined, state: unknown): Buffer {
  if (held === undefined) return lockLost
  const { queue, lock } = held
  const descriptor = descriptorOf(state)
  switch (descriptor) {
    case 0x24:
      return queue.complete(lock) === undefined ? accepted : lockLost
    case 0x25: {
      const info = deadLetterInfo(amqp.message.unwrap_outcome(state).error)
      return queue.deadLetter(lock, info.why, changed(queue, lock, info.properties)) === undefined
        ? accepted
        : lockLost
    }
    case 0x26:
      return queue.abandon(lock) === undefined ? released : lockLost
    case 0x27: {
      const outcome = amqp.message.unwrap_outcome(state) as Record<string, unknown>
      const content = changed(queue, lock, asRecord(outcome['message_annotations']))
      const refusal = settleModified(outcome['undeliverable_here'] === true, queue, lock, content)
      return refusal === undefined ? modified : lockLost
    }
    default:
      return rejected('amqp:not-implemented', `Outcome ${String(descriptor)} is not known to this broker.`)
  }
}

const lockLost = rejected(
  'com.microsoft:message-lock-lost',
  'The lock supplied is invalid. Either the lock expired, or the message has already been removed from the queue.',
)

const settleModified = (
  defer: boolean,
  queue: Queue,
  lock: Lock,
  content: Content | undefined,
): LockRefusal | undefined => (defer ? queue.defer(lock, content) : queue.abandon(lock, content))

/** The message's content with properties to modify applied, if there are any. */
export function changed(queue: Queue, lock: Lock, properties: Record<string, unknown>): Content | undefined {
  const message = queue.held(lock)
  const entries = Object.entries(properties)
  if (message === undefined || entries.length === 0) return undefined
  const encoded = entries.flatMap(([name, value]) => [encodeValue(name), encodeValue(value)])
  return withApplicationProperties(message.content, encoded)
}

/** Takes a dead-letter request apart: the two well-known fields, and the properties to modify. */
export function deadLetterInfo(error: unknown): {
  why: DeadLetterReason
  properties: Record<string, unknown>
} {
  const { DeadLetterReason, DeadLetterErrorDescription, ...properties } = asRecord(asRecord(error)['info'])
  const why = { reason: asText(DeadLetterReason), description: asText(DeadLetterErrorDescription) }
  return { why, properties }
}

const asText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

const asRecord = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

const descriptorOf = (state: unknown): unknown => {
  const descriptor = asRecord(state)['descriptor']
  const value = asRecord(descriptor)['value']
  return typeof value === 'number' ? value : undefined
}
