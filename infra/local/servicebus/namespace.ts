import { randomInt } from 'node:crypto'
import type { DeadLetterReason, StoredMessage } from './engine/message.ts'
import { deadLetterOptions, defaultQueueOptions, type QueueOptions } from './engine/options.ts'
import { Queue, type QueueHost } from './engine/queue.ts'
import { TimerWheel } from './engine/timers.ts'
import type { Journal } from './engine/journal.ts'
import type { QueueRow, Store } from './store.ts'
import { withDeadLetterReason } from './wire/message.ts'

const deadLetterSuffix = '/$deadletterqueue'
const sequenceBlock = 1024
const tickMs = 25

/** A queue with its dead letters and the record of its making. */
export interface Entity {
  row: QueueRow
  readonly main: Queue
  readonly deadLetters: Queue
}

/**
 * The broker's heart: all queues, one timer wheel, one dirty list, and grouped commits. Changes of one turn of
 * the event loop are committed together; acknowledgements run after the commit, deliveries after those.
 */
export class Namespace implements QueueHost {
  readonly now: () => number
  readonly wheel: TimerWheel
  readonly entities = new Map<string, Entity>()
  private readonly store: Store
  private readonly dirty = new Set<Queue>()
  private operations: Array<() => void> = []
  private acknowledgements: Array<() => void> = []
  private flushing: NodeJS.Immediate | undefined
  private readonly ticker: NodeJS.Timeout
  private sequence = { next: 0, end: 0 }
  private lockId = randomInt(2 ** 40)
  private readonly autoCreate: RegExp | undefined
  private nextQueueId = 1
  /** Called when a queue is gone, so that its links are detached. */
  onDeleted: () => void = () => undefined

  constructor(store: Store, now: () => number, autoCreate: RegExp | undefined) {
    this.store = store
    this.now = now
    this.autoCreate = autoCreate
    this.wheel = new TimerWheel(now())
    this.restore()
    this.ticker = setInterval(() => this.wheel.advance(this.now()), tickMs)
    this.ticker.unref()
  }

  readonly journal: Journal = {
    insert: (queueId, message) => this.record(() => this.store.insert(queueId, message)),
    update: (queueId, message) => this.record(() => this.store.update(queueId, message)),
    remove: (queueId, seq) => this.record(() => this.store.remove(queueId, seq)),
    afterCommit: (callback) => {
      this.acknowledgements.push(callback)
      this.scheduleFlush()
    },
  }

  /** The queue at an address (`name` or `name/$deadletterqueue`), made on demand where that is allowed. */
  find(address: string): Queue | undefined {
    const isDeadLetter = address.toLowerCase().endsWith(deadLetterSuffix)
    const name = isDeadLetter ? address.slice(0, -deadLetterSuffix.length) : address
    const entity = this.entity(name) ?? this.createOnDemand(name)
    return isDeadLetter ? entity?.deadLetters : entity?.main
  }

  entity(name: string): Entity | undefined {
    return this.entities.get(name.toLowerCase())
  }

  /** Creates a queue, durably; an existing one of that name is left as it is. */
  create(name: string, options: Partial<QueueOptions> = {}): Entity {
    const existing = this.entity(name)
    if (existing !== undefined) return existing
    const now = this.now()
    const complete = { ...defaultQueueOptions, ...options }
    const row: QueueRow = { id: this.nextQueueId++, name, options: complete, createdAt: now, updatedAt: now }
    this.store.saveQueue(row)
    return this.open(row)
  }

  update(entity: Entity, options: QueueOptions): void {
    entity.row = { ...entity.row, options, updatedAt: this.now() }
    entity.main.options = options
    entity.deadLetters.options = deadLetterOptions(options)
    this.store.saveQueue(entity.row)
  }

  delete(entity: Entity): void {
    entity.main.clear()
    entity.deadLetters.clear()
    this.flush()
    this.entities.delete(entity.row.name.toLowerCase())
    this.store.removeQueue(entity.row.id)
    this.onDeleted()
  }

  /** Whether a queue object is (still) one of this namespace. */
  holds(queue: Queue): boolean {
    const entity = this.entity(queue.name.replace(deadLetterSuffix, ''))
    return entity?.main === queue || entity?.deadLetters === queue
  }

  touch(queue: Queue): void {
    this.dirty.add(queue)
    this.scheduleFlush()
  }

  deadLetter(queue: Queue, message: StoredMessage, why: DeadLetterReason): void {
    const target = this.entity(queue.name.replace(deadLetterSuffix, ''))?.deadLetters
    if (target === undefined || target === queue) return
    const dead: StoredMessage = {
      ...message,
      content: withDeadLetterReason(message.content, why),
      timeToLive: Number.POSITIVE_INFINITY,
      expiresAt: Number.POSITIVE_INFINITY,
      deadLetterSource: queue.name,
      state: { kind: 'ready' },
      lockTimer: undefined,
      expiryTimer: undefined,
    }
    target.admit(dead)
    this.journal.insert(target.id, dead)
  }

  // Numbers are reserved in blocks, so that they rise across restarts without a write for each message.
  nextSequence(): number {
    if (this.sequence.next >= this.sequence.end) {
      const first = this.store.reserve('sequence', sequenceBlock)
      this.sequence = { next: first, end: first + sequenceBlock }
    }
    return this.sequence.next++
  }

  nextLockId(): number {
    return ++this.lockId
  }

  /** Commits, acknowledges, delivers; again while deliveries change something. */
  flush(): void {
    if (this.flushing !== undefined) clearImmediate(this.flushing)
    this.flushing = undefined
    do {
      this.commit()
      const acknowledgements = this.acknowledgements
      this.acknowledgements = []
      for (const acknowledge of acknowledgements) acknowledge()
      const queues = [...this.dirty]
      this.dirty.clear()
      for (const queue of queues) queue.pump()
    } while (this.operations.length > 0 || this.acknowledgements.length > 0)
  }

  close(): void {
    clearInterval(this.ticker)
    this.flush()
    if (this.flushing !== undefined) clearImmediate(this.flushing)
    this.store.close()
  }

  private commit(): void {
    if (this.operations.length === 0) return
    const operations = this.operations
    this.operations = []
    this.store.transaction(() => {
      for (const operation of operations) operation()
    })
  }

  private record(operation: () => void): void {
    this.operations.push(operation)
    this.scheduleFlush()
  }

  private scheduleFlush(): void {
    this.flushing ??= setImmediate(() => this.flush())
  }

  private createOnDemand(name: string): Entity | undefined {
    return this.autoCreate?.test(name) === true ? this.create(name) : undefined
  }

  private open(row: QueueRow): Entity {
    const entity: Entity = {
      row,
      main: new Queue(2 * row.id, row.name, row.options, this),
      deadLetters: new Queue(
        2 * row.id + 1,
        row.name + deadLetterSuffix,
        deadLetterOptions(row.options),
        this,
      ),
    }
    this.entities.set(row.name.toLowerCase(), entity)
    return entity
  }

  private restore(): void {
    const queues = new Map<number, Queue>()
    for (const row of this.store.queues()) {
      const entity = this.open(row)
      queues.set(entity.main.id, entity.main).set(entity.deadLetters.id, entity.deadLetters)
      this.nextQueueId = Math.max(this.nextQueueId, row.id + 1)
    }
    for (const [queueId, message] of this.store.messages()) queues.get(queueId)?.admit(message)
  }
}
