/** What the stand-in for PowerShell does when it is asked for a kind, a command, or anything (`*`). */
export interface Behaviour {
  readonly result?: unknown
  /** Name of a file in the lab's folder for what it was asked. */
  readonly keepInput?: string
  readonly error?: { readonly code: string; readonly message: string; readonly hresult?: string }
  /** Fields of the document that are other than they should be. */
  readonly odd?: Record<string, unknown>
  /** What comes out, in order; any other text comes out as it is. */
  readonly answers?: readonly ('document' | 'half' | 'latin1' | 'megabytes' | (string & {}))[]
  readonly complaints?: readonly string[]
  readonly progress?: readonly number[]
  readonly delayMs?: number
  /** Name of a file in the lab's folder without which it doesn't go on. */
  readonly until?: string
  readonly endless?: boolean
  readonly dies?: boolean
  readonly grandchild?: boolean
  /** The machine restarts: its next look is another boot's. */
  readonly boots?: boolean
  readonly exitCode?: number
}
