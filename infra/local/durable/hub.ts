import { randomUUID } from 'node:crypto'
import { ActivityPool } from './activityPool.ts'
import type { EngineOptions } from './contract.ts'
import { describeError } from './failures.ts'
import { GroupCommit } from './groupCommit.ts'
import { mailBody, type Instance, type InstanceTable, type Mail } from './instance.ts'
import type { DurableStore, InstanceRow } from './store.ts'
import { TimerQueue, type Timer } from './timers.ts'
import type { Turn } from './turn.ts'

/** Things to do once a write is committed: nothing of it may be seen before. */
export type AfterCommit = (() => void)[]

/** What the parts of a running engine share: the store, the unfinished instances, and how work is set going. */
export class Hub {
  readonly options: EngineOptions
  readonly store: DurableStore
  readonly instances: InstanceTable
  readonly commit: GroupCommit
  readonly activities: ActivityPool
  readonly timers: TimerQueue
  readonly #waiters = new Map<number, (() => void)[]>()
  readonly #wake: (instance: Instance) => void
  #nextSeq = 1
  #nextMessage = 1
  #stopped = false

  constructor(
    options: EngineOptions,
    store: DurableStore,
    instances: InstanceTable,
    turn: Turn,
    on: { readonly wake: (instance: Instance) => void; readonly broken: (error: unknown) => void },
  ) {
    this.options = options
    this.store = store
    this.instances = instances
    this.#wake = on.wake
    this.commit = new GroupCommit(store, (error) => {
      this.halt()
      on.broken(error)
    })
    this.timers = new TimerQueue(options.clock, (due) => this.#timersDue(due))
    this.activities = new ActivityPool(
      options.limits?.maxConcurrentActivities ?? 64,
      options.invoker,
      turn,
      (call, mail) => {
        const instance = instances.get(call.instance)
        if (instance?.executionId !== call.executionId || !instance.activities.delete(call.taskId)) return
        if (instance.status === 'Suspended') this.keep(instance, [mail])
        this.deliver(instance, mail)
      },
    )
  }

  get isStopped(): boolean {
    return this.#stopped
  }

  /** Continues the numbers of an earlier owner of the store. */
  numberFrom(lastSeq: number, lastMessage: number): void {
    this.#nextSeq = lastSeq + 1
    this.#nextMessage = lastMessage + 1
  }

  nextMessage(): number {
    return this.#nextMessage++
  }

  /** Stops for good: no replay, activity or timer starts after this. */
  halt(): void {
    this.#stopped = true
    this.activities.stop()
    this.timers.stop()
  }

  wake(instance: Instance): void {
    if (instance.phase === 'idle' && !this.#stopped) this.#wake(instance)
  }

  deliver(instance: Instance, mail: Mail): void {
    instance.inbox.push(mail)
    this.wake(instance)
  }

  /** The row of an instance that is about to start. */
  newRow(fields: Pick<InstanceRow, 'instanceId' | 'name' | 'version' | 'input' | 'parent'>): InstanceRow {
    const now = this.options.clock.now()
    return {
      ...fields,
      seq: this.#nextSeq++,
      executionId: newExecutionId(),
      runtimeStatus: 'Pending',
      createdTime: now,
      lastUpdatedTime: now,
      batches: 0,
      output: undefined,
      customStatus: undefined,
    }
  }

  startActivity(instance: Instance, taskId: number, name: string, input: string | undefined): void {
    const { seq, instanceId, executionId } = instance
    instance.activities.add(taskId)
    this.activities.submit({ instance: seq, instanceId, executionId, taskId, name, input })
  }

  startTimer(instance: Instance, taskId: number, fireAt: number): void {
    instance.timers.set(taskId, this.timers.add(instance.seq, taskId, fireAt))
  }

  dropTimer(instance: Instance, taskId: number): void {
    const timer = instance.timers.get(taskId)
    if (timer === undefined) return
    this.timers.cancel(timer)
    instance.timers.delete(taskId)
  }

  dropTimers(instance: Instance): void {
    for (const timer of instance.timers.values()) this.timers.cancel(timer)
    instance.timers.clear()
  }

  insertMail(to: Instance, mail: Mail): void {
    if (mail.row !== undefined)
      this.store.insertMessage({ id: mail.row, instance: to.seq, body: mailBody(mail) })
  }

  deleteRows(mails: readonly Mail[]): void {
    for (const mail of mails) if (mail.row !== undefined) this.store.deleteMessage(mail.row)
  }

  /** A suspended instance may wait long: activity results that are only in memory go to the store. */
  keep(instance: Instance, mails: readonly Mail[]): void {
    const kept = mails.filter(
      (mail) => mail.row === undefined && mail.kind === 'happening' && mail.happening.kind !== 'timerFired',
    )
    for (const mail of kept) mail.row = this.nextMessage()
    if (kept.length === 0) return
    this.unlessHalted(
      this.commit.write(() => {
        for (const mail of kept) this.insertMail(instance, mail)
      }),
    )
  }

  /** Commits what a batch has written, lets its consequences happen and wakes the instance for what came meanwhile. */
  written(instance: Instance, write: () => void, after: AfterCommit): void {
    this.unlessHalted(
      this.commit.write(write).then(() => {
        instance.phase = 'idle'
        this.instances.touch(instance)
        for (const action of after) action()
        const hasWork = instance.inbox.length > 0 && !isHeld(instance)
        const begins = instance.batches === 0 && instance.status !== 'Suspended'
        if (hasWork || begins) this.wake(instance)
      }),
    )
  }

  /** A commit that fails has been reported and has halted the engine. */
  unlessHalted(work: Promise<void>): void {
    work.catch((error: unknown) => {
      if (!this.#stopped) this.options.log('error', `Durable engine: ${describeError(error).ErrorMessage}`)
    })
  }

  whenEnded(instance: Instance): Promise<void> {
    return new Promise((resolve) => {
      this.#waiters.set(instance.seq, [...(this.#waiters.get(instance.seq) ?? []), resolve])
    })
  }

  tellEnded(instance: Instance): void {
    for (const resolve of this.#waiters.get(instance.seq) ?? []) resolve()
    this.#waiters.delete(instance.seq)
  }

  #timersDue(due: readonly Timer[]): void {
    for (const timer of due) {
      const instance = this.instances.get(timer.instance)
      if (instance?.timers.get(timer.taskId) !== timer) continue
      const happening = { kind: 'timerFired', taskId: timer.taskId, fireAt: timer.fireAt } as const
      this.deliver(instance, { kind: 'happening', execution: instance.executionId, happening })
    }
  }
}

const isHeld = (instance: Instance): boolean =>
  instance.status === 'Suspended' && instance.inbox.every((mail) => mail.kind === 'happening')

export const newExecutionId = (): string => randomUUID().replaceAll('-', '')
