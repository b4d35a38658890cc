import { randomUUID } from 'node:crypto'
import { ActivityPool } from './activityPool.ts'
import { childId, replay, type Batch } from './batch.ts'
import { isFinished, type EngineOptions, type RuntimeStatus } from './contract.ts'
import { describeError, failure, type FailureDetails } from './failures.ts'
import { GroupCommit } from './groupCommit.ts'
import { executionControlled, isoTime, type Happening } from './history.ts'
import { mailBody, toInstance, type Instance, type InstanceTable, type Mail } from './instance.ts'
import type { Effect } from './replayModel.ts'
import type { DurableStore, InstanceRow } from './store.ts'
import { TimerQueue, type Timer } from './timers.ts'
import { Queue, Turn } from './turn.ts'

type SubEffect = Extract<Effect, { kind: 'sub' }>
type ActivityEffect = Extract<Effect, { kind: 'activity' }>

/** Things to do once a batch is committed: nothing of it may be seen before. */
type AfterCommit = (() => void)[]

export interface EntityPort {
  /** Sends requests of an orchestration to entities; called inside the batch's transaction, the answer after it. */
  request(
    from: Instance,
    effect: Effect,
    requestId: string | undefined,
  ): { write: () => void; after: () => void }
}

/** Wakes instances, replays them with what has arrived, commits what follows and sets it going. */
export class Dispatcher {
  readonly commit: GroupCommit
  readonly activities: ActivityPool
  readonly timers: TimerQueue
  readonly #options: EngineOptions
  readonly #store: DurableStore
  readonly #instances: InstanceTable
  readonly #turn = new Turn()
  readonly #ready = new Queue<Instance>()
  readonly #waiters = new Map<number, (() => void)[]>()
  #workers = 0
  #batches = 0
  #nextSeq = 1
  #nextMessage = 1
  #stopped = false
  entities: EntityPort | undefined

  constructor(
    options: EngineOptions,
    store: DurableStore,
    instances: InstanceTable,
    broken: (error: unknown) => void,
  ) {
    this.#options = options
    this.#store = store
    this.#instances = instances
    this.commit = new GroupCommit(store, (error) => {
      this.halt()
      broken(error)
    })
    this.timers = new TimerQueue(options.clock, (due) => this.#timersDue(due))
    this.activities = new ActivityPool(
      options.limits?.maxConcurrentActivities ?? 64,
      options.invoker,
      this.#turn,
      (call, mail) => {
        const instance = this.#instances.get(call.instance)
        if (instance?.executionId !== call.executionId || !instance.activities.delete(call.taskId)) return
        if (instance.status === 'Suspended') this.#keep(instance, [mail])
        this.deliver(instance, mail)
      },
    )
  }

  get batches(): number {
    return this.#batches
  }

  numberFrom(lastSeq: number, lastMessage: number): void {
    this.#nextSeq = lastSeq + 1
    this.#nextMessage = lastMessage + 1
  }

  nextSeq(): number {
    return this.#nextSeq++
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

  /** After `halt`: waits for replays under way and commits what was ready before. */
  async drain(): Promise<void> {
    while (this.#workers > 0) await this.#turn.next()
    this.commit.close()
  }

  deliver(instance: Instance, mail: Mail): void {
    instance.inbox.push(mail)
    this.wake(instance)
  }

  wake(instance: Instance): void {
    if (instance.phase !== 'idle' || this.#stopped) return
    instance.phase = 'queued'
    this.#ready.push(instance)
    if (this.#workers >= (this.#options.limits?.maxConcurrentOrchestrators ?? 8)) return
    this.#workers++
    void this.#work()
  }

  startActivity(instance: Instance, taskId: number, name: string, input: string | undefined): void {
    const { seq, instanceId, executionId } = instance
    instance.activities.add(taskId)
    this.activities.submit({ instance: seq, instanceId, executionId, taskId, name, input })
  }

  startTimer(instance: Instance, taskId: number, fireAt: number): void {
    instance.timers.set(taskId, this.timers.add(instance.seq, taskId, fireAt))
  }

  whenEnded(instance: Instance): Promise<void> {
    return new Promise((resolve) => {
      this.#waiters.set(instance.seq, [...(this.#waiters.get(instance.seq) ?? []), resolve])
    })
  }

  /** The row of an instance that is about to start. */
  newRow(fields: Pick<InstanceRow, 'instanceId' | 'name' | 'version' | 'input' | 'parent'>): InstanceRow {
    const now = this.#options.clock.now()
    return {
      ...fields,
      seq: this.nextSeq(),
      executionId: randomUUID().replaceAll('-', ''),
      runtimeStatus: 'Pending',
      createdTime: now,
      lastUpdatedTime: now,
      batches: 0,
      output: undefined,
      customStatus: undefined,
    }
  }

  async #work(): Promise<void> {
    for (let instance = this.#ready.take(); instance !== undefined; instance = this.#ready.take()) {
      if (this.#stopped) break
      if (this.#turn.isSpent) await this.#turn.next()
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
    this.#options.log(
      'error',
      `Instance ${instance.instanceId} failed inside the engine: ${details.StackTrace ?? ''}`,
    )
    this.#end(
      instance,
      'Failed',
      JSON.stringify(`Engine fault: ${details.ErrorMessage}`),
      details,
      instance.inbox,
    )
  }

  async #run(instance: Instance): Promise<void> {
    const mails = instance.inbox
    instance.inbox = []
    const control = mails.find((mail) => mail.kind === 'control')
    if (control?.kind === 'control') {
      instance.inbox = [...mails.filter((mail) => mail !== control), ...instance.inbox]
      this.#control(instance, control.control, control.reason, control)
      return
    }
    if (instance.status === 'Suspended') {
      instance.inbox = [...mails, ...instance.inbox]
      instance.phase = 'idle'
      return
    }
    const arrivals = mails.flatMap((mail) => this.#arrival(instance, mail) ?? [])
    if (arrivals.length === 0 && instance.status !== 'Pending') {
      this.#written(instance, () => this.#deleteRows(mails), [])
      return
    }
    const batch = await replay(instance, arrivals, this.#options.clock.now(), this.#options.invoker, () =>
      this.#store.readHistory(instance.seq),
    )
    this.#batches++
    if (!this.#stopped) this.#apply(instance, batch, mails)
  }

  /** What a mail means to the instance now; nothing if it was for an earlier execution or its task has ended. */
  #arrival(instance: Instance, mail: Mail): Exclude<Happening, { kind: 'started' }> | undefined {
    if (mail.kind !== 'happening') return undefined
    if (mail.execution !== undefined && mail.execution !== instance.executionId) return undefined
    if (mail.happening.kind === 'timerFired' && !instance.timers.delete(mail.happening.taskId))
      return undefined
    return mail.happening
  }

  #apply(instance: Instance, batch: Batch, mails: readonly Mail[]): void {
    const { status } = batch
    instance.customStatus = batch.customStatus
    for (const taskId of batch.cancelledTimers) this.#dropTimer(instance, taskId)
    if (isFinished(status)) {
      // Whatever an orchestrator starts without waiting for it still runs.
      const after: AfterCommit = []
      const writes = this.#effects(instance, batch, after)
      this.#end(
        instance,
        status,
        batch.output,
        batch.failure,
        [...mails, ...instance.inbox],
        batch,
        writes,
        after,
      )
      return
    }
    if (status === 'ContinuedAsNew') {
      this.#renew(instance, batch, mails)
      return
    }
    const number = instance.batches++
    instance.status = instance.status === 'Suspended' ? 'Suspended' : 'Running'
    const after: AfterCommit = []
    const writes = this.#effects(instance, batch, after)
    const { seq, status: stored, customStatus, batches } = instance
    this.#written(
      instance,
      () => {
        this.#store.appendHistory(seq, number, batch.history)
        this.#store.updateInstance(seq, stored, batch.at, batches, customStatus)
        this.#deleteRows(mails)
        for (const write of writes) write()
      },
      after,
    )
  }

  /** Turns effects into writes for the transaction and things to do after it. */
  #effects(instance: Instance, batch: Batch, after: AfterCommit): (() => void)[] {
    const writes: (() => void)[] = []
    const cancelled = new Set(batch.cancelledTimers)
    for (const effect of batch.effects)
      switch (effect.kind) {
        case 'activity':
          after.push(() => this.#activityScheduled(instance, effect))
          break
        case 'timer':
          if (!cancelled.has(effect.taskId))
            after.push(() => this.startTimer(instance, effect.taskId, effect.fireAt))
          break
        case 'sub':
          this.#startChild(instance, effect, writes, after)
          break
        case 'respell':
          this.#post(instance, { kind: 'eventRaised', name: effect.name, input: effect.input }, writes, after)
          break
        case 'callEntity':
        case 'signalEntity': {
          const sent = this.entities?.request(instance, effect, batch.requests.get(effect.taskId))
          if (sent === undefined) break
          writes.push(sent.write)
          after.push(sent.after)
          break
        }
        case 'continueAsNew':
        case 'refused':
      }
    return writes
  }

  #activityScheduled(instance: Instance, effect: ActivityEffect): void {
    this.startActivity(instance, effect.taskId, effect.name, effect.input)
  }

  #startChild(parent: Instance, effect: SubEffect, writes: (() => void)[], after: AfterCommit): void {
    const instanceId = childId(parent, effect)
    const taken = this.#instances.byId(instanceId)
    if (taken !== undefined || instanceId === parent.instanceId) {
      const message = `Sub-orchestration '${effect.name}' cannot start: an instance '${instanceId}' is ${taken?.status ?? 'Running'} already.`
      const refused = failure('OrchestrationAlreadyExistsException', message)
      this.#post(parent, { kind: 'subFailed', taskId: effect.taskId, failure: refused }, writes, after)
      return
    }
    const { seq, executionId } = parent
    const row = this.newRow({
      instanceId,
      name: effect.name,
      version: effect.version ?? this.#options.defaultVersion,
      input: effect.input,
      parent: { seq, instanceId: parent.instanceId, executionId, taskId: effect.taskId },
    })
    const child = toInstance(row)
    child.phase = 'running' // Nothing wakes it before it is committed.
    this.#instances.add(child)
    writes.push(() => {
      const old = effect.instanceId === undefined ? undefined : this.#store.find(instanceId)
      if (old !== undefined) this.#store.deleteInstance(old.seq)
      this.#store.insertInstance(row)
    })
    after.push(() => {
      child.phase = 'idle'
      this.wake(child)
    })
  }

  /** A message that is stored with the batch and delivered after it. */
  #post(
    to: Instance,
    happening: Exclude<Happening, { kind: 'started' }>,
    writes: (() => void)[],
    after: AfterCommit,
    execution: string = to.executionId,
  ): void {
    const mail: Mail = { kind: 'happening', execution, happening, row: this.nextMessage() }
    writes.push(() => this.#insertMail(to, mail))
    after.push(() => {
      if (this.#instances.get(to.seq) !== undefined) this.deliver(to, mail)
    })
  }

  #insertMail(to: Instance, mail: Mail): void {
    if (mail.row !== undefined)
      this.#store.insertMessage({ id: mail.row, instance: to.seq, body: mailBody(mail) })
  }

  #deleteRows(mails: readonly Mail[]): void {
    for (const mail of mails) if (mail.row !== undefined) this.#store.deleteMessage(mail.row)
  }

  #renew(instance: Instance, batch: Batch, mails: readonly Mail[]): void {
    const { seq, customStatus } = instance
    const action = batch.effects.find((effect) => effect.kind === 'continueAsNew')
    const executionId = randomUUID().replaceAll('-', '')
    const after: AfterCommit = []
    const writes = this.#effects(instance, batch, after)
    const input = action?.kind === 'continueAsNew' ? action.input : undefined
    for (const happening of batch.carriedOver)
      if (happening.kind === 'eventRaised') this.#post(instance, happening, writes, after, executionId)
    after.unshift(() => {
      this.#dropTimers(instance)
      instance.activities.clear()
      instance.executionId = executionId
      instance.input = input
      instance.batches = 0
      instance.status = 'Pending'
      instance.body = undefined
      this.#instances.touch(instance)
    })
    this.#written(
      instance,
      () => {
        this.#store.renewExecution(seq, executionId, input)
        this.#store.updateInstance(seq, 'Pending', batch.at, 0, customStatus)
        this.#deleteRows(mails)
        for (const write of writes) write()
      },
      after,
    )
  }

  #control(
    instance: Instance,
    control: 'terminate' | 'suspend' | 'resume',
    reason: string,
    mail: Mail,
  ): void {
    const at = this.#options.clock.now()
    if (control === 'terminate') {
      const details = failure('OrchestrationTerminatedException', `Terminated: ${reason}`)
      const output = JSON.stringify(reason)
      this.#end(instance, 'Terminated', output, details, [mail, ...instance.inbox])
      return
    }
    const kind = control === 'suspend' ? 'ExecutionSuspended' : 'ExecutionResumed'
    const resumed: RuntimeStatus = instance.batches === 0 ? 'Pending' : 'Running'
    instance.status = control === 'suspend' ? 'Suspended' : resumed
    if (control === 'suspend') this.#keep(instance, instance.inbox)
    const { seq, status, customStatus } = instance
    // An instance that has not begun has no history to write to yet.
    const number = instance.batches === 0 ? undefined : instance.batches++
    const { batches } = instance
    this.#written(instance, () => {
      if (number !== undefined)
        this.#store.appendHistory(seq, number, executionControlled(kind, isoTime(at), reason))
      this.#store.updateInstance(seq, status, at, batches, customStatus)
      this.#deleteRows([mail])
    }, [])
  }

  /** A suspended instance may wait long: activity results that are only in memory go to the store. */
  #keep(instance: Instance, mails: readonly Mail[]): void {
    const kept = mails.filter(
      (mail) => mail.row === undefined && mail.kind === 'happening' && mail.happening.kind !== 'timerFired',
    )
    for (const mail of kept) mail.row = this.nextMessage()
    if (kept.length > 0)
      this.#unlessHalted(
        this.commit.write(() => {
          for (const mail of kept) this.#insertMail(instance, mail)
        }),
      )
  }

  #end(
    instance: Instance,
    status: RuntimeStatus,
    output: string | undefined,
    details: FailureDetails | undefined,
    mails: readonly Mail[],
    batch?: Batch,
    writes: (() => void)[] = [],
    after: AfterCommit = [],
  ): void {
    const { seq, customStatus, parent } = instance
    const at = batch?.at ?? this.#options.clock.now()
    const number = instance.batches++
    const { batches } = instance
    this.#dropTimers(instance)
    if (parent !== undefined) this.#answerParent(instance, status, output, details, writes, after)
    this.#unlessHalted(
      this.commit
        .write(() => {
          const events = batch?.history ?? terminated(status, at, output)
          this.#store.appendHistory(seq, number, events)
          this.#store.updateInstance(seq, status, at, batches, customStatus)
          this.#store.setOutput(seq, output)
          this.#deleteRows(mails)
          for (const write of writes) write()
        })
        .then(() => {
          this.#deleteLate(instance, mails)
          this.#instances.remove(instance)
          for (const action of after) action()
          for (const resolve of this.#waiters.get(seq) ?? []) resolve()
          this.#waiters.delete(seq)
        }),
    )
  }

  /** What was accepted while the end was being committed has no reader any more. */
  #deleteLate(instance: Instance, known: readonly Mail[]): void {
    const late = instance.inbox.filter((mail) => !known.includes(mail) && mail.row !== undefined)
    if (late.length > 0) this.#unlessHalted(this.commit.write(() => this.#deleteRows(late)))
  }

  #answerParent(
    child: Instance,
    status: RuntimeStatus,
    output: string | undefined,
    details: FailureDetails | undefined,
    writes: (() => void)[],
    after: AfterCommit,
  ): void {
    const link = child.parent
    const parent = link === undefined ? undefined : this.#instances.get(link.seq)
    if (link === undefined || parent === undefined) return
    const { taskId } = link
    const happening =
      status === 'Completed'
        ? ({ kind: 'subCompleted', taskId, result: output ?? 'null' } as const)
        : ({ kind: 'subFailed', taskId, failure: details ?? failure('Error', status) } as const)
    this.#post(parent, happening, writes, after, link.executionId)
  }

  #written(instance: Instance, write: () => void, after: AfterCommit): void {
    this.#unlessHalted(
      this.commit.write(write).then(() => {
        instance.phase = 'idle'
        this.#instances.touch(instance)
        for (const action of after) action()
        const isIdle = instance.inbox.length === 0 || onlyHeld(instance)
        if (!isIdle || instance.status === 'Pending') this.wake(instance)
      }),
    )
  }

  /** A failed commit has been reported and has halted the engine. */
  #unlessHalted(work: Promise<void>): void {
    work.catch((error: unknown) => {
      if (!this.#stopped) this.#options.log('error', `Durable engine: ${describeError(error).ErrorMessage}`)
    })
  }

  #timersDue(due: readonly Timer[]): void {
    for (const timer of due) {
      const instance = this.#instances.get(timer.instance)
      if (instance?.timers.get(timer.taskId) !== timer) continue
      const happening = { kind: 'timerFired', taskId: timer.taskId, fireAt: timer.fireAt } as const
      this.deliver(instance, { kind: 'happening', execution: instance.executionId, happening })
    }
  }

  #dropTimer(instance: Instance, taskId: number): void {
    const timer = instance.timers.get(taskId)
    if (timer === undefined) return
    this.timers.cancel(timer)
    instance.timers.delete(taskId)
  }

  #dropTimers(instance: Instance): void {
    for (const timer of instance.timers.values()) this.timers.cancel(timer)
    instance.timers.clear()
  }
}

const onlyHeld = (instance: Instance): boolean =>
  instance.status === 'Suspended' && instance.inbox.every((mail) => mail.kind === 'happening')

function terminated(status: RuntimeStatus, at: number, output: string | undefined): string {
  const reason = output === undefined ? status : String(JSON.parse(output))
  return executionControlled('ExecutionTerminated', isoTime(at), reason)
}
