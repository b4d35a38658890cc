/** What ended the program, or what an administrator has to look at; scripts may act on the number. */
export const exitCodes = {
  ok: 0,
  /** Something that nobody foresaw. */
  failed: 1,
  badUsage: 2,
  /** The configuration file is missing or says something that can't be. */
  badConfiguration: 3,
  /** No key and registration here: enrol first. */
  notEnrolled: 4,
  /** An operator has to approve this host; asked again by `run`. */
  waitingForApproval: 5,
  /** The API refused: token used up or expired, host unknown, or another key is registered. */
  refused: 6,
  /** No answer from the server: name, line, proxy, pins, clock. */
  unreachable: 7,
  /** Another process has the data folder. */
  alreadyRunning: 8,
  /** The key can be read by others than SYSTEM and administrators. */
  unprotected: 9,
  /** `status`: it doesn't run, or can't work. */
  needsAttention: 10,
} as const

export type ExitName = keyof typeof exitCodes

/** Ends the program with one sentence for people, and what to do about it. */
export class ProgramError extends Error {
  override readonly name = 'ProgramError'
  readonly exit: Exclude<ExitName, 'ok'>

  constructor(exit: Exclude<ExitName, 'ok'>, message: string, options?: ErrorOptions) {
    super(message, options)
    this.exit = exit
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
