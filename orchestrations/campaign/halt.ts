import type { Failure } from '../domain/failures.ts'
import type { OutcomeKind } from '../domain/outcomes.ts'
import type { Reason } from '../domain/reasons.ts'

/** What is to happen with what was already done when a saga halts. */
export type Course =
  /** Nothing was changed: undo preparations and end so. */
  | { readonly kind: 'leave'; readonly outcome: OutcomeKind }
  /** Something was changed and the server is not as it should be. */
  | { readonly kind: 'rollBack' }
  /** Something may have been changed: keep it if the server is healthy, else roll back. */
  | { readonly kind: 'keepIfHealthy' }
  /** Nobody can be asked any more: touch nothing. */
  | { readonly kind: 'askOperator' }

/** Ends a server's story before its last step; carries what the operator is told. */
export class Halt extends Error {
  override readonly name = 'Halt'
  readonly course: Course
  readonly reason: Reason
  readonly failure: Failure | undefined

  constructor(course: Course, why: Reason, failure?: Failure) {
    super(why.code)
    this.course = course
    this.reason = why
    this.failure = failure
  }
}
