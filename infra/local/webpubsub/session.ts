import { randomBytes, timingSafeEqual } from 'node:crypto'
import { WebSocket } from 'ws'
import * as frames from './messages.ts'
import { permissionsOfRoles, type Permissions } from './permissions.ts'
import type { Claims } from './token.ts'

/**
 * What one connection may hold in memory, and for how long it may be away.
 * Source: Azure Web PubSub client specification, 1.4 (30 s) and 3.2 (1,000 messages or 16 MB).
 */
export type Limits = {
  readonly unacknowledgedMessages: number
  readonly unacknowledgedBytes: number
  readonly socketBytes: number
  readonly rememberedAcks: number
  readonly recoveryMs: number
}

export const documentedLimits: Limits = {
  unacknowledgedMessages: 1000,
  unacknowledgedBytes: 16 * 1024 * 1024,
  socketBytes: 16 * 1024 * 1024,
  rememberedAcks: 1000,
  recoveryMs: 30_000,
}

/** Close code that tells a client that its connection id is gone for good. */
export const gone = 1008

type Pending = { readonly sequenceId: number; readonly message: frames.Message }

export type SessionOptions = {
  readonly claims: Claims
  readonly reliable: boolean
  readonly limits: Limits
  readonly now: () => number
  readonly onEnd: (session: Session) => void
}

/** One connection id: outlives its socket when the client speaks the reliable subprotocol. */
export class Session {
  readonly id = randomBytes(16).toString('base64url')
  readonly groups = new Set<string>()
  readonly userId: string | undefined
  readonly reliable: boolean
  readonly permissions: Permissions
  readonly #reconnectionToken = randomBytes(32)
  readonly #options: SessionOptions
  readonly #acked = new Set<number>()
  #pending: Pending[] = []
  #pendingBytes = 0
  #lastSequenceId = 0
  #socket: WebSocket | undefined
  #recovery: NodeJS.Timeout | undefined
  #ended = false

  constructor(options: SessionOptions) {
    this.#options = options
    this.userId = options.claims.userId
    this.reliable = options.reliable
    this.permissions = permissionsOfRoles(options.claims.roles)
  }

  /** Bytes kept for replay: a bound that tests can watch. */
  get pendingBytes(): number {
    return this.#pendingBytes
  }

  recognises(token: string): boolean {
    const given = Buffer.from(token, 'base64url')
    return given.length === this.#reconnectionToken.length && timingSafeEqual(given, this.#reconnectionToken)
  }

  /** Takes the socket as this connection's, greets it and replays what was never acknowledged. */
  attach(socket: WebSocket): void {
    clearTimeout(this.#recovery)
    const earlier = this.#socket
    this.#socket = socket
    earlier?.terminate()
    const token = this.reliable ? this.#reconnectionToken.toString('base64url') : undefined
    this.send(frames.connected(this.id, this.userId, token))
    const now = this.#options.now()
    for (const { sequenceId, message } of this.#pending) {
      if (message.expiresAt > now) this.send(frames.numbered(sequenceId, message))
    }
  }

  /** The socket closed: a reliable session waits for its client unless that one said goodbye (1000, 1001). */
  detach(socket: WebSocket, code: number): void {
    if (this.#ended || socket !== this.#socket) return
    this.#socket = undefined
    if (!this.reliable || code === 1000 || code === 1001) return this.#finish()
    this.#recovery = setTimeout(() => this.#finish(), this.#options.limits.recoveryMs).unref()
  }

  deliver(message: frames.Message): void {
    if (this.#ended) return
    if (!this.reliable) return this.send(frames.unnumbered(message))
    const sequenceId = ++this.#lastSequenceId
    this.#pending.push({ sequenceId, message })
    this.#pendingBytes += message.bytes
    const { unacknowledgedMessages, unacknowledgedBytes } = this.#options.limits
    if (this.#pending.length > unacknowledgedMessages || this.#pendingBytes > unacknowledgedBytes) {
      return this.end('Too many messages that the client did not acknowledge.')
    }
    this.send(frames.numbered(sequenceId, message))
  }

  /** Forgets every message up to this sequence id: the client has them. */
  acknowledge(sequenceId: number): void {
    const kept = this.#pending.findIndex((pending) => pending.sequenceId > sequenceId)
    const done = this.#pending.splice(0, kept === -1 ? this.#pending.length : kept)
    for (const { message } of done) this.#pendingBytes -= message.bytes
  }

  hasDone(ackId: number): boolean {
    return this.#acked.has(ackId)
  }

  remember(ackId: number): void {
    this.#acked.add(ackId)
    if (this.#acked.size <= this.#options.limits.rememberedAcks) return
    for (const oldest of this.#acked) {
      this.#acked.delete(oldest)
      return
    }
  }

  /** Writes one frame, or drops a client that no longer reads: its backlog must not become our memory. */
  send(frame: string): void {
    const socket = this.#socket
    if (socket?.readyState !== WebSocket.OPEN) return
    socket.send(frame)
    if (socket.bufferedAmount <= this.#options.limits.socketBytes) return
    this.#finish()
    socket.terminate()
  }

  /** Ends the connection for good: says why, then closes with 1008 so that the client doesn't try recovery. */
  end(reason: string): void {
    if (this.#ended) return
    const socket = this.#socket
    this.send(frames.disconnected(reason))
    this.#finish()
    socket?.close(gone, closeReason(reason))
  }

  #finish(): void {
    if (this.#ended) return
    this.#ended = true
    clearTimeout(this.#recovery)
    this.#pending = []
    this.#pendingBytes = 0
    this.#options.onEnd(this)
  }
}

// RFC 6455, 5.5.1: a close reason has at most 123 bytes.
const closeReason = (reason: string): string => Buffer.from(reason).subarray(0, 120).toString('ascii')
