import type { Duplex } from 'node:stream'
import { disposition, accepted, emptyFrame, transferFrames } from '../wire/frames.ts'
import {
  newConnection,
  type RheaConnection,
  type RheaFrame,
  type RheaLink,
  type RheaSession,
} from './rhea.ts'

/** What a receiver says about deliveries `first` to `last` of a session. */
export interface Settlement {
  readonly session: RheaSession
  readonly first: number
  readonly last: number
  readonly settled: boolean
  readonly state: unknown
}

export interface WireHandlers {
  onSettlement(settlement: Settlement): void
  onFlow(session: RheaSession, link: RheaLink | undefined): void
}

/** A format that rhea doesn't know, so that it hands the bytes over undecoded. */
const undecoded = 0x7fff_0001
const backlogLimit = 1 << 20

/**
 * One AMQP connection: rhea's state machine with the hot paths taken over.
 * - Plain messages stay encoded: decoding and re-encoding would cost time and lose types.
 * - Deliveries and settlement are written here: rhea merges adjacent dispositions whose outcomes differ, and
 *   keeps deliveries that the client never confirms.
 * - Only sessions that something happened to are walked; a process with many senders has many sessions.
 * - One turn's frames leave in one write, and every read is answered at once: Nagle's algorithm at the client
 *   and a delayed acknowledgement here would otherwise cost 40 ms a message.
 */
export class WireConnection {
  readonly rhea: RheaConnection = newConnection()
  private readonly socket: Duplex
  private readonly handlers: WireHandlers
  private readonly writePending: () => void
  private readonly nextDelivery = new Map<RheaSession, number>()
  private readonly acknowledged = new Map<RheaSession, number[]>()
  private readonly touched = new Set<RheaSession>()
  private walkAll = false
  private quiet = false
  private corked = false
  private answered = false
  private answering = false

  constructor(socket: Duplex, handlers: WireHandlers) {
    this.socket = socket
    this.handlers = handlers
    this.writePending = this.rhea.output.bind(this.rhea)
    this.takeOver(this.rhea)
    this.rhea.accept(socket)
    socket.on('data', () => this.answerSoon())
  }

  /** Whether the peer keeps up with what it is sent. */
  get keepsUp(): boolean {
    return this.socket.writableLength < backlogLimit
  }

  /** Sends a message on a link with credit; the delivery's id within its session. */
  deliver(link: RheaLink, payload: Buffer, tag: Buffer, settled: boolean): number {
    const { session } = link
    const deliveryId = this.nextDelivery.get(session) ?? 0
    this.nextDelivery.set(session, deliveryId + 1)
    const transfer = { channel: session.local.channel, handle: link.local.handle, deliveryId, tag, settled }
    const frames = transferFrames(transfer, payload, this.rhea.max_frame_size ?? 0xffffffff)
    for (const frame of frames) this.write(frame)
    session.outgoing.next_transfer_id += frames.length
    link.credit--
    link.delivery_count++
    return deliveryId
  }

  /** Answers a receiver's settlement. */
  settleSent(session: RheaSession, deliveryId: number, outcome: Buffer): void {
    this.write(disposition(session.local.channel, false, deliveryId, deliveryId, outcome))
  }

  /** Tells a sender that its message is taken; neighbours of one turn share a frame. */
  accept(session: RheaSession, deliveryId: number): void {
    const ids = this.acknowledged.get(session)
    if (ids === undefined) this.acknowledged.set(session, [deliveryId])
    else ids.push(deliveryId)
    this.cork()
    this.touch(session)
  }

  refuse(session: RheaSession, deliveryId: number, outcome: Buffer): void {
    this.write(disposition(session.local.channel, true, deliveryId, deliveryId, outcome))
    this.touch(session)
  }

  /** Answers a drain: the credit is used up, whatever is left of it. */
  drained(link: RheaLink): void {
    link.delivery_count += link.credit
    link.credit = 0
    link.session._write_flow(link)
  }

  forget(session: RheaSession): void {
    this.nextDelivery.delete(session)
    this.acknowledged.delete(session)
    this.touched.delete(session)
  }

  destroy(): void {
    this.socket.destroy()
  }

  private takeOver(rhea: RheaConnection): void {
    const onTransfer = rhea.on_transfer.bind(rhea)
    const onDisposition = rhea.on_disposition.bind(rhea)
    const register = rhea._register.bind(rhea)
    rhea.on_transfer = (frame) => {
      if (frame.performative['message_format'] === 0) frame.performative['message_format'] = undecoded
      onTransfer(frame)
    }
    rhea.on_disposition = (frame) => {
      if (frame.performative['role'] === true) this.receiverSettled(frame)
      else onDisposition(frame)
    }
    rhea.on_flow = (frame) => this.flowed(frame)
    rhea._register = () => {
      if (!this.quiet) this.walkAll = true
      register()
    }
    rhea._process = () => this.process()
    rhea.output = () => {
      this.cork()
      this.writePending()
    }
  }

  private receiverSettled(frame: RheaFrame): void {
    const session = this.rhea.remote_channel_map[frame.channel]
    if (session === undefined) return
    const { first, last, settled, state } = frame.performative
    const from = Number(first)
    const to = typeof last === 'number' ? last : from
    this.handlers.onSettlement({ session, first: from, last: to, settled: settled === true, state })
  }

  private flowed(frame: RheaFrame): void {
    const session = this.rhea.remote_channel_map[frame.channel]
    if (session === undefined) return
    this.quietly(() => session.on_flow(frame))
    const { handle } = frame.performative
    this.handlers.onFlow(session, typeof handle === 'number' ? session.remote.handles[handle] : undefined)
  }

  private touch(session: RheaSession): void {
    this.touched.add(session)
    this.quietly(() => this.rhea._register())
  }

  private quietly(work: () => void): void {
    this.quiet = true
    try {
      work()
    } finally {
      this.quiet = false
    }
  }

  private process(): void {
    const { rhea } = this
    rhea.registered = false
    do {
      if (rhea.state.need_open()) rhea._write_open()
      const sessions = this.walkAll ? Object.values(rhea.local_channel_map) : [...this.touched]
      this.walkAll = false
      this.touched.clear()
      for (const session of sessions) session._process()
      if (rhea.state.need_close()) rhea._write_close()
    } while (!rhea.state.has_settled())
  }

  private write(frame: Buffer): void {
    this.cork()
    if (this.rhea.transport.has_writes_pending()) this.writePending()
    this.socket.write(frame)
  }

  private cork(): void {
    this.answered = true
    if (this.corked) return
    this.corked = true
    this.socket.cork()
    queueMicrotask(() => this.uncork())
  }

  private uncork(): void {
    for (const [session, ids] of this.acknowledged) this.writeAccepted(session, ids)
    this.acknowledged.clear()
    this.corked = false
    this.socket.uncork()
  }

  private writeAccepted(session: RheaSession, ids: readonly number[]): void {
    const { channel } = session.local
    let first = ids[0] ?? 0
    let last = first
    for (const id of ids.slice(1)) {
      if (id !== last + 1) {
        this.socket.write(disposition(channel, true, first, last, accepted))
        first = id
      }
      last = id
    }
    this.socket.write(disposition(channel, true, first, last, accepted))
  }

  private answerSoon(): void {
    this.answered = this.corked
    if (this.answering) return
    this.answering = true
    setImmediate(() => {
      this.answering = false
      if (!this.answered && this.rhea.is_open() && this.socket.writable) this.socket.write(emptyFrame)
    })
  }
}
