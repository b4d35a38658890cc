import type { RetryOptions } from './actions.ts'

/**
 * The tree of tasks that the SDK builds from yielded values, as far as it decides when the orchestrator goes on.
 * Ended tasks tell their parent, exactly as in the SDK (its `lib/src/task`).
 */
export type TaskNode = LeafTask | AllTask | AnyTask | RetryTask

interface NodeBase {
  state: 'running' | 'completed' | 'failed'
  parent: TaskNode | undefined
}
export interface LeafTask extends NodeBase {
  readonly kind: 'leaf'
}
interface AllTask extends NodeBase {
  readonly kind: 'all'
  missing: number
}
interface AnyTask extends NodeBase {
  readonly kind: 'any'
}
export interface RetryTask extends NodeBase {
  readonly kind: 'retry'
  readonly options: RetryOptions
  attempt: number
  waitingForTimer: boolean
  /** When the first attempt was scheduled, what is scheduled again, and the numbering: given by the owner. */
  readonly reschedule: (what: 'timer' | 'attempt', task: RetryTask) => void
}

export const leaf = (parent?: TaskNode): LeafTask => ({ kind: 'leaf', state: 'running', parent })
export const all = (children: number): AllTask => ({
  kind: 'all',
  state: 'running',
  parent: undefined,
  missing: children,
})
export const any = (): AnyTask => ({ kind: 'any', state: 'running', parent: undefined })
export const retry = (options: RetryOptions, reschedule: RetryTask['reschedule']): RetryTask => ({
  kind: 'retry',
  state: 'running',
  parent: undefined,
  options,
  attempt: 1,
  waitingForTimer: false,
  reschedule,
})

/** Ends a task and lets its parents draw their conclusions. */
export function settle(task: TaskNode, ok: boolean): void {
  task.state = ok ? 'completed' : 'failed'
  if (task.parent !== undefined) childEnded(task.parent, ok)
}

function childEnded(parent: TaskNode, ok: boolean): void {
  switch (parent.kind) {
    case 'leaf':
      return
    case 'any':
      if (parent.state === 'running') settle(parent, true)
      return
    case 'all':
      if (ok) parent.missing--
      if (parent.state === 'running' && (!ok || parent.missing === 0)) settle(parent, ok)
      return
    case 'retry':
      attemptEnded(parent, ok)
  }
}

/** The SDK waits one interval after the last failure too, and fails the task only then. */
function attemptEnded(task: RetryTask, ok: boolean): void {
  if (task.waitingForTimer) {
    task.waitingForTimer = false
    if (task.attempt > task.options.maxNumberOfAttempts) settle(task, false)
    else task.reschedule('attempt', task)
    return
  }
  if (ok) {
    settle(task, true)
    return
  }
  task.waitingForTimer = true
  task.attempt++
  task.reschedule('timer', task)
}

/** Plan milliseconds to wait after failed attempt number `attempt` (1 = first). */
export function retryDelay(options: RetryOptions, attempt: number): number {
  const delay = options.firstRetryIntervalInMilliseconds * (options.backoffCoefficient ?? 1) ** (attempt - 1)
  return Math.max(1, Math.min(delay, options.maxRetryIntervalInMilliseconds ?? Number.MAX_SAFE_INTEGER))
}
