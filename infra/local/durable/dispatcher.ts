import { replay } from './batch.ts'
import type { EngineOptions } from './contract.ts'
import { describeError } from './failures.ts'
import type { Happening } from './history.ts'
import { Hub } from './hub.ts'
import type { Instance, InstanceTable, Mail } from './instance.ts'
import { applyBatch, endNow, obey } from './outcome.ts'
import type { DurableStore } from './store.ts'
import { Queue, Turn } from './turn.ts'

/** How long a stop waits for orchestrators that are running: they have no I/O, so only a hung one takes longer. */
const drainMs = 2_000

/** Takes woken instances in turn and replays each with all that has arrived for it. */
export class Dispatcher {
  readonly hub: Hub
  readonly #turn = new Turn()
  readonly #ready = new Queue<Instance>()
  readonly #limit: number
  #workers = 0
  #batches = 0

  constructor(
    options: EngineOptions,
    store: DurableStore,
    instances: InstanceTable,
    broken: (error: unknown) => void,
  ) {
    this.#limit = options.limits?.maxConcurrentOrchestrators ?? 8
    this.hub = new Hub(options, store, instances, this.#turn, {
      wake: (instance) => this.#enqueue(instance),
      broken,
    })
  }

  get batches(): number {
    return this.#batches
  }

  /** After the hub's `halt`: waits for replays under way and commits what was ready before. */
  async drain(): Promise<void> {
    const begin = performance.now()
    while (this.#workers > 0 && performance.now() - begin < drainMs) await this.#turn.next()
    this.hub.commit.close()
  }

  #enqueue(instance: Instance): void {
    instance.phase = 'queued'
    this.#ready.push(instance)
    if (this.#workers >= this.#limit) return
    this.#workers++
    // Whoever wakes an instance first finishes what it is doing.
    queueMicrotask(() => void this.#work())
  }

  async #work(): Promise<void> {
    for (let instance = this.#ready.take(); instance !== undefined; instance = this.#ready.take()) {
      if (this.#turn.isSpent) await this.#turn.next()
      if (this.hub.isStopped) break
      instance.phase = 'running'
      try {
        await this.#run(instance)
      } catch (error) {
        this.#poisoned(instance, error)
      }
    }
    this.#workers--
  }

  /** A fault of the engine itself must not take the others down: this instance fails, saying so. */
  #poisoned(instance: Instance, error: unknown): void {
    const details = describeError(error)
    this.hub.options.log(
      'error',
      `Instance ${instance.instanceId} failed inside the engine: ${details.StackTrace}`,
    )
    endNow(this.hub, instance, 'Failed', `Engine fault: ${details.ErrorMessage}`, [])
  }

  async #run(instance: Instance): Promise<void> {
    const mails = instance.inbox
    instance.inbox = []
    const control = mails.find((mail) => mail.kind === 'control')
    if (control?.kind === 'control') {
      instance.inbox = mails.filter((mail) => mail !== control)
      obey(this.hub, instance, control.control, control.reason, control)
      return
    }
    if (instance.status === 'Suspended') {
      instance.inbox = mails
      instance.phase = 'idle'
      return
    }
    const arrivals = mails.flatMap((mail) => arrival(instance, mail) ?? [])
    if (arrivals.length === 0 && instance.batches > 0) {
      this.hub.written(instance, () => this.hub.deleteRows(mails), [])
      return
    }
    const { clock, invoker } = this.hub.options
    const batch = await replay(instance, arrivals, clock.now(), invoker, () =>
      this.hub.store.readHistory(instance.seq),
    )
    this.#batches++
    if (!this.hub.isStopped) applyBatch(this.hub, instance, batch, mails)
  }
}

/** What a mail means to the instance now; nothing if it was for an earlier execution or its timer is gone. */
function arrival(instance: Instance, mail: Mail): Exclude<Happening, { kind: 'started' }> | undefined {
  if (mail.kind !== 'happening') return undefined
  if (mail.execution !== undefined && mail.execution !== instance.executionId) return undefined
  if (mail.happening.kind === 'timerFired' && !instance.timers.delete(mail.happening.taskId)) return undefined
  return mail.happening
}
