import type { TaskKind } from '../../orchestrations/contracts/tasks.ts'
import { probe } from './probe/probe.ts'
import type { ScriptTask } from './scriptTask.ts'

/** What this agent can do on Windows. */
export const scriptTasks: { readonly [K in TaskKind]?: ScriptTask<K> } = {
  probe,
}
