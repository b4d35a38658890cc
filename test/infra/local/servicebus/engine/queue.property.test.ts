import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Consumer, Lock, StoredMessage } from '../../../../../infra/local/servicebus/engine/message.ts'
import {
  defaultQueueOptions,
  type QueueOptions,
} from '../../../../../infra/local/servicebus/engine/options.ts'
import { Queue, type QueueHost } from '../../../../../infra/local/servicebus/engine/queue.ts'
import { TimerWheel } from '../../../../../infra/local/servicebus/engine/timers.ts'

interface Holding {
  readonly lock: Lock
  readonly until: number
}

/** A queue with its world in memory: what is durable, what is dead, who holds what. */
class Rig {
  time = 1_000_000
  readonly durable = new Set<number>()
  readonly dead: number[] = []
  readonly queue: Queue
  readonly consumers: TestConsumer[]
  readonly wheel: TimerWheel
  private sequence = 0
  private lockId = 0

  constructor(options: Partial<QueueOptions> = {}) {
    this.wheel = new TimerWheel(this.time)
    const host: QueueHost = {
      now: () => this.time,
      wheel: this.wheel,
      nextSequence: () => ++this.sequence,
      nextLockId: () => ++this.lockId,
      touch: () => undefined,
      deadLetter: (_, message) => void this.dead.push(message.seq),
      journal: {
        insert: (_, message) => void this.durable.add(message.seq),
        update: () => undefined,
        remove: (_, seq) => void this.durable.delete(seq),
        afterCommit: (callback) => callback(),
      },
    }
    this.queue = new Queue(1, 'q', { ...defaultQueueOptions, lockDuration: 1_000, ...options }, host)
    this.consumers = [new TestConsumer(this), new TestConsumer(this)]
    for (const consumer of this.consumers) this.queue.attach(consumer)
  }

  send(): void {
    const content = { annotations: undefined, bare: Buffer.alloc(0) }
    this.queue.send({
      content,
      messageId: undefined,
      timeToLive: Number.POSITIVE_INFINITY,
      scheduledFor: undefined,
    })
    this.queue.pump()
  }

  wait(ms: number): void {
    this.time += ms
    this.wheel.advance(this.time)
    this.queue.pump()
  }

  get first(): TestConsumer {
    const [consumer] = this.consumers
    if (consumer === undefined) throw new Error('The rig has two consumers.')
    return consumer
  }

  holdersOf(seq: number): number {
    return this.consumers.filter((consumer) => (consumer.held.get(seq)?.until ?? 0) > this.time).length
  }
}

class TestConsumer implements Consumer {
  readonly mode = 'peekLock'
  credit = 0
  readonly held = new Map<number, Holding>()
  readonly deliveries: number[] = []
  private readonly rig: Rig

  constructor(rig: Rig) {
    this.rig = rig
  }

  hasCredit(): boolean {
    return this.credit > 0
  }

  deliver(message: StoredMessage, lock: Lock | undefined): void {
    if (lock === undefined || message.state.kind !== 'locked')
      throw new Error('A peek-lock delivery has a lock.')
    // The heart of the matter: nobody may hold it at this moment.
    insist(this.rig.holdersOf(message.seq) === 0, `message ${message.seq} is delivered to a second holder`)
    this.credit--
    this.deliveries.push(message.seq)
    this.held.set(message.seq, { lock, until: message.state.until })
  }
}

type Step =
  | { readonly kind: 'send' }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'drift'; readonly ms: number }
  | {
      readonly kind: 'credit' | 'complete' | 'abandon' | 'renew' | 'deadLetter'
      readonly consumer: number
    }

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Step>({ kind: 'send' }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('wait', 'drift'),
      ms: fc.integer({ min: 300, max: 1_500 }),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constantFrom('credit', 'complete', 'abandon', 'renew', 'deadLetter'),
      consumer: fc.nat(1),
    }),
  },
)

function insist(holds: boolean, invariant: string): void {
  if (!holds) throw new Error(`Broken: ${invariant}.`)
}

function run(rig: Rig, action: Step, completed: Set<number>): void {
  if (action.kind === 'send') return rig.send()
  if (action.kind === 'wait') return rig.wait(action.ms)
  // Time passes and the wheel has not been told yet.
  if (action.kind === 'drift') {
    rig.time += action.ms
    return
  }
  const consumer = rig.consumers[action.consumer]
  if (consumer === undefined) return
  if (action.kind === 'credit') {
    consumer.credit++
    return rig.queue.pump()
  }
  const [seq, holding] = [...consumer.held][0] ?? []
  if (seq === undefined || holding === undefined) return
  const stillHeld = holding.until > rig.time
  if (action.kind === 'renew') {
    const until = rig.queue.renew(holding.lock)
    insist((typeof until === 'number') === stillHeld, 'a lock is renewed exactly while it holds')
    if (typeof until === 'number') consumer.held.set(seq, { ...holding, until })
    return
  }
  consumer.held.delete(seq)
  const refusal =
    action.kind === 'complete'
      ? rig.queue.complete(holding.lock)
      : action.kind === 'abandon'
        ? rig.queue.abandon(holding.lock)
        : rig.queue.deadLetter(holding.lock, { reason: undefined, description: undefined })
  insist(refusal === (stillHeld ? undefined : 'lockLost'), 'a lock settles exactly while it holds')
  if (stillHeld && action.kind === 'complete') completed.add(seq)
  rig.queue.pump()
}

describe('the queue engine', () => {
  it('loses nothing, keeps every message in one hand, and agrees with what is durable', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 120 }),
        fc.integer({ min: 1, max: 4 }),
        (steps, maxDeliveryCount) => {
          const rig = new Rig({ maxDeliveryCount })
          const completed = new Set<number>()
          for (const action of steps) run(rig, action, completed)
          const sent = steps.filter(({ kind }) => kind === 'send').length
          const alive = [...rig.queue.messages.keys()]
          expect([...rig.durable].sort((a, b) => a - b)).toEqual(alive.sort((a, b) => a - b))
          const accounted = [...alive, ...completed, ...rig.dead].sort((a, b) => a - b)
          expect(accounted).toEqual(Array.from({ length: sent }, (_, index) => index + 1))
        },
      ),
      { numRuns: 600 },
    )
  })

  it('delivers every message that is left once receivers ask for it', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const rig = new Rig({ maxDeliveryCount: Number.POSITIVE_INFINITY })
        for (const action of steps) run(rig, action, new Set())
        rig.wait(10_000)
        const consumer = rig.first
        const alive = [...rig.queue.messages.keys()].sort((a, b) => a - b)
        // Those that earlier credit fetched during the wait are held; the rest must come now.
        const before = new Set(alive.filter((seq) => rig.holdersOf(seq) > 0))
        consumer.deliveries.length = 0
        consumer.credit += 1_000
        rig.queue.pump()
        expect(consumer.deliveries).toEqual(alive.filter((seq) => !before.has(seq)))
      }),
      { numRuns: 200 },
    )
  })

  it('is first in, first out while nothing is given back', () => {
    const orderly = step.filter(({ kind }) => kind === 'send' || kind === 'credit' || kind === 'complete')
    fc.assert(
      fc.property(fc.array(orderly, { maxLength: 80 }), (steps) => {
        const rig = new Rig()
        const order: number[] = []
        for (const consumer of rig.consumers) {
          const deliver = consumer.deliver.bind(consumer)
          consumer.deliver = (message, lock) => {
            order.push(message.seq)
            deliver(message, lock)
          }
        }
        for (const action of steps) run(rig, action, new Set())
        expect(order).toEqual(order.map((_, index) => index + 1))
      }),
      { numRuns: 200 },
    )
  })
})
