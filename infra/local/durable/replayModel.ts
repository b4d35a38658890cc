import { ActionType, activityInput, signature, valueText, type Action, type RetryOptions } from './actions.ts'
import type { Happening } from './history.ts'
import {
  all,
  any,
  leaf,
  retry,
  retryDelay,
  settle,
  type LeafTask,
  type RetryTask,
  type TaskNode,
} from './tasks.ts'
import { EventWaits } from './waits.ts'

/** What a batch has to do. `taskId` is the number under which the SDK waits for the outcome; inputs are JSON texts. */
export type Effect =
  | {
      readonly kind: 'activity'
      readonly taskId: number
      readonly name: string
      readonly input: string | undefined
    }
  | { readonly kind: 'timer'; readonly taskId: number; readonly fireAt: number }
  | {
      readonly kind: 'sub'
      readonly taskId: number
      readonly name: string
      readonly instanceId: string | undefined
      readonly version: string | undefined
      readonly input: string | undefined
    }
  | { readonly kind: 'respell'; readonly name: string; readonly input: string | undefined }
  | { readonly kind: 'warning'; readonly text: string }
  | { readonly kind: 'continueAsNew'; readonly input: string | undefined }
  | { readonly kind: 'refused'; readonly reason: string }

/** The orchestrator did something else than the last time it was replayed. */
export class NonDeterministicError extends Error {
  override readonly name = 'NonDeterministicOrchestrationException'
}

interface OpenTimer {
  readonly path: readonly number[]
}

/**
 * Follows the SDK's replay of one execution. The SDK returns every action since the start but not the numbers it
 * gave them, nor when it retries; both follow from going through the events in order, as
 * `TaskOrchestrationExecutor` of durable-functions does, and taking the next action whenever the last has ended.
 */
export class ReplayModel {
  #nextId = 0
  #seen: string[] = []
  #current: TaskNode | undefined
  #time = 0
  #finished = false
  #effects: Effect[] = []
  readonly #open = new Map<number, LeafTask>()
  readonly #openTimers = new Map<number, OpenTimer>()
  readonly #openKeys = new Map<number, string>()
  readonly #waits = new EventWaits((name, input) => this.#effects.push({ kind: 'respell', name, input }))

  /** How many actions have been taken so far. */
  get actionsSeen(): number {
    return this.#seen.length
  }

  get hasFinished(): boolean {
    return this.#finished
  }

  isOpen(taskId: number): boolean {
    return this.#open.has(taskId)
  }

  /**
   * Goes through one batch of happenings at plan time `time` with the first `count` actions of what the SDK returned.
   * @returns the effects of the batch, and the happenings after a continue-as-new, which belong to the next execution
   * @throws NonDeterministicError
   */
  feed(time: number, happenings: readonly Happening[], actions: readonly Action[], count = actions.length) {
    this.#checkSame(actions, count)
    this.#time = Math.max(this.#time, time)
    this.#effects = []
    const left: Happening[] = []
    let next = this.#seen.length
    for (const happening of happenings) {
      if (this.#finished) {
        left.push(happening)
        continue
      }
      this.#apply(happening)
      while (
        (this.#current === undefined || this.#current.state !== 'running') &&
        next < count &&
        !this.#finished
      ) {
        const action = actions[next]
        if (action !== undefined) this.#current = this.#start(action, [next])
        next++
      }
    }
    for (const action of actions.slice(this.#seen.length, next)) this.#seen.push(signature(action))
    return { effects: this.#effects, left }
  }

  /** Timers that the orchestrator has cancelled since the last look. */
  takeCancelled(actions: readonly Action[]): number[] {
    const cancelled: number[] = []
    for (const [taskId, { path }] of this.#openTimers)
      if (actionAt(actions, path)?.isCanceled === true) cancelled.push(taskId)
    for (const taskId of cancelled) {
      this.#openTimers.delete(taskId)
      this.#openKeys.delete(taskId)
    }
    return cancelled
  }

  #checkSame(actions: readonly Action[], count: number): void {
    if (count < this.#seen.length)
      throw new NonDeterministicError(
        `Non-deterministic orchestrator: it scheduled ${this.#seen.length} actions before and only ${count} when replayed. Has its code changed, or does it read the clock, randomness or the environment?`,
      )
    for (const [index, before] of this.#seen.entries()) {
      const action = actions[index]
      const now = action === undefined ? 'nothing' : signature(action)
      if (now !== before)
        throw new NonDeterministicError(
          `Non-deterministic orchestrator: action ${index} was ${before} before and is ${now} when replayed. Has its code changed, or does it read the clock, randomness or the environment?`,
        )
    }
  }

  #apply(happening: Happening): void {
    if (happening.kind === 'started') return
    if (happening.kind === 'eventRaised') {
      this.#waits.raise(happening.name, happening.input)
      return
    }
    const task = this.#open.get(happening.taskId)
    this.#open.delete(happening.taskId)
    this.#openTimers.delete(happening.taskId)
    this.#openKeys.delete(happening.taskId)
    if (task !== undefined) settle(task, happening.kind !== 'taskFailed' && happening.kind !== 'subFailed')
  }

  #start(action: Action, path: readonly number[], parent?: TaskNode): TaskNode | undefined {
    switch (action.actionType) {
      case ActionType.WhenAll:
      case ActionType.WhenAny:
        return this.#startCompound(action, path, parent)
      case ActionType.CallActivity:
      case ActionType.CallSubOrchestrator:
        return this.#openTask(leaf(parent), (taskId) => call(action, taskId))
      case ActionType.CallActivityWithRetry:
      case ActionType.CallSubOrchestratorWithRetry:
        return this.#startRetried(action, action.retryOptions, parent)
      case ActionType.CreateTimer: {
        const fireAt = Date.parse(action.fireAt ?? '')
        if (Number.isNaN(fireAt)) return this.#refuse('createTimer was given an invalid date.')
        return this.#openTask(leaf(parent), (taskId) => {
          this.#openTimers.set(taskId, { path })
          return { kind: 'timer', taskId, fireAt }
        })
      }
      case ActionType.WaitForExternalEvent: {
        const task = leaf(parent)
        this.#waits.wait(action.externalEventName ?? '', task)
        return task
      }
      case ActionType.ContinueAsNew:
        this.#finished = true
        this.#effects.push({ kind: 'continueAsNew', input: activityInput(action) })
        return undefined
      default:
        return this.#refuse(refusal(action))
    }
  }

  #refuse(reason: string): undefined {
    this.#finished = true
    this.#effects.push({ kind: 'refused', reason })
  }

  /** All children know their parent before the first is tracked: an early event may end the compound meanwhile. */
  #startCompound(action: Action, path: readonly number[], parent: TaskNode | undefined): TaskNode {
    const children = action.compoundActions ?? []
    const compound = action.actionType === ActionType.WhenAll ? all(children.length) : any()
    compound.parent = parent
    const openBefore = new Set(this.#openKeys.values())
    for (const child of children) if (openBefore.has(openKey(child))) this.#effects.push(repeated(child))
    for (const [index, child] of children.entries()) {
      const taskId = this.#nextId
      this.#start(child, [...path, index], compound)
      if (this.#openTimers.has(taskId) || child.instanceId !== undefined)
        this.#openKeys.set(taskId, openKey(child))
    }
    return compound
  }

  #startRetried(action: Action, options: RetryOptions | undefined, parent: TaskNode | undefined): TaskNode {
    const task: RetryTask = retry(
      options ?? { firstRetryIntervalInMilliseconds: 1, maxNumberOfAttempts: 1 },
      (what, self) => {
        if (what === 'attempt') this.#openTask(leaf(self), (taskId) => call(action, taskId))
        else
          this.#openTask(leaf(self), (taskId) => ({
            kind: 'timer',
            taskId,
            fireAt: this.#time + retryDelay(self.options, self.attempt - 1),
          }))
      },
    )
    task.parent = parent
    this.#openTask(leaf(task), (taskId) => call(action, taskId))
    return task
  }

  #openTask(task: LeafTask, effect: (taskId: number) => Effect): LeafTask {
    const taskId = this.#nextId++
    this.#open.set(taskId, task)
    this.#effects.push(effect(taskId))
    return task
  }
}

function call(action: Action, taskId: number): Effect {
  const name = action.functionName ?? ''
  const isActivity =
    action.actionType === ActionType.CallActivity || action.actionType === ActionType.CallActivityWithRetry
  if (isActivity) return { kind: 'activity', taskId, name, input: activityInput(action) }
  return {
    kind: 'sub',
    taskId,
    name,
    instanceId: action.instanceId === '' ? undefined : action.instanceId,
    version: action.version,
    input: valueText(action.input),
  }
}

const openKey = (action: Action): string => `${action.actionType}:${action.instanceId ?? action.fireAt ?? ''}`

const repeated = (action: Action): Effect => ({
  kind: 'warning',
  text: `a task that is still open (${action.functionName ?? 'timer'} ${action.instanceId ?? action.fireAt}) is yielded again inside a Task.any or Task.all: durable-functions 3 schedules it a second time and mixes up the results after it (azure-functions-durable-js issue 574), here as on Azure. Yield it alone, or make a new timer for each round.`,
})

function refusal({ actionType }: Action): string {
  if (actionType === ActionType.CallHttp)
    return 'callHttp is not supported by the embedded Durable engine: call an activity that sends the request.'
  if (actionType === ActionType.CallEntity || actionType === ActionType.SignalEntity)
    return 'Entities are not supported by the embedded Durable engine.'
  return `Action type ${actionType} is not supported by the embedded Durable engine.`
}

function actionAt(actions: readonly Action[], path: readonly number[]): Action | undefined {
  let list: readonly Action[] | undefined = actions
  let action: Action | undefined
  for (const index of path) {
    action = list?.[index]
    list = action?.compoundActions
  }
  return action
}
