import type { OrchestrationContext } from 'durable-functions'
import { parseTaskResult, type OfferedUpdate, type TaskKind, type TaskResult } from '../contracts/tasks.ts'
import type { Failure } from '../domain/failures.ts'
import { updateResults, type UpdateResult, type UpdateStep } from '../domain/outcomes.ts'
import { reason, type Reason } from '../domain/reasons.ts'
import { decideAfterFailure } from '../domain/rollback.ts'
import { timeoutSecondsFor } from '../domain/timeouts.ts'
import { Saga, type Undone, type Why } from '../sagas/saga.ts'
import type { ServerEnd, ServerInput } from '../steps/catalogue.ts'
import { planNow, timerAt, type Story } from '../steps/step.ts'
import { Commander, type Answer, type Ask } from './command.ts'
import { Halt, type Course } from './halt.ts'

/** One server's update while it is under way. */
export interface Work {
  readonly context: OrchestrationContext
  readonly job: ServerInput
  readonly saga: Saga
  readonly commander: Commander
  /** Of what it is offered, what it gets: known once it is inspected. */
  updates: readonly OfferedUpdate[]
  /** What is approved and offered, and left out all the same: its KBs, as text. */
  withheld: string
  /** Its OS build, once it is inspected: how long its steps may take depends on it. */
  build?: string
  /** What somebody should know of it beside how it ends. */
  readonly notes: Reason[]
  /** The last result of each update, by id. */
  readonly results: Map<string, UpdateResult>
  /** Whether it has (or may have) booted since updates were installed. */
  booted: boolean
  /** Its component store was repaired, or that was tried: it is once. */
  repaired: boolean
  /** The checkpoint that stands for the state before. */
  checkpoint?: string
  /** The highest number of tries that one step took; a step that is due a second time is no second try. */
  attempts: number
}

/** Notes that a step which failed, or worked in vain, is tried again. */
export function tryAgain(work: Work, attempt: number): void {
  work.attempts = Math.max(work.attempts, attempt)
}

/** A server's update at its beginning. */
export function begin(context: OrchestrationContext, job: ServerInput): Work {
  const commander = new Commander(context, { ...job, server: job })
  const saga = new Saga()
  return {
    context,
    job,
    saga,
    commander,
    updates: [],
    withheld: '',
    notes: [],
    results: new Map(),
    booted: false,
    repaired: false,
    attempts: 1,
  }
}

/** How long a step's command may be at it before its agent is asked. */
export function timeoutOf(work: Work, step: UpdateStep): number {
  return timeoutSecondsFor(step, work.build, work.job.settings)
}

export const idsOf = (work: Work): string[] => work.updates.map(({ id }) => id)

/** What every end of a server tells, however it ends. */
export function told(work: Work): Pick<ServerEnd, 'updates' | 'notes' | 'attempts'> {
  const { notes, attempts, results } = work
  return { updates: [...results.values()], attempts, ...(notes.length > 0 ? { notes } : {}) }
}

/** Steps that change nothing but what an undo takes back. */
export const leave = (outcome: 'skipped' | 'failed' | 'carriedOver'): Course => ({ kind: 'leave', outcome })

/** Bounds what is begun on a machine by the window in which its turn was started. */
export const inWindow = ({ job }: Work): Pick<Ask, 'notAfter'> =>
  job.windowEnd === undefined ? {} : { notAfter: job.windowEnd }

/** Bounds its first command: what was decided in time is not begun hours later, when nothing fits any more. */
export const beforeLatestStart = ({ job }: Work): Pick<Ask, 'notAfter'> =>
  job.latestStart === undefined ? {} : { notAfter: job.latestStart }

/** Asks, and halts when there is no usable answer at all. `attempt`: which try of the step it is. */
export function* answerOf(work: Work, ask: Ask, attempt = 1): Story<Heard> {
  const answer = yield* work.commander.ask(ask)
  if (answer.kind === 'tooLate') {
    // Nothing was begun, so there is nothing to take back; what an earlier try left is.
    if (attempt === 1) work.saga.withdraw(ask.step)
    throw new Halt(leave('carriedOver'), reason('carriedOver'))
  }
  return heard(ask, answer)
}

type Heard = Extract<Answer, { kind: 'succeeded' | 'failed' | 'interrupted' }>

/** The machine's answer; halts where it may not be asked any more, or doesn't answer. */
export function heard(ask: Ask, answer: Exclude<Answer, { kind: 'tooLate' }>): Heard {
  if (answer.kind === 'lost') throw new Halt({ kind: 'askOperator' }, reason('noAnswer', { step: ask.step }))
  if (answer.kind === 'quarantined') throw new Halt({ kind: 'askOperator' }, quarantined(answer.reason))
  if (answer.kind === 'fenced')
    throw new Halt({ kind: 'askOperator' }, reason('lockTaken', { step: ask.step }))
  return answer
}

const quarantined = ({ code }: Reason): Reason => reason('quarantined', { because: code })

export const failed = (ask: Ask, { code, message }: Failure): Reason =>
  reason('commandFailed', { step: ask.step, code, message, ...resultIn(code) })

/** How an update ended, in the code of its failure; that it failed needs no second word. */
function resultIn(code: string): { result?: UpdateResult['result'] } {
  const result = updateResults.find((one) => code === updateFailure(one))
  return result === undefined || result === 'failed' ? {} : { result }
}

export const updateFailure = (result: UpdateResult['result']): string => `update.${result}`

/** Why there is nothing to go on with: the machine's own words, or what stands between it and ATLAS. */
export function whyNot(answer: Exclude<Answer, { kind: 'succeeded' }>): Why {
  switch (answer.kind) {
    case 'failed':
      return { message: answer.failure.message }
    case 'interrupted':
      return { message: answer.message }
    case 'lost':
      return { because: 'noAnswer' }
    case 'tooLate':
      return { because: 'windowClosed' }
    case 'fenced':
      return { because: 'lockTaken' }
    case 'quarantined':
      return { because: answer.reason.code }
  }
}

/** Asks until it succeeds, as often and as late as the failure's remedy and the settings allow. */
export function* mustSucceed<K extends TaskKind>(
  work: Work,
  kind: K,
  ask: Ask,
  course: Course,
): Story<TaskResult<K>> {
  for (let attempt = 1; ; attempt++) {
    const answer = yield* answerOf(work, ask, attempt)
    if (answer.kind === 'succeeded') return parseTaskResult(kind, answer.result)
    const failure: Failure =
      answer.kind === 'failed'
        ? answer.failure
        : { code: 'interrupted', message: answer.message, remedy: 'retry' }
    const next = decideAfterFailure(ask.step, attempt, failure, work.job.settings)
    if (next.kind !== 'retry') throw new Halt(course, failed(ask, failure), failure)
    tryAgain(work, attempt + 1)
    yield timerAt(work.context, planNow(work.context) + next.afterMs)
  }
}

/** Asks whether the server is healthy, its plan's probes too; `updates` must no longer be offered. */
export function* health(
  work: Work,
  updates: readonly string[],
  withoutAnswer: Course = { kind: 'rollBack' },
): Story<TaskResult<'verify'>> {
  const { probes } = work.job
  const ask: Ask = {
    step: 'verify',
    on: work.job.serverId,
    task: { kind: 'verify', params: { updates: [...updates], ...(probes && { probes: [...probes] }) } },
    timeoutSeconds: timeoutOf(work, 'verify'),
  }
  return yield* mustSucceed(work, 'verify', ask, withoutAnswer)
}

/** Idempotent: a checkpoint that isn't there counts as removed. */
export function* removeCheckpoint(work: Work, name: string): Story<Undone> {
  const { job } = work
  if (job.runsOn === undefined) return { kind: 'undone' }
  return yield* mustUndo(work, {
    step: 'release',
    on: job.runsOn,
    task: { kind: 'removeCheckpoint', params: { vm: job.host, name } },
    timeoutSeconds: timeoutOf(work, 'release'),
  })
}

/** Asks for something that may be done twice until it succeeds, as often as the settings allow. */
export function* mustUndo(work: Work, ask: Ask): Story<Undone> {
  for (let attempt = 1; ; attempt++) {
    const answer = yield* work.commander.ask(ask)
    if (answer.kind === 'succeeded') return { kind: 'undone' }
    if (
      answer.kind === 'lost' ||
      answer.kind === 'fenced' ||
      answer.kind === 'tooLate' ||
      answer.kind === 'quarantined'
    )
      return { kind: 'failed', why: whyNot(answer) }
    const remedy = answer.kind === 'failed' ? answer.failure.remedy : 'retry'
    const next = decideAfterFailure(ask.step, attempt, { remedy }, work.job.settings)
    if (next.kind !== 'retry') return { kind: 'failed', why: whyNot(answer) }
    tryAgain(work, attempt + 1)
    yield timerAt(work.context, planNow(work.context) + next.afterMs)
  }
}
