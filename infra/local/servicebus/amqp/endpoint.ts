import type { Duplex } from 'node:stream'
import type { Queue } from '../engine/queue.ts'
import type { Namespace } from '../namespace.ts'
import { pathOf, type Right, type Rule } from '../sas.ts'
import { rejected } from '../wire/frames.ts'
import { parseBatch, parseMessage } from '../wire/message.ts'
import { Claims } from './claims.ts'
import { putToken } from './cbs.ts'
import { WireConnection, type Settlement } from './connection.ts'
import { applyOutcome, ConsumerLink, Unsettled } from './consumer.ts'
import { manage } from './management.ts'
import { amqp, type RheaContext, type RheaLink, type RheaSession } from './rhea.ts'

const batchFormat = 0x80013700
const maxMessageSize = 262_144
const cbs = '$cbs'
const managementSuffix = '/$management'

interface Attached {
  readonly address: string
  readonly right: Right | 'any'
  readonly consumer?: ConsumerLink
  readonly queue?: Queue
}

/** What a request link answers with. */
export interface Reply {
  readonly body?: unknown
  readonly application_properties: Record<string, unknown>
}

/** One client: its claims, its links, and what they ask for. */
export class Endpoint {
  private readonly namespace: Namespace
  private readonly claims: Claims
  private readonly wire: WireConnection
  private readonly links = new Map<RheaLink, Attached>()
  private readonly unsettled = new Unsettled()
  private readonly onGone: () => void

  constructor(socket: Duplex, namespace: Namespace, rules: readonly Rule[], onGone: () => void) {
    this.namespace = namespace
    this.onGone = onGone
    this.claims = new Claims({ rules, wheel: namespace.wheel, now: namespace.now }, () => this.recheck())
    this.wire = new WireConnection(socket, {
      onSettlement: (settlement) => this.settled(settlement),
      onFlow: (session, link) => this.flowed(session, link),
    })
    this.listen()
    socket.on('drain', () => this.resume())
    socket.on('close', () => this.gone())
    socket.on('error', () => this.gone())
  }

  close(): void {
    this.gone()
    this.wire.destroy()
  }

  private listen(): void {
    const { rhea } = this.wire
    rhea.on('receiver_open', ({ receiver }) => receiver && this.attachSender(receiver))
    rhea.on('sender_open', ({ sender }) => sender && this.attachReceiver(sender))
    rhea.on('message', (context) => this.received(context))
    rhea.on('receiver_close', ({ receiver }) => receiver && this.detached(receiver))
    rhea.on('sender_close', ({ sender }) => sender && this.detached(sender))
    rhea.on('session_close', ({ session }) => session && this.sessionEnded(session))
    for (const event of ['disconnected', 'connection_close', 'error', 'protocol_error']) {
      rhea.on(event, () => this.gone())
    }
    for (const event of ['connection_error', 'session_error', 'receiver_error', 'sender_error']) {
      rhea.on(event, () => undefined)
    }
  }

  private attachSender(link: RheaLink): void {
    const address = link.remote.attach.target?.address ?? ''
    link.set_target({ address })
    link.local.attach['max_message_size'] = maxMessageSize
    if (address === cbs) return void this.links.set(link, { address, right: 'any' })
    this.attach(link, address, isManagement(address) ? 'any' : 'Send')
  }

  private attachReceiver(link: RheaLink): void {
    const { attach } = link.remote
    const address = attach.source?.address ?? ''
    link.set_source({ address })
    link.set_target({ address: attach.target?.address })
    link.local.attach['snd_settle_mode'] = attach.snd_settle_mode
    link.local.attach['rcv_settle_mode'] = attach.rcv_settle_mode
    link._get_drain = () => link._draining === true
    if (address === cbs) return void this.links.set(link, { address, right: 'any' })
    const attached = this.attach(link, address, isManagement(address) ? 'any' : 'Listen')
    if (attached?.queue === undefined || isManagement(address)) return
    if (attach.source?.filter != null && Object.keys(attach.source.filter).length > 0) {
      return this.refuse(link, 'amqp:not-implemented', 'This broker has no sessions.')
    }
    const consumer = new ConsumerLink(attached.queue, link, this.wire, this.unsettled)
    this.links.set(link, { ...attached, consumer })
    attached.queue.attach(consumer)
  }

  private attach(link: RheaLink, address: string, right: Right | 'any'): Attached | undefined {
    if (!this.claims.allow(pathOf(address), right)) {
      const wanted = right === 'any' ? 'Some' : `'${right}'`
      this.refuse(link, 'amqp:unauthorized-access', `${wanted} claim is required on '${address}'.`)
      return undefined
    }
    const queue = this.namespace.find(entityOf(address))
    if (queue === undefined) {
      this.refuse(link, 'amqp:not-found', `The messaging entity '${entityOf(address)}' could not be found.`)
      return undefined
    }
    const attached = { address, right, queue }
    this.links.set(link, attached)
    return attached
  }

  private refuse(link: RheaLink, condition: string, description: string): void {
    this.detached(link)
    link.close({ condition, description })
  }

  private received(context: RheaContext): void {
    const { receiver, delivery, message, session } = context
    if (receiver === undefined || delivery === undefined || session === undefined) return
    const attached = this.links.get(receiver)
    delivery.settled = true
    if (attached === undefined || !Buffer.isBuffer(message)) {
      const refusal = rejected('amqp:unauthorized-access', 'The link is not attached.')
      return this.wire.refuse(session, delivery.id, refusal)
    }
    if (attached.address === cbs || isManagement(attached.address)) {
      this.wire.accept(session, delivery.id)
      return this.answer(session, attached, message)
    }
    this.enqueue(session, delivery.id, attached, message, context.format === batchFormat)
  }

  private enqueue(
    session: RheaSession,
    id: number,
    { queue, address }: Attached,
    raw: Buffer,
    isBatch: boolean,
  ): void {
    if (raw.length > maxMessageSize) {
      const description = `The message of ${raw.length} bytes exceeds the limit of ${maxMessageSize}.`
      return this.wire.refuse(session, id, rejected('amqp:link:message-size-exceeded', description))
    }
    if (queue === undefined || !this.namespace.holds(queue)) {
      return this.wire.refuse(session, id, rejected('amqp:not-found', `The queue '${address}' is gone.`))
    }
    try {
      for (const draft of isBatch ? parseBatch(raw) : [parseMessage(raw)]) queue.send(draft)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      return this.wire.refuse(session, id, rejected('amqp:decode-error', error.message))
    }
    this.namespace.journal.afterCommit(() => this.wire.accept(session, id))
  }

  private answer(session: RheaSession, attached: Attached, raw: Buffer): void {
    const request = amqp.message.decode(raw)
    const reply = this.reply(attached, request)
    this.namespace.journal.afterCommit(() => this.respond(session, attached, request, reply))
  }

  private reply(attached: Attached, request: Record<string, unknown>): Reply {
    if (attached.address === cbs) return putToken(request, this.claims, this.namespace)
    const entity = pathOf(entityOf(attached.address))
    const allow = (right: Right): boolean => this.claims.allow(entity, right)
    const mayUseManagement = (right: Right): boolean =>
      allow(right) || this.claims.allow(pathOf(attached.address), right)
    return manage(attached.queue, request, mayUseManagement, this.namespace)
  }

  private respond(
    session: RheaSession,
    attached: Attached,
    request: Record<string, unknown>,
    reply: Reply,
  ): void {
    const link = Object.values(session.links).find(
      (candidate) => !candidate.is_receiver() && this.links.get(candidate)?.address === attached.address,
    )
    if (link === undefined || !link.is_open()) return
    const payload = amqp.message.encode({ ...reply, correlation_id: request['message_id'] })
    this.wire.deliver(link, payload, Buffer.from([0]), true)
  }

  private settled({ session, first, last, settled, state }: Settlement): void {
    for (let id = first; id <= last; id++) {
      const held = this.unsettled.take(session, id)
      // A receiver that only confirms what was already settled has nothing to be told.
      if (held === undefined && settled) continue
      const outcome = applyOutcome(held, state)
      if (!settled) this.namespace.journal.afterCommit(() => this.wire.settleSent(session, id, outcome))
    }
  }

  private flowed(session: RheaSession, link: RheaLink | undefined): void {
    const consumers = link === undefined ? Object.values(session.links) : [link]
    for (const candidate of consumers) {
      const consumer = this.links.get(candidate)?.consumer
      if (consumer === undefined) continue
      this.namespace.touch(consumer.queue)
      if (candidate._draining === true) this.drain(consumer)
    }
  }

  // What is ready goes out first; then the rest of the credit is given back.
  private drain(consumer: ConsumerLink): void {
    this.namespace.journal.afterCommit(() => {
      consumer.queue.pump()
      if (consumer.link.is_open()) this.wire.drained(consumer.link)
    })
  }

  private resume(): void {
    for (const { consumer } of this.links.values()) {
      if (consumer !== undefined) this.namespace.touch(consumer.queue)
    }
  }

  /** Detaches the links whose claim has run out or whose queue is gone. */
  recheck(): void {
    for (const [link, { address, queue, right }] of this.links) {
      if (queue === undefined) continue
      if (!this.namespace.holds(queue)) {
        this.refuse(link, 'amqp:not-found', `The messaging entity '${queue.name}' was deleted.`)
      } else if (!this.claims.allow(pathOf(address), right)) {
        this.refuse(link, 'amqp:unauthorized-access', `The token for '${address}' has expired.`)
      }
    }
  }

  private detached(link: RheaLink): void {
    const consumer = this.links.get(link)?.consumer
    if (consumer !== undefined) consumer.queue.detach(consumer)
    this.unsettled.forget(link)
    this.links.delete(link)
  }

  private sessionEnded(session: RheaSession): void {
    for (const link of this.links.keys()) if (link.session === session) this.detached(link)
    this.wire.forget(session)
  }

  private gone(): void {
    for (const link of this.links.keys()) this.detached(link)
    this.claims.clear()
    this.onGone()
  }
}

const isManagement = (address: string): boolean => address.toLowerCase().endsWith(managementSuffix)

const entityOf = (address: string): string =>
  isManagement(address) ? address.slice(0, -managementSuffix.length) : address
