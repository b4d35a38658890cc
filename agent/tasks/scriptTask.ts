import type { z } from 'zod'
import type { taskParams, TaskKind } from '../../orchestrations/contracts/tasks.ts'
import type { TaskOutcome } from '../windows.ts'

export type TaskParams<K extends TaskKind> = z.infer<(typeof taskParams)[K]>

/** A task kind on real Windows: `agent/tasks/<kind>/<kind>.ps1` does it, this says what its answer means. */
export interface ScriptTask<K extends TaskKind> {
  readonly kind: K
  /** `detached`: goes on without the agent, which finds its result again. `attached`: ends with it; may be run again. */
  readonly runs: 'attached' | 'detached'
  /** Milliseconds for one run, beyond the command's own time-out nothing runs. */
  readonly timeoutMs: number
  /** What the server is told. Throws a ZodError when the result hasn't the script's shape. */
  readonly toOutcome: (result: unknown, params: TaskParams<K>) => TaskOutcome
}

export const minutes = (count: number): number => count * 60_000

/** Epoch milliseconds of a moment as scripts write it. */
export const epochOf = (iso: string): number => new Date(iso).getTime()
