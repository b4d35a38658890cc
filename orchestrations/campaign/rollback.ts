import { parseTaskResult } from '../contracts/tasks.ts'
import { reason } from '../domain/reasons.ts'
import { decideRollback, type RollbackFacts } from '../domain/rollback.ts'
import type { OutcomeKind } from '../domain/outcomes.ts'
import type { Undone, Why } from '../sagas/saga.ts'
import type { ServerEnd } from '../steps/catalogue.ts'
import type { Story } from '../steps/step.ts'
import type { Ask } from './command.ts'
import { Halt } from './halt.ts'
import { whatStays } from './notRemovable.ts'
import { health, idsOf, removeCheckpoint, timeoutOf, told, whyNot, type Work } from './work.ts'

/** Ends a halted saga: what can be undone is, and what can't is told to a human. */
export function* conclude(work: Work, halt: Halt): Story<ServerEnd> {
  try {
    switch (halt.course.kind) {
      case 'askOperator':
        return untouched(work, halt)
      case 'leave':
        return yield* unwind(work, halt, halt.course.outcome)
      case 'keepIfHealthy':
        if (yield* isHealthy(work)) return yield* keep(work, halt)
        // A reboot before the update may have broken it: there is nothing to go back to.
        if (work.saga.pending.length === 0) return ended(work, halt, 'needsOperator')
        return yield* unwind(work, halt, 'rolledBack')
      case 'rollBack':
        return yield* unwind(work, halt, 'rolledBack')
    }
  } catch (second) {
    if (!(second instanceof Halt)) throw second
    return stuck(work, halt, { done: [], why: { because: second.reason.code }, pending: work.saga.pending })
  }
}

/** Nothing more may be done: the operator is told what was begun and is not taken back. */
function untouched(work: Work, halt: Halt): ServerEnd {
  const end = ended(work, halt, 'needsOperator')
  const left = work.saga.pending.toReversed()
  // Past the pivot no undo is left, but a checkpoint that could not be removed still stands.
  if (work.checkpoint !== undefined && !left.includes('checkpoint')) left.push('checkpoint')
  if (left.length === 0) return end
  return {
    ...end,
    reason: reason(halt.reason.code, { ...halt.reason.params, done: '', pending: left.join(', ') }),
  }
}

/** Works as it is: what was installed stays, what failed is reported, the checkpoint goes. */
function* keep(work: Work, halt: Halt): Story<ServerEnd> {
  work.saga.pivot()
  if (work.checkpoint !== undefined) {
    const removed = yield* removeCheckpoint(work, work.checkpoint)
    if (removed.kind === 'failed')
      return stuck(work, halt, { done: [], why: removed.why, pending: ['checkpoint'] })
  }
  return ended(work, halt, 'failed')
}

function* isHealthy(work: Work): Story<boolean> {
  const found = yield* health(work, [])
  return found.healthy
}

function* unwind(work: Work, halt: Halt, outcome: OutcomeKind): Story<ServerEnd> {
  const unwound = yield* work.saga.unwind()
  if (unwound.kind === 'stuck') return stuck(work, halt, unwound)
  return ended(work, halt, outcome)
}

function ended(work: Work, halt: Halt, outcome: OutcomeKind): ServerEnd {
  return {
    outcome,
    reason: halt.reason,
    ...(halt.failure === undefined ? {} : { failure: halt.failure }),
    ...told(work),
  }
}

interface Stuck {
  readonly done: readonly string[]
  /** The step that could not be undone. */
  readonly failed?: string
  readonly why: Why
  readonly pending: readonly string[]
}

function stuck(work: Work, halt: Halt, { done, failed: step, why, pending }: Stuck): ServerEnd {
  const { problems, message } = halt.reason.params ?? {}
  const found = problems ?? message
  const told = reason('rollbackFailed', {
    cause: halt.reason.code,
    // What was wrong in the first place is what the operator will look for on the machine.
    ...(found === undefined ? {} : { found }),
    ...(step === undefined ? {} : { step }),
    ...('message' in why ? { message: why.message.slice(0, 500) } : why),
    done: done.join(', '),
    pending: pending.join(', '),
  })
  return { ...ended(work, halt, 'needsOperator'), reason: told }
}

/** The undo of `install`: back to the checkpoint where the role allows it, else uninstall, else a human. */
export function* rollBackUpdate(work: Work): Story<Undone> {
  const decision = decideRollback(factsOf(work))
  switch (decision.kind) {
    case 'needsOperator':
      return { kind: 'failed', why: { because: decision.reason.code } }
    case 'restore':
      return yield* restore(work)
    case 'uninstall':
      return yield* uninstall(work)
  }
}

/** The undo of a removal: back to the checkpoint where the role allows it; what was removed isn't put back. */
export function* restoreState(work: Work): Story<Undone> {
  const decision = decideRollback(factsOf(work))
  switch (decision.kind) {
    case 'needsOperator':
      return { kind: 'failed', why: { because: decision.reason.code } }
    case 'restore':
      return yield* restore(work)
    case 'uninstall':
      return { kind: 'failed', why: { because: 'removedForGood' } }
  }
}

const factsOf = ({ job, checkpoint, booted }: Work): RollbackFacts => ({
  role: job.role,
  kind: job.kind,
  hasCheckpoint: checkpoint !== undefined,
  bootedAfterUpdate: booted,
  settings: job.settings,
})

function* restore(work: Work): Story<Undone> {
  const { job } = work
  if (job.runsOn === undefined || work.checkpoint === undefined)
    return { kind: 'failed', why: { because: 'noCheckpoint' } }
  const ask: Ask = {
    step: 'restore',
    on: job.runsOn,
    task: { kind: 'restoreCheckpoint', params: { vm: job.host, name: work.checkpoint } },
    timeoutSeconds: timeoutOf(work, 'restore'),
  }
  const answer = yield* work.commander.ask(ask)
  if (answer.kind !== 'succeeded') return { kind: 'failed', why: whyNot(answer) }
  work.results.clear()
  return yield* provenHealthy(work)
}

function* uninstall(work: Work): Story<Undone> {
  const { job } = work
  const ask: Ask = {
    step: 'uninstall',
    on: job.serverId,
    task: { kind: 'uninstall', params: { updates: idsOf(work) } },
    timeoutSeconds: timeoutOf(work, 'uninstall'),
  }
  const answer = yield* work.commander.ask(ask)
  if (answer.kind !== 'succeeded') return { kind: 'failed', why: whyNot(answer) }
  const { removed, notRemovable, rebootRequired } = parseTaskResult('uninstall', answer.result)
  for (const id of removed) work.results.delete(id)
  if (notRemovable.length > 0)
    return { kind: 'failed', why: { because: 'notRemovable', ...whatStays(notRemovable) } }
  if (rebootRequired) {
    const reboot = yield* work.commander.ask({
      step: 'reboot',
      on: job.serverId,
      task: { kind: 'reboot', params: { reason: 'Updates uninstalled' } },
      timeoutSeconds: timeoutOf(work, 'reboot'),
    })
    if (reboot.kind !== 'succeeded' && reboot.kind !== 'interrupted')
      return { kind: 'failed', why: whyNot(reboot) }
  }
  return yield* provenHealthy(work)
}

/** A rollback counts only when the server is verified up again. */
function* provenHealthy(work: Work): Story<Undone> {
  try {
    const found = yield* health(work, [])
    if (found.healthy) return { kind: 'undone' }
    return {
      kind: 'failed',
      why: { because: 'unhealthyAfterRollback', problems: found.problems.join('; ').slice(0, 500) },
    }
  } catch (halt) {
    if (!(halt instanceof Halt)) throw halt
    return { kind: 'failed', why: { because: halt.reason.code } }
  }
}
