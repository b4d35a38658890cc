import type { Approval, Problem } from '../orchestrations/contracts/api.ts'

/** What the process answers to its caller; the same for every verb. */
export const exitCodes = { ok: 0, failure: 1, badInput: 2, partial: 3, denied: 4 } as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

export interface FailureDetails {
  /** What to do about it. */
  readonly fix?: string
  /** The refusal as the server wrote it. */
  readonly problem?: Problem
  /** What a second person is asked for: the verb has done no more than to ask. */
  readonly approval?: Approval
  /** Whether the server may not have got the request, or its answer was lost. */
  readonly unanswered?: boolean
}

/** The end of a verb that could not do what was asked: one line for people, an exit code for scripts. */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly exitCode: ExitCode
  readonly details: FailureDetails

  constructor(exitCode: ExitCode, message: string, details: FailureDetails = {}) {
    super(message)
    this.exitCode = exitCode
    this.details = details
  }
}

export const badInput = (message: string, fix?: string): Failure =>
  new Failure(exitCodes.badInput, message, fix === undefined ? {} : { fix })

export const isUnanswered = (error: unknown): error is Failure =>
  error instanceof Failure && error.details.unanswered === true
