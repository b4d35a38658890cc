/** What a supervisor reports while it runs. */
export type SupervisorEvent =
  | { readonly kind: 'ready'; readonly name: string; readonly pid: number }
  | { readonly kind: 'died'; readonly name: string; readonly how: string; readonly restartInMs: number }
  | { readonly kind: 'line'; readonly name: string; readonly line: string }
  | { readonly kind: 'stopped'; readonly name: string }

/** A child that can be used; `line` is what it said, when readiness is a line. */
export type ReadyChild = { readonly pid: number; readonly line: string | undefined }
