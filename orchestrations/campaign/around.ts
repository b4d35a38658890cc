import type { TaskResult } from '../contracts/tasks.ts'
import { jobsInTheWay, minutesToWait, surelyDone } from '../domain/backupJobs.ts'
import type { UpdateStep } from '../domain/outcomes.ts'
import { reason, type ReasonCode } from '../domain/reasons.ts'
import { decideAfterFailure } from '../domain/rollback.ts'
import { drainNotice, isSessionHost } from '../domain/sessionHost.ts'
import type { Left, Undone } from '../sagas/saga.ts'
import type { ServerEnd } from '../steps/catalogue.ts'
import { planNow, timerAt, type Story } from '../steps/step.ts'
import type { Ask } from './command.ts'
import { Halt } from './halt.ts'
import { inWindow, leave, mustSucceed, mustUndo, timeoutOf, tryAgain, type Work } from './work.ts'

/** What is done around a server's update, and taken back however it ends: no undo of the update, so no pivot drops it. */
const takenBackBy = { holdJobs: 'releaseJobs', drain: 'undrain' } as const satisfies Partial<
  Record<UpdateStep, UpdateStep>
>

type Job = NonNullable<Extract<TaskResult<'inspect'>, { what: 'backup' }>['jobs']>[number]
export type BackupJobs = readonly Job[]

/**
 * Before the checkpoint: no backup of the server begins until it is done, and one that runs has ended. Where none is
 * near, nothing is asked of the backup server. One that outlasts all tries leaves the server as it is.
 */
export function* holdBackupJobs(work: Work, jobs: BackupJobs): Story<void> {
  const { job, context, saga } = work
  const { backupServer: on, settings, latestStart } = job
  const inTheWay = jobsInTheWay(jobs, surelyDone(planNow(context), settings))
  if (on === undefined || inTheWay.length === 0) return
  let held: readonly Pick<Job, 'id' | 'name'>[] = inTheWay
  saga.always('holdJobs', () =>
    takeBack(work, {
      step: 'releaseJobs',
      on,
      task: { kind: 'releaseJobs', params: { target: job.host, jobs: held.map(({ id }) => id) } },
      timeoutSeconds: timeoutOf(work, 'releaseJobs'),
      brief: true,
    }),
  )
  for (let attempt = 1; ; attempt++) {
    const waitMinutes = minutesToWait(planNow(context), latestStart, settings)
    const found = yield* mustSucceed(
      work,
      'holdJobs',
      {
        step: 'holdJobs',
        on,
        task: { kind: 'holdJobs', params: { target: job.host, waitMinutes } },
        timeoutSeconds: timeoutOf(work, 'holdJobs'),
        holds: inTheWay.map(({ id, name }) => ({ id, name })),
        // What was held once is asked about again at any time.
        ...(attempt === 1 ? inWindow(work) : {}),
      },
      leave('failed'),
    )
    held = found.held
    if (found.running.length === 0) break
    yield* untilNextTry(work, attempt, namesOf(found.running))
  }
  if (held.length === 0) saga.withdraw('holdJobs')
  else work.notes.push(reason('jobsWereHeld', { jobs: namesOf(held) }))
}

/** Halts when no try is left, or when the next one would be over too late to begin the server. */
function* untilNextTry(work: Work, attempt: number, jobs: string): Story<void> {
  const { settings, latestStart = Infinity } = work.job
  const next = decideAfterFailure('holdJobs', attempt, { remedy: 'retry' }, settings)
  const why = reason('backupRunning', { jobs })
  if (next.kind !== 'retry') throw new Halt(leave('skipped'), why)
  const at = planNow(work.context) + next.afterMs
  if (at > latestStart) throw new Halt(leave('carriedOver'), why)
  tryAgain(work, attempt + 1)
  yield timerAt(work.context, at)
}

const namesOf = (jobs: readonly Pick<Job, 'name'>[]): string =>
  jobs
    .map(({ name }) => name)
    .join(', ')
    .slice(0, 500)

/** Before the first restart, once: a remote desktop host takes nobody new, and who works there is told and waited for. */
export function* drainSessions(work: Work, features: readonly string[] | undefined): Story<void> {
  const { job, saga } = work
  if (saga.lasting.includes('drain') || !isSessionHost(job.role, features)) return
  const { drainMinutes, logOffSessions } = job.settings
  const params = {
    notice: drainNotice(drainMinutes, logOffSessions),
    waitMinutes: drainMinutes,
    forceLogoff: logOffSessions,
  }
  const ask: Ask = {
    step: 'drain',
    on: job.serverId,
    task: { kind: 'drain', params },
    timeoutSeconds: timeoutOf(work, 'drain'),
    ...inWindow(work),
  }
  saga.always('drain', () =>
    takeBack(work, {
      step: 'undrain',
      on: job.serverId,
      task: { kind: 'undrain', params: {} },
      timeoutSeconds: timeoutOf(work, 'undrain'),
    }),
  )
  const { remaining } = yield* drained(work, ask)
  if (remaining > 0 && !logOffSessions)
    throw new Halt(leave('skipped'), reason('sessionsRemain', { count: remaining }))
}

/** A server that is a remote desktop host by its name alone has nobody to drain. */
function* drained(work: Work, ask: Ask): Story<{ remaining: number }> {
  try {
    return yield* mustSucceed(work, 'drain', ask, leave('failed'))
  } catch (halt) {
    if (!(halt instanceof Halt) || halt.failure?.code !== 'noSessionHost') throw halt
    work.saga.withdraw('drain')
    return { remaining: 0 }
  }
}

/** The verified server is open to people again while its checkpoint is merged, which can take hours. */
export function* reopen(work: Work): Story<void> {
  yield* work.saga.takeBack('drain')
}

/** A machine of which nobody has heard in vain for hours is not asked again. */
function* takeBack(work: Work, ask: Ask): Story<Undone> {
  if (work.commander.silent.has(ask.on)) return { kind: 'failed', why: { because: 'noAnswer' } }
  return yield* mustUndo(work, ask)
}

/**
 * Last of all, whatever the end: sessions and backups as before. What can't be needs an operator, who is told of it
 * beside how the update itself ended.
 */
export function* putBack(work: Work, end: ServerEnd): Story<ServerEnd> {
  const left = yield* work.saga.settle()
  const [first] = left
  if (first === undefined) return end
  const why = notPutBack(first, left, end)
  const notes = end.notes ?? []
  if (end.outcome === 'needsOperator')
    return { ...end, reason: withPending(end.reason, left), notes: [...notes, why] }
  return { ...end, outcome: 'needsOperator', reason: why, notes: [...notes, end.reason] }
}

function notPutBack({ name, why }: Left, left: readonly Left[], end: ServerEnd) {
  const step = name in takenBackBy ? takenBackBy[name as keyof typeof takenBackBy] : name
  return reason('notPutBack', {
    step,
    ...('message' in why ? { message: why.message.slice(0, 500) } : why),
    cause: end.reason.code,
    pending: namesIn(left),
  })
}

const namesIn = (left: readonly Left[]): string => left.map(({ name }) => name).join(', ')

/** Reasons that name what is left as it is name this too. */
function withPending({ code, params }: ServerEnd['reason'], left: readonly Left[]): ServerEnd['reason'] {
  if (!namesPending.has(code)) return { code, ...(params === undefined ? {} : { params }) }
  const before = params?.['pending']
  const pending = [...(before === undefined || before === '' ? [] : [before]), namesIn(left)].join(', ')
  return reason(code, { ...params, pending })
}

const namesPending: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  'commandFailed',
  'lockTaken',
  'rollbackFailed',
  'noAnswer',
])
