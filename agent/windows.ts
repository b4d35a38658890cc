import type { Failure } from '../orchestrations/domain/failures.ts'
import type { ClientId, CommandId, ServerId } from '../orchestrations/domain/ids.ts'
import type { Task, TaskResult } from '../orchestrations/contracts/tasks.ts'

/** What Windows is asked to do. */
export interface Work {
  readonly commandId: CommandId
  readonly task: Task
  /** The server that it is about: a guest, when its Hyper-V host acts. */
  readonly subject: { readonly clientId: ClientId; readonly serverId: ServerId }
  /** Wire time by the server's clock, epoch ms; for figures only. */
  readonly issuedAt: number
  readonly acceptedAt: number
}

export type TaskOutcome =
  | { readonly kind: 'succeeded'; readonly result: TaskResult }
  | { readonly kind: 'failed'; readonly failure: Failure }

/** What the machine itself tells of work that an earlier life of the agent may have begun. */
export type Found =
  | { readonly kind: 'neverBegun' }
  | { readonly kind: 'running'; readonly ended: Promise<TaskOutcome> }
  | { readonly kind: 'ended'; readonly outcome: TaskOutcome }
  | { readonly kind: 'cannotTell'; readonly message: string }

/** The machine: real Windows through PowerShell, or a simulated one. */
export interface Windows {
  /**
   * Carries the task out. A task that takes the machine down never resolves: the agent's life ends with it,
   * and the next life asks `find`. A rejection means that the outcome can't be told.
   */
  run(work: Work): Promise<TaskOutcome>
  /** Whether the work was begun before, derived from the machine, never from the agent's memory. */
  find(work: Work): Promise<Found>
  /** Plan time, epoch milliseconds, of the last boot. */
  bootedAt(): number
  /** Told once all that is open has been asked about: what the machine remembers of other work may go, in time. */
  keepOnly?(open: ReadonlySet<CommandId>): void
}
