import type { OrchestrationContext, Task } from 'durable-functions'
import type { Story } from '../steps/step.ts'

/**
 * Starts all children at once and waits for each, whatever becomes of the others; returns those that broke.
 * `Task.all` would fault at the first failure and leave its siblings rebooting servers unsupervised. A task
 * that is still open must not be yielded in a second `Task.any`: the SDK would schedule it again
 * (durable-functions issue 574); on its own it may.
 */
export function* settleAll(context: OrchestrationContext, children: readonly Task[]): Story<Task[]> {
  if (children.length === 0) return []
  yield context.df.Task.any([...children])
  for (const child of children) yield* settled(child)
  return children.filter((child) => child.isFaulted)
}

function* settled(child: Task): Story<void> {
  if (child.isCompleted || child.isFaulted) return
  try {
    yield child
  } catch {
    // The task itself says that it broke, and why.
  }
}
