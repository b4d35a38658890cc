import type { OutcomeKind, RunState, UpdateStep } from './outcomes.ts'

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

/** Ends of a server that was never started; needsOperator: its orchestration failed before. */
const endsOfPending: ReadonlySet<OutcomeKind> = new Set([
  'notEnrolled',
  'offlineBeforeStart',
  'carriedOver',
  'excluded',
  'skipped',
  'needsOperator',
])
const endsOfRunning: ReadonlySet<OutcomeKind> = new Set([
  'succeeded',
  'failed',
  'rolledBack',
  'skipped',
  'needsOperator',
])
/** As long as it has only been looked at, it can still turn out not to have been started. */
const onlyLooked: ReadonlySet<UpdateStep> = new Set<UpdateStep>(['inspect', 'backupGate'])
const endsOfLooking: ReadonlySet<OutcomeKind> = new Set(['carriedOver', 'offlineBeforeStart'])

/** What an operator can declare of a server that needed one. */
const resolutions: ReadonlySet<OutcomeKind> = new Set(['succeeded', 'failed', 'rolledBack', 'skipped'])

/** Ends after which an operator can give a server its place back (reason `retriedByOperator`). */
export const retriable: ReadonlySet<OutcomeKind> = new Set([
  'failed',
  'rolledBack',
  'needsOperator',
  'skipped',
  'offlineBeforeStart',
  'notEnrolled',
  'excluded',
])

/**
 * Which state may follow which. Ends are final but for these: carriedOver waits again when its next window comes;
 * an operator resolves needsOperator or unknown (`resolvedByOperator`) or gives a server its place back
 * (`retriedByOperator`); who was skipped after another's failure waits again once no failure stands.
 */
export function mayBecome(from: RunState, to: RunState): boolean {
  switch (from.kind) {
    case 'pending':
      return to.kind === 'running' || (to.kind === 'ended' && endsOfPending.has(to.outcome))
    case 'running':
      return to.kind === 'running' || to.kind === 'unknown' || mayEnd(from.step, to)
    case 'unknown':
      return to.kind === 'running' || to.kind === 'unknown' || mayEnd(from.step, to)
    case 'ended':
      if (to.kind === 'pending') return mayWaitAgain(from, to)
      return from.outcome === 'needsOperator' && isResolution(to)
  }
}

function mayWaitAgain(
  from: Extract<RunState, { kind: 'ended' }>,
  to: Extract<RunState, { kind: 'pending' }>,
): boolean {
  if (from.outcome === 'carriedOver' || from.reason?.code === 'clientStoppedAfterFailure') return true
  return to.reason?.code === 'retriedByOperator' && retriable.has(from.outcome)
}

/** The new state; throws IllegalTransition when it may not follow. */
export function transition(id: string, from: RunState, to: RunState, operation: string): RunState {
  if (!mayBecome(from, to)) throw new IllegalTransition(id, nameOf(from), nameOf(to), operation)
  return to
}

function mayEnd(step: UpdateStep, to: RunState): boolean {
  if (to.kind !== 'ended') return false
  return endsOfRunning.has(to.outcome) || (onlyLooked.has(step) && endsOfLooking.has(to.outcome))
}

function isResolution(to: RunState): boolean {
  return to.kind === 'ended' && resolutions.has(to.outcome) && to.reason?.code === 'resolvedByOperator'
}

function nameOf(state: RunState): string {
  return state.kind === 'ended' ? state.outcome : state.kind
}
