export type LocalProblem =
  | 'folderInUse'
  | 'folderUnwritable'
  | 'portInUse'
  | 'portForbidden'
  | 'childNotReady'
  | 'childKeepsDying'
  | 'badUsage'

/** Something a person can put right: the message is one line that says what happened, where, and what to do. */
export class LocalError extends Error {
  readonly kind: LocalProblem

  constructor(kind: LocalProblem, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'LocalError'
    this.kind = kind
  }
}

/** Node's error code of a failed system call, or undefined. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
