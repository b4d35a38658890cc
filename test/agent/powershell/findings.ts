/** What a script breaks of its contracts. */
export interface Finding {
  readonly rule:
    | 'syntax'
    | 'preamble'
    | 'forbidden'
    | 'unknownCommand'
    | 'unknownParameter'
    | 'parameterSet'
    | 'enumValue'
    | 'needsConfirm'
    | 'unknownMember'
    | 'structure'
    | 'strayOutput'
    | 'swallowed'
    | 'enumNumber'
    | 'unguarded'
    | 'unused'
  readonly file: string
  readonly line: number
  readonly message: string
}
