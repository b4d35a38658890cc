import type { OrchestrationContext, RetryOptions, Task } from 'durable-functions'

/** One thing that an orchestrator asked for, in the order in which it asked. */
export interface Asked {
  readonly kind: 'activity' | 'sub' | 'timer' | 'event'
  readonly name: string
  readonly input: unknown
  readonly instanceId: string | undefined
  /** Timers: when it fires, epoch ms. */
  readonly fireAt: number | undefined
}

/** How an activity or a sub-orchestration ends, after `afterMs` of plan time; \`raise\`: events on the way. */
export interface Answer {
  readonly value?: unknown
  readonly error?: string
  readonly afterMs?: number
  readonly raise?: readonly { readonly name: string; readonly afterMs?: number }[]
}

/** Answers what the orchestrator asked at `now`; undefined leaves it open for ever. */
export type Script = (asked: Asked, now: number) => Answer | undefined

export interface Played {
  readonly asked: readonly Asked[]
  readonly endedAt: number
  readonly output: unknown
  /** Input of the next generation, when it went on as new. */
  readonly continuedAs: unknown
}

export type Orchestrator = (context: OrchestrationContext) => Generator<Task, unknown, unknown>

type State = 'running' | 'completed' | 'failed'

/** As in the SDK: scheduled when it is yielded first, and an `any` hears only children that end later. */
class PlayedTask {
  state: State = 'running'
  result: unknown = undefined
  isCanceled = false
  id: number | undefined
  parent: PlayedTask | undefined
  readonly asked: Asked | undefined
  readonly children: readonly PlayedTask[]

  constructor(asked: Asked | undefined, children: readonly PlayedTask[] = []) {
    this.asked = asked
    this.children = children
    for (const child of children) child.parent = this
  }

  get isCompleted(): boolean {
    return this.state === 'completed'
  }
  get isFaulted(): boolean {
    return this.state === 'failed'
  }
  cancel(): void {
    if (this.state !== 'running') throw new Error('A timer that has fired is cancelled')
    this.isCanceled = true
  }
  end(state: 'completed' | 'failed', result: unknown): void {
    if (this.state !== 'running') return
    this.state = state
    this.result = result
    if (this.parent?.state === 'running') this.parent.end('completed', this)
  }
}

interface Happening {
  readonly at: number
  readonly apply: { readonly task: number } | { readonly event: string }
  readonly state: 'completed' | 'failed'
  readonly result: unknown
}

export class Stuck extends Error {
  override readonly name = 'Stuck'
}

const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null)) as unknown
const spelled = (asked: Asked): string => JSON.stringify(asked)

interface Run {
  readonly tasks: PlayedTask[]
  readonly done: boolean
  readonly output: unknown
  readonly continuedAs: unknown
  readonly waitsFor: PlayedTask | undefined
}

/** Runs an orchestrator from its beginning over what has happened so far, as a replay does. */
function replay(
  orchestrator: Orchestrator,
  start: { instanceId: string; input: unknown; at: number },
  history: readonly Happening[],
): Run {
  const tasks: PlayedTask[] = []
  const waiting = new Map<string, PlayedTask[]>()
  const early = new Map<string, unknown[]>()
  let now = start.at
  let continued: { input: unknown } | undefined

  const asked = (kind: Asked['kind'], name: string, more: Partial<Asked> = {}): PlayedTask =>
    new PlayedTask({ kind, name, input: undefined, instanceId: undefined, fireAt: undefined, ...more })
  const df = {
    instanceId: start.instanceId,
    getInput: () => asJson(start.input),
    get currentUtcDateTime() {
      return new Date(now)
    },
    callActivityWithRetry: (name: string, retry: RetryOptions, input: unknown) => {
      if (!(retry.maxNumberOfAttempts > 1)) throw new Error(`Step ${name} isn't tried again`)
      return asked('activity', name, { input: asJson(input) })
    },
    callSubOrchestrator: (name: string, input: unknown, instanceId?: string) =>
      asked('sub', name, { input: asJson(input), instanceId }),
    createTimer: (fireAt: Date) => asked('timer', 'timer', { fireAt: fireAt.getTime() }),
    waitForExternalEvent: (name: string) => asked('event', name),
    continueAsNew: (input: unknown) => {
      continued = { input: asJson(input) }
    },
    Task: { any: (children: PlayedTask[]) => new PlayedTask(undefined, children) },
  }

  function schedule(task: PlayedTask): void {
    for (const child of task.children) schedule(child)
    if (!task.asked || task.id !== undefined) return
    task.id = tasks.push(task) - 1
    if (task.asked.kind !== 'event') return
    const { name } = task.asked
    const [arrived] = early.get(name)?.splice(0, 1) ?? []
    if (arrived === undefined) waiting.set(name, [...(waiting.get(name) ?? []), task])
    else task.end('completed', arrived)
  }

  function apply({ at, apply: to, state, result }: Happening): void {
    now = Math.max(now, at)
    if ('task' in to) tasks[to.task]?.end(state, result)
    else {
      const listener = waiting.get(to.event)?.shift()
      if (listener) listener.end('completed', result)
      else early.set(to.event, [...(early.get(to.event) ?? []), result])
    }
  }

  const context = { df } as unknown as OrchestrationContext
  const story = orchestrator(context)
  const pending = history.values()
  let step = story.next()
  while (step.done !== true) {
    const task = step.value as unknown as PlayedTask
    schedule(task)
    while (task.state === 'running') {
      const next = pending.next()
      if (next.done === true)
        return { tasks, done: false, output: undefined, continuedAs: undefined, waitsFor: task }
      apply(next.value)
    }
    step = task.state === 'failed' ? story.throw(task.result) : story.next(task.result)
  }
  return { tasks, done: true, output: step.value, continuedAs: continued?.input, waitsFor: undefined }
}

/**
 * Plays an orchestrator against a script on virtual time. Every new happening replays it from its beginning, so
 * that one that does something else the second time is found. Throws `Stuck` when it waits for what never comes.
 */
export function play(
  orchestrator: Orchestrator,
  input: unknown,
  script: Script,
  options: { readonly instanceId?: string; readonly at?: number; readonly limit?: number } = {},
): Played {
  const { instanceId = 'camp:p0:boulangerie.srv01', at = 0, limit = 2_000 } = options
  const start = { instanceId, input, at }
  const history: Happening[] = []
  const queue: (Happening & { readonly order: number })[] = []
  let known: string[] = []
  let order = 0
  let now = at
  for (let turn = 0; turn < limit; turn++) {
    const run = replay(orchestrator, start, history)
    const asked = run.tasks.flatMap((task) => task.asked ?? [])
    const spelling = asked.map(spelled)
    const changed = known.findIndex((before, index) => before !== spelling[index])
    if (changed >= 0)
      throw new Error(`Replayed differently: ${known[changed]}, then ${spelling[changed] ?? 'nothing'}`)
    for (const [id, one] of asked.entries()) {
      if (id < known.length) continue
      if (one.kind === 'timer')
        queue.push({
          at: one.fireAt ?? now,
          apply: { task: id },
          state: 'completed',
          result: undefined,
          order: order++,
        })
      if (one.kind !== 'activity' && one.kind !== 'sub') continue
      const answer = script(one, now)
      for (const { name, afterMs = 0 } of answer?.raise ?? [])
        queue.push({
          at: now + afterMs,
          apply: { event: name },
          state: 'completed',
          result: null,
          order: order++,
        })
      if (!answer) continue
      const end =
        answer.error === undefined
          ? ({ state: 'completed', result: asJson(answer.value) } as const)
          : ({ state: 'failed', result: new Error(answer.error) } as const)
      queue.push({ at: now + (answer.afterMs ?? 0), apply: { task: id }, ...end, order: order++ })
    }
    known = spelling
    if (run.done) {
      const left = run.tasks.filter(({ asked: one, state, isCanceled }) => {
        return one?.kind === 'timer' && state === 'running' && !isCanceled
      })
      if (left.length > 0) throw new Error(`It ended with ${left.length} timers that nobody cancelled`)
      return { asked, endedAt: now, output: run.output, continuedAs: run.continuedAs }
    }
    const next = takeNext(queue, run.tasks)
    if (!next) throw new Stuck(`${instanceId} waits for ever, after ${spelling.at(-1) ?? 'nothing'}`)
    now = Math.max(now, next.at)
    history.push(next)
  }
  throw new Stuck(`${instanceId} has not ended after ${limit} happenings`)
}

function takeNext<T extends Happening & { readonly order: number }>(
  queue: T[],
  tasks: readonly PlayedTask[],
): T | undefined {
  queue.sort((a, b) => a.at - b.at || a.order - b.order)
  for (let next = queue.shift(); next; next = queue.shift())
    if (!('task' in next.apply) || tasks[next.apply.task]?.isCanceled !== true) return next
  return undefined
}
