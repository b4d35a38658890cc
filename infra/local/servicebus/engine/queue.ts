import { DeliveryRing } from './ring.ts'
import type { Journal } from './journal.ts'
import type {
  Consumer,
  Content,
  DeadLetterReason,
  Draft,
  Lock,
  LockRefusal,
  StoredMessage,
} from './message.ts'
import type { QueueOptions } from './options.ts'
import { ReadyHeap } from './ready.ts'
import type { TimerWheel } from './timers.ts'

/** What a queue needs from its surroundings. */
export interface QueueHost {
  readonly now: () => number
  readonly wheel: TimerWheel
  readonly journal: Journal
  nextSequence(): number
  nextLockId(): number
  /** Called when messages or credit may be waiting: the host calls `pump` soon, after the commit. */
  touch(queue: Queue): void
  deadLetter(queue: Queue, message: StoredMessage, why: DeadLetterReason): void
}

/**
 * One queue: peek-lock, expiry, schedules, deferral. Pure of wire and disk; durable through the journal.
 * A message is held by at most one receiver at a time, and leaves only by completion, expiry, dead-lettering
 * or receive-and-delete.
 */
export class Queue {
  readonly messages = new Map<number, StoredMessage>()
  private readonly ready = new ReadyHeap()
  private readonly consumers = new DeliveryRing()
  private recentIds: Map<string, number> | undefined

  readonly id: number
  readonly name: string
  options: QueueOptions
  private readonly host: QueueHost

  constructor(id: number, name: string, options: QueueOptions, host: QueueHost) {
    this.id = id
    this.name = name
    this.options = options
    this.host = host
  }

  /** Takes a message in. The sequence number, or undefined for a duplicate dropped inside the window. */
  send(draft: Draft): number | undefined {
    const now = this.host.now()
    if (this.isDuplicate(draft.messageId, now)) return undefined
    const scheduled = draft.scheduledFor !== undefined && draft.scheduledFor > now
    const enqueuedAt = scheduled && draft.scheduledFor !== undefined ? draft.scheduledFor : now
    const timeToLive = Math.min(draft.timeToLive, this.options.defaultTimeToLive)
    const message: StoredMessage = {
      seq: this.host.nextSequence(),
      content: draft.content,
      enqueuedAt,
      timeToLive,
      expiresAt: enqueuedAt + timeToLive,
      deliveryCount: 0,
      deadLetterSource: undefined,
      state: scheduled ? { kind: 'scheduled', at: enqueuedAt } : { kind: 'ready' },
      lockTimer: undefined,
      expiryTimer: undefined,
    }
    this.admit(message)
    this.host.journal.insert(this.id, message)
    return message.seq
  }

  /** Puts a message in its place: new, restored after a restart, or arriving as a dead letter. */
  admit(message: StoredMessage): void {
    this.messages.set(message.seq, message)
    if (message.expiresAt < Number.POSITIVE_INFINITY) {
      message.expiryTimer = this.host.wheel.add(message.expiresAt, () => this.expire(message))
    }
    if (message.state.kind === 'scheduled') {
      message.lockTimer = this.host.wheel.add(message.state.at, () => this.release(message))
    } else if (message.state.kind === 'ready') {
      this.makeReady(message)
    }
  }

  attach(consumer: Consumer): void {
    this.consumers.add(consumer)
    this.host.touch(this)
  }

  detach(consumer: Consumer): void {
    this.consumers.remove(consumer)
  }

  /** Delivers what is ready to receivers with credit, in turn. */
  pump(): void {
    while (this.ready.size > 0) {
      const consumer = this.consumers.next()
      if (consumer === undefined) return
      const message = this.takeReady()
      if (message === undefined) return
      if (consumer.mode === 'receiveAndDelete') {
        this.drop(message)
        consumer.deliver(message, undefined)
      } else {
        consumer.deliver(message, this.lock(message, false))
      }
    }
  }

  complete(lock: Lock): LockRefusal | undefined {
    return this.settle(lock, (message) => this.drop(message))
  }

  /** Gives a message back: a failed attempt. It returns to its old place, or is dead-lettered at the limit. */
  abandon(lock: Lock, content?: Content): LockRefusal | undefined {
    return this.settle(lock, (message, deferred) => {
      if (content !== undefined) message.content = content
      this.attemptFailed(message, deferred)
    })
  }

  defer(lock: Lock, content?: Content): LockRefusal | undefined {
    return this.settle(lock, (message) => {
      if (content !== undefined) message.content = content
      message.state = { kind: 'deferred' }
      this.host.journal.update(this.id, message)
    })
  }

  deadLetter(lock: Lock, why: DeadLetterReason, content?: Content): LockRefusal | undefined {
    return this.settle(lock, (message) => {
      if (content !== undefined) message.content = content
      this.moveToDeadLetters(message, why)
    })
  }

  /** Extends a lock by the queue's lock duration; the new end, or why not. */
  renew(lock: Lock): number | LockRefusal {
    const message = this.held(lock)
    if (message === undefined || message.state.kind !== 'locked') return 'lockLost'
    message.state.until = this.host.now() + this.options.lockDuration
    this.watchLock(message, message.state.until)
    return message.state.until
  }

  /** Locks deferred messages by number, all or none; in receive-and-delete they leave at once. */
  receiveDeferred(
    seqs: readonly number[],
    mode: Consumer['mode'],
  ): Array<[StoredMessage, Lock | undefined]> | LockRefusal {
    const found = seqs.map((seq) => this.messages.get(seq)).filter((message) => message !== undefined)
    if (found.length < seqs.length || found.some((message) => message.state.kind !== 'deferred'))
      return 'notFound'
    return found.map((message) => {
      if (mode === 'peekLock') return [message, this.lock(message, true)]
      this.drop(message)
      return [message, undefined]
    })
  }

  cancelScheduled(seqs: readonly number[]): LockRefusal | undefined {
    const found = seqs.map((seq) => this.messages.get(seq)).filter((message) => message !== undefined)
    if (found.length < seqs.length || found.some((message) => message.state.kind !== 'scheduled'))
      return 'notFound'
    for (const message of found) this.drop(message)
    return undefined
  }

  /** Messages from a sequence number upwards, whatever their state, without touching them. */
  peek(from: number, count: number): StoredMessage[] {
    const now = this.host.now()
    const later = [...this.messages.values()].filter(
      (message) => message.seq >= from && message.expiresAt > now,
    )
    return later.sort((a, b) => a.seq - b.seq).slice(0, count)
  }

  /** The held message of a valid lock. */
  held(lock: Lock): StoredMessage | undefined {
    const message = this.messages.get(lock.seq)
    if (message === undefined || message.state.kind !== 'locked') return undefined
    if (message.state.lockId !== lock.lockId || message.state.until <= this.host.now()) return undefined
    return message
  }

  /** Removes everything from memory and disk (the queue is being deleted). */
  clear(): void {
    for (const message of this.messages.values()) this.drop(message)
  }

  private settle(
    lock: Lock,
    outcome: (message: StoredMessage, deferred: boolean) => void,
  ): LockRefusal | undefined {
    const message = this.held(lock)
    if (message === undefined || message.state.kind !== 'locked') return 'lockLost'
    this.unwatchLock(message)
    outcome(message, message.state.deferred)
    return undefined
  }

  private lock(message: StoredMessage, deferred: boolean): Lock {
    const lock: Lock = { seq: message.seq, lockId: this.host.nextLockId() }
    const until = this.host.now() + this.options.lockDuration
    message.state = { kind: 'locked', lockId: lock.lockId, until, deferred }
    this.watchLock(message, until)
    return lock
  }

  private watchLock(message: StoredMessage, until: number): void {
    this.unwatchLock(message)
    message.lockTimer = this.host.wheel.add(until, () => {
      if (message.state.kind === 'locked') this.attemptFailed(message, message.state.deferred)
    })
  }

  private unwatchLock(message: StoredMessage): void {
    if (message.lockTimer !== undefined) this.host.wheel.remove(message.lockTimer)
    message.lockTimer = undefined
  }

  private attemptFailed(message: StoredMessage, deferred: boolean): void {
    this.unwatchLock(message)
    message.deliveryCount++
    if (message.expiresAt <= this.host.now()) {
      message.state = { kind: 'ready' }
      this.expire(message)
    } else if (message.deliveryCount >= this.options.maxDeliveryCount) {
      this.moveToDeadLetters(message, maxDeliveryReason(message, this.options.maxDeliveryCount))
    } else {
      message.state = deferred ? { kind: 'deferred' } : { kind: 'ready' }
      this.host.journal.update(this.id, message)
      if (!deferred) this.makeReady(message)
    }
  }

  private release(message: StoredMessage): void {
    message.lockTimer = undefined
    message.state = { kind: 'ready' }
    this.host.journal.update(this.id, message)
    this.makeReady(message)
  }

  private makeReady(message: StoredMessage): void {
    this.ready.push(message.seq)
    this.host.touch(this)
  }

  private takeReady(): StoredMessage | undefined {
    const now = this.host.now()
    for (let seq = this.ready.pop(); seq !== undefined; seq = this.ready.pop()) {
      const message = this.messages.get(seq)
      if (message?.state.kind !== 'ready') continue
      if (message.expiresAt > now) return message
      this.expire(message)
    }
    return undefined
  }

  // A locked or scheduled message outlives its time to live until it is given back or due, as in the service.
  private expire(message: StoredMessage): void {
    if (!this.messages.has(message.seq) || message.state.kind === 'locked') return
    if (!this.options.deadLetteringOnExpiration) return this.drop(message)
    this.moveToDeadLetters(message, expiredReason)
  }

  private moveToDeadLetters(message: StoredMessage, why: DeadLetterReason): void {
    this.drop(message)
    this.host.deadLetter(this, message, why)
  }

  private drop(message: StoredMessage): void {
    this.unwatchLock(message)
    if (message.expiryTimer !== undefined) this.host.wheel.remove(message.expiryTimer)
    message.expiryTimer = undefined
    this.messages.delete(message.seq)
    this.host.journal.remove(this.id, message.seq)
  }

  private isDuplicate(messageId: string | undefined, now: number): boolean {
    if (!this.options.duplicateDetection || messageId === undefined) return false
    const recent = (this.recentIds ??= new Map())
    for (const [id, seenAt] of recent) {
      if (seenAt + this.options.duplicateWindow > now) break
      recent.delete(id)
    }
    if (recent.has(messageId)) return true
    recent.set(messageId, now)
    return false
  }
}

const expiredReason: DeadLetterReason = {
  reason: 'TTLExpiredException',
  description: 'The message expired and was dead lettered.',
}

const maxDeliveryReason = (message: StoredMessage, limit: number): DeadLetterReason => ({
  reason: 'MaxDeliveryCountExceeded',
  description: `Message could not be consumed after ${limit} delivery attempts (${message.deliveryCount} failed).`,
})
