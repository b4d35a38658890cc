import type { OrchestrationContext } from 'durable-functions'
import { parseTaskResult, type TaskResult } from '../contracts/tasks.ts'
import { reason } from '../domain/reasons.ts'
import type { ServerEnd, ServerInput } from '../steps/catalogue.ts'
import type { Story } from '../steps/step.ts'
import { drainSessions, holdBackupJobs, putBack, reopen } from './around.ts'
import type { Ask } from './command.ts'
import { Halt } from './halt.ts'
import { whatStays } from './notRemovable.ts'
import { conclude, restoreState } from './rollback.ts'
import {
  beforeNextTry,
  inspectServer,
  rebootServer,
  releaseCheckpoint,
  requireBackup,
  takeCheckpoint,
} from './runbook.ts'
import { answerOf, begin, health, inWindow, timeoutOf, told, type Work } from './work.ts'

/**
 * An update that broke something without failing is taken off again: same gates, same checkpoint, same proof as
 * an update. Point of no return: the verified server.
 */
export function* removeUpdates(context: OrchestrationContext, job: ServerInput): Story<ServerEnd> {
  const work = begin(context, job)
  return yield* putBack(work, yield* removed(work))
}

function* removed(work: Work): Story<ServerEnd> {
  const { job } = work
  try {
    const facts = yield* inspectServer(work)
    const jobs = yield* requireBackup(work, facts)
    yield* holdBackupJobs(work, jobs)
    yield* takeCheckpoint(work)
    yield* drainSessions(work, facts.roles)
    const gone = yield* uninstallUpdates(work)
    if (gone.rebootRequired) yield* rebootServer(work, 'Updates removed')
    const verified = yield* health(work, [])
    if (!verified.healthy) {
      const problems = verified.problems.join('; ').slice(0, 500)
      throw new Halt({ kind: 'rollBack' }, reason('verifyFailed', { problems }))
    }
    work.saga.pivot()
    yield* reopen(work)
    yield* releaseCheckpoint(work)
    return { ...endOf(gone, job), build: verified.build, ...told(work) }
  } catch (halt) {
    if (!(halt instanceof Halt)) throw halt
    return yield* conclude(work, halt)
  }
}

interface Gone {
  readonly removed: readonly string[]
  readonly notRemovable: TaskResult<'uninstall'>['notRemovable']
  readonly rebootRequired: boolean
}

function endOf({ removed, notRemovable }: Gone, job: ServerInput): Pick<ServerEnd, 'outcome' | 'reason'> {
  if (notRemovable.length > 0)
    return { outcome: 'needsOperator', reason: reason('notRemovable', whatStays(notRemovable)) }
  const kb = job.approval.named.join(', ').slice(0, 500)
  return {
    outcome: 'succeeded',
    reason: reason(removed.length > 0 ? 'updateRemoved' : 'notInstalled', { kb }),
  }
}

/** What isn't installed counts as neither removed nor in the way, so that it may be asked again. */
function* uninstallUpdates(work: Work): Story<Gone> {
  const { job, saga } = work
  const ask: Ask = {
    step: 'uninstall',
    on: job.serverId,
    task: { kind: 'uninstall', params: { updates: [...job.approval.named] } },
    timeoutSeconds: timeoutOf(work, 'uninstall'),
  }
  saga.before('uninstall', () => restoreState(work))
  const removed = new Set<string>()
  let rebootRequired = false
  for (let attempt = 1; ; attempt++) {
    const answer = yield* answerOf(work, attempt === 1 ? { ...ask, ...inWindow(work) } : ask, attempt)
    if (answer.kind === 'succeeded') {
      const result = parseTaskResult('uninstall', answer.result)
      for (const id of result.removed) removed.add(id)
      rebootRequired ||= result.rebootRequired
      return { removed: [...removed], notRemovable: result.notRemovable, rebootRequired }
    }
    if (answer.kind === 'interrupted') rebootRequired = true
    const failure =
      answer.kind === 'failed'
        ? answer.failure
        : ({ code: 'interrupted', message: answer.message, remedy: 'retry' } as const)
    const { rebooted } = yield* beforeNextTry(work, ask, attempt, failure)
    if (rebooted) rebootRequired = false
  }
}
