import type { RunState } from './outcomes.ts'

/** A run state may not become another one: a defect or a late event, never something to write down. */
export class IllegalTransition extends Error {
  readonly id: string
  readonly from: string
  readonly to: string
  readonly operation: string

  constructor(id: string, from: string, to: string, operation: string) {
    super(`${operation}: ${id} is ${from} and cannot become ${to}`)
    this.name = 'IllegalTransition'
    this.id = id
    this.from = from
    this.to = to
    this.operation = operation
  }
}
export function mayBecome(from: RunState, to: RunState): boolean {
  throw new Error(`unfinished ${from.kind} ${to.kind}`)
}
/** The new state; throws IllegalTransition when it may not follow. */
export function transition(id: string, from: RunState, to: RunState, operation: string): RunState {
  if (!mayBecome(from, to)) throw new IllegalTransition(id, from.kind, to.kind, operation)
  return to
}
