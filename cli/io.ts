/** All that the command line touches outside itself, so that tests can be its terminal. */
export interface Io {
  /** Standard output: data. */
  out(text: string): void
  /** Standard error: progress and errors. */
  err(text: string): void
  readonly env: Readonly<Record<string, string | undefined>>
  /** Where the person stands; files that they name are found from here. */
  readonly folder: string
  /** Where the program was started; differs from `folder` under `npm run`. */
  readonly startFolder: string
  readonly terminal: {
    readonly in: boolean
    readonly out: boolean
    readonly err: boolean
    size(): { readonly columns: number; readonly rows: number }
  }
  /** Wire time, epoch milliseconds. */
  now(): number
  /** Resolves after that time, or at once when interrupted. */
  wait(ms: number): Promise<void>
  /** Asks on standard error and reads one line. Only for terminals. */
  ask(question: string): Promise<string>
  /** Aborted by Ctrl+C while something watches or waits. */
  readonly interrupted: AbortSignal
}
