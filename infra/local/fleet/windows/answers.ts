import type { ScriptError } from '../../../../orchestrations/contracts/scripts/document.ts'
import type { Task, TaskResult } from '../../../../orchestrations/contracts/tasks.ts'
import { failureOf } from '../../../../agent/tasks/failures.ts'
import { scriptTasks } from '../../../../agent/tasks/index.ts'
import { unusableFailure } from '../../../../agent/tasks/unusable.ts'
import { succeeded } from '../../../../agent/tasks/windows.ts'
import type { Unusable } from '../../../../agent/powershell/scriptHost.ts'
import type { TaskOutcome } from '../../../../agent/windows.ts'
import type { Draws } from '../draws.ts'
import type { FleetServer } from '../fleetFile.ts'
import type { ScenarioDefinition } from '../scenario.ts'
import type { MachineState } from './state.ts'

/** One task on one machine, as far as its end depends on it. */
export interface Job {
  readonly server: FleetServer
  /** Names of the guests that run on it. */
  readonly guests: readonly string[]
  readonly scenario: ScenarioDefinition
  readonly draws: Draws
  readonly task: Task
  readonly attempt: number
  /** Plan time, epoch ms. */
  readonly endsAt: number
}

/** What a script would answer, as it writes it; a machine that booted tells by having booted. */
export type Answer =
  | { readonly kind: 'result'; readonly result: object }
  | { readonly kind: 'error'; readonly error: ScriptError }
  | { readonly kind: 'booted'; readonly result: TaskResult<'reboot'> }
  /** It was ended, or said nothing that can be read; of a script that only reads or fetches. */
  | { readonly kind: 'unusable'; readonly why: Unusable; readonly message: string }

/** What the machine is like after a task, and what its script says: not always the same. */
export interface Ending {
  readonly state: MachineState
  readonly answer: Answer
}

export const answered = (result: object): Answer => ({ kind: 'result', result })

export function refused(code: string, message: string, hresult?: string): Answer {
  return { kind: 'error', error: { code, message, ...(hresult === undefined ? {} : { hresult }) } }
}

/** Plan time as scripts write moments. */
export const iso = (epochMs: number): string => new Date(epochMs).toISOString()

/** What the agent makes of it: the same code that reads real scripts. Throws when no script could have said it. */
export function outcomeOf(task: Task, answer: Answer): TaskOutcome {
  switch (answer.kind) {
    case 'booted':
      return { kind: 'succeeded', result: answer.result }
    case 'error':
      return { kind: 'failed', failure: failureOf(answer.error) }
    case 'unusable':
      return { kind: 'failed', failure: unusableFailure(answer.why, answer.message) }
    case 'result':
      return succeeded(task, scriptTasks, answer.result)
  }
}
