import type { OrchestrationContext, Task } from 'durable-functions'
import type { Story } from '../steps/step.ts'

/**
 * Waits for all children, whatever becomes of them, and returns how many broke. `Task.all` would fault at the
 * first failure and leave its siblings rebooting servers unsupervised.
 */
export function* settleAll(context: OrchestrationContext, children: readonly Task[]): Story<number> {
  let open = [...children]
  let broken = 0
  while (open.length > 0) {
    yield context.df.Task.any(open)
    broken += open.filter((child) => child.isFaulted).length
    open = open.filter((child) => !child.isCompleted && !child.isFaulted)
  }
  return broken
}
