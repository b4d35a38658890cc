import { parseTaskResult, type TaskResult } from '../contracts/tasks.ts'
import type { Failure } from '../domain/failures.ts'
import { backupGate, readiness } from '../domain/gate.ts'
import type { UpdateResult } from '../domain/outcomes.ts'
import { reason } from '../domain/reasons.ts'
import { isWorthATry, leftOf, mostUseful } from '../domain/remedies.ts'
import { decideAfterFailure } from '../domain/rollback.ts'
import { chooseUpdates } from '../domain/updates.ts'
import type { ServerInput } from '../steps/catalogue.ts'
import { planNow, timerAt, type Story } from '../steps/step.ts'
import { drainSessions, type BackupJobs } from './around.ts'
import type { Ask } from './command.ts'
import { Halt } from './halt.ts'
import { repairStore } from './repair.ts'
import { rollBackUpdate } from './rollback.ts'
import {
  answerOf,
  beforeLatestStart,
  failed,
  health,
  leave,
  mustSucceed,
  idsOf,
  inWindow,
  removeCheckpoint,
  timeoutOf,
  tryAgain,
  updateFailure,
  type Work,
} from './work.ts'

export type Facts = Extract<TaskResult<'inspect'>, { what: 'server' }>

/** Step 1: what state is it in; a reboot that was pending before us is done first. */
export function* inspectServer(work: Work): Story<Facts> {
  const { job } = work
  for (let rebooted = false; ; rebooted = true) {
    const ask: Ask = {
      step: 'inspect',
      on: job.serverId,
      task: { kind: 'inspect', params: { what: 'server' } },
      timeoutSeconds: timeoutOf(work, 'inspect'),
      ...(rebooted ? {} : beforeLatestStart(work)),
    }
    const facts = yield* mustSucceed(work, 'inspect', ask, leave('failed'))
    if (facts.what !== 'server') throw new Error(`Inspection of ${job.serverId} answered about ${facts.what}`)
    work.build = facts.os.build
    const ready = readiness(facts, job.settings)
    if (ready.kind === 'refuse') throw new Halt(leave('skipped'), ready.reason)
    if (ready.kind === 'ok' || rebooted) return facts
    yield* drainSessions(work, facts.roles)
    yield* rebootServer(work, 'A reboot was pending', inWindow(work))
    work.booted = false
  }
}

/** What it gets of what it is offered; what is left out although it is approved is said. */
export function chooseWhatToInstall(work: Work, facts: Facts): void {
  const chosen = chooseUpdates(facts.offered, work.job.approval)
  work.updates = chosen.install
  for (const { kb } of chosen.blocked) work.notes.push(reason('updateBlocked', { kb }))
  if (chosen.unproven.length > 0)
    work.notes.push(reason('updateUnproven', { updates: namesOf(chosen.unproven) }))
  work.withheld = namesOf([...chosen.blocked, ...chosen.unproven])
}

const namesOf = (updates: readonly Facts['offered'][number][]): string =>
  updates
    .map(({ id, kb }) => kb || id)
    .join(', ')
    .slice(0, 500)

/**
 * Step 2: no change without a fresh enough restore point; nobody to ask counts as none. Answers the jobs that make
 * them, as far as somebody was asked.
 */
export function* requireBackup(work: Work, facts: Facts): Story<BackupJobs> {
  const { job } = work
  if (!job.settings.requireBackup) return []
  const waived = backupGate(
    { newestRestorePointAt: undefined },
    job.settings,
    planNow(work.context),
    job.waiver,
  )
  if (waived.kind === 'pass') {
    work.notes.push(waived.reason)
    return []
  }
  const { newestRestorePointAt, jobs = [] } =
    job.backupServer === undefined
      ? { newestRestorePointAt: facts.newestRestorePointAt }
      : yield* lookForBackup(work, job.backupServer)
  const verdict = backupGate({ newestRestorePointAt }, job.settings, planNow(work.context))
  if (verdict.kind === 'refuse') throw new Halt(leave('skipped'), verdict.reason)
  return jobs
}

interface Backups {
  readonly newestRestorePointAt: number | null | undefined
  readonly jobs?: BackupJobs | undefined
}

function* lookForBackup(work: Work, backupServer: NonNullable<ServerInput['backupServer']>): Story<Backups> {
  const answer = yield* work.commander.ask({
    step: 'backupGate',
    on: backupServer,
    task: { kind: 'inspect', params: { what: 'backup', target: work.job.host } },
    timeoutSeconds: timeoutOf(work, 'backupGate'),
  })
  if (answer.kind !== 'succeeded') return { newestRestorePointAt: undefined }
  const found = parseTaskResult('inspect', answer.result)
  return found.what === 'backup' ? found : { newestRestorePointAt: undefined }
}

/**
 * What its plan probes has to answer before the change as well: a probe that is wrong, or down already, would
 * otherwise be blamed on the update, and the server set back for it.
 */
export function* requireProbes(work: Work): Story<void> {
  if (work.job.probes === undefined) return
  const found = yield* health(work, [], leave('failed'))
  const { unanswered = found.problems } = found
  if (unanswered.length === 0) return
  const problems = unanswered.join('; ').slice(0, 500)
  throw new Halt(leave('skipped'), reason('probesUnanswered', { problems }))
}

/** Step 3, virtual machines only: a checkpoint on the Hyper-V host. Its undo is registered first. */
export function* takeCheckpoint(work: Work): Story<void> {
  const { job, saga } = work
  if (!job.settings.createSnapshots || job.kind !== 'vm' || job.runsOn === undefined) return
  const name = `atlas-${work.context.df.instanceId.replaceAll(':', '.')}`
  const ask: Ask = {
    step: 'checkpoint',
    on: job.runsOn,
    task: { kind: 'checkpoint', params: { vm: job.host, name } },
    timeoutSeconds: timeoutOf(work, 'checkpoint'),
    ...inWindow(work),
  }
  saga.before('checkpoint', () => removeCheckpoint(work, name))
  yield* mustSucceed(work, 'checkpoint', ask, leave('failed'))
  work.checkpoint = name
}

export interface Installed {
  readonly rebootRequired: boolean
  readonly nothingToInstall: boolean
}

/**
 * Step 4: the approved updates. What failed is tried again as its remedy says, without those that nothing helps;
 * the rest is kept, and has its reboot before the step is given up.
 */
export function* installUpdates(work: Work): Story<Installed> {
  const { saga } = work
  // What was begun inside the window is brought to its end.
  const bound = saga.pending.includes('install') ? {} : inWindow(work)
  saga.before('install', () => rollBackUpdate(work))
  let rebootRequired = false
  for (let attempt = 1; ; attempt++) {
    const ask = installation(work)
    const answer = yield* answerOf(work, attempt === 1 ? { ...ask, ...bound } : ask)
    // Whether it happened is seen on the machine: verify says what is still offered.
    if (answer.kind === 'interrupted') return { rebootRequired: true, nothingToInstall: false }
    const failure = answer.kind === 'failed' ? answer.failure : installFailure(work, answer.result)
    if (answer.kind === 'succeeded')
      rebootRequired = parseTaskResult('install', answer.result).rebootRequired || rebootRequired
    if (failure === undefined) return { rebootRequired, nothingToInstall: work.results.size === 0 }
    const { rebooted } = yield* beforeNextTry(work, ask, attempt, failure, { rebootRequired })
    if (rebooted) rebootRequired = false
  }
}

/** All that it is to get, but what was tried and nothing helps. */
function installation(work: Work): Ask {
  const updates = idsOf(work).filter((id) => {
    const tried = work.results.get(id)
    return tried === undefined || isWorthATry(tried)
  })
  return {
    step: 'install',
    on: work.job.serverId,
    task: { kind: 'install', params: { updates } },
    timeoutSeconds: timeoutOf(work, 'install'),
  }
}

/** Does what the failure's remedy asks for before a step is tried again; halts when nothing is left to try. */
export function* beforeNextTry(
  work: Work,
  ask: Ask,
  attempt: number,
  failure: Failure,
  { rebootRequired = false } = {},
): Story<{ rebooted: boolean }> {
  const remedy = leftOf(failure.remedy, work)
  const next = decideAfterFailure(ask.step, attempt, { remedy }, work.job.settings)
  let rebooted = false
  switch (next.kind) {
    case 'retry':
      yield timerAt(work.context, planNow(work.context) + next.afterMs)
      break
    case 'rebootFirst':
      yield* rebootServer(work, failure.message)
      rebooted = true
      break
    case 'repairFirst': {
      const store = yield* repairStore(work)
      if (store.kind === 'inVain')
        return yield* giveUp(work, store.failed ?? { ask, failure }, rebootRequired)
      rebooted = store.rebootRequired
      if (rebooted) yield* rebootServer(work, 'The component store was repaired')
      break
    }
    case 'rollback':
    case 'giveUp':
      return yield* giveUp(work, { ask, failure }, rebootRequired)
  }
  tryAgain(work, attempt + 1)
  return { rebooted }
}

/** What did arrive is not left half done until somebody restarts the machine by day. */
function* giveUp(
  work: Work,
  { ask, failure }: { ask: Ask; failure: Failure },
  rebootRequired: boolean,
): Story<never> {
  if (rebootRequired) yield* rebootServer(work, 'Updates installed')
  throw new Halt({ kind: 'keepIfHealthy' }, failed(ask, failure), failure)
}

/** Keeps each update's result. Of those that failed now, or were given up before, the one that helps most is told. */
function installFailure(work: Work, result: TaskResult): Failure | undefined {
  const { updates } = parseTaskResult('install', result)
  for (const [id, before] of work.results)
    if (before.result !== 'succeeded' && isWorthATry(before)) work.results.delete(id)
  for (const update of updates) work.results.set(update.id, judged(work, update))
  const first = mostUseful([...work.results.values()])
  if (!first) return undefined
  const { kb, title, code, hresult, result: ended } = first.update
  const name = `${kb} ${title}`.trim()
  return {
    code: updateFailure(ended),
    message: code === undefined ? name : `${name}: ${code}`,
    ...(hresult === undefined ? {} : { hresult }),
    remedy: first.remedy,
  }
}

/** With what is left to try against it as the machine is now. */
const judged = (work: Work, update: UpdateResult): UpdateResult =>
  update.remedy === undefined ? update : { ...update, remedy: leftOf(update.remedy, work) }

/** Step 5. Not tried again blindly: an interrupted reboot is judged by verify. */
export function* rebootServer(work: Work, why: string, bound: Pick<Ask, 'notAfter'> = {}): Story<void> {
  const { job } = work
  work.booted = true
  const ask: Ask = {
    step: 'reboot',
    on: job.serverId,
    task: { kind: 'reboot', params: { reason: why.slice(0, 200) } },
    timeoutSeconds: timeoutOf(work, 'reboot'),
    ...bound,
  }
  const answer = yield* answerOf(work, ask)
  if (answer.kind === 'failed')
    throw new Halt({ kind: 'keepIfHealthy' }, failed(ask, answer.failure), answer.failure)
}

/** Step 6: a reboot still pending is done, an update still offered is installed again, once each retry. */
export function* verifyServer(work: Work): Story<TaskResult<'verify'>> {
  const { job } = work
  for (let attempt = 0; ; attempt++) {
    const found = yield* health(work, idsOf(work))
    const why = reason('verifyFailed', {
      problems: found.problems.join('; ').slice(0, 500),
      stillOffered: found.stillOffered.join(', ').slice(0, 500),
    })
    if (!found.healthy) throw new Halt({ kind: 'rollBack' }, why)
    if (found.pendingReboot.length === 0 && found.stillOffered.length === 0) return found
    if (attempt >= job.settings.maxRetries) throw new Halt({ kind: 'keepIfHealthy' }, why)
    if (found.stillOffered.length > 0) {
      tryAgain(work, attempt + 2)
      const again = yield* installUpdates(work)
      if (!again.rebootRequired) continue
    }
    yield* rebootServer(work, 'A reboot is still pending')
  }
}

/** Step 7: the update is kept; so is the checkpoint, for a while, where the settings say so. One that can't be removed is for a human, the server is done. */
export function* releaseCheckpoint(work: Work): Story<void> {
  if (work.checkpoint === undefined || work.job.settings.releaseCheckpoints === 'afterKeep') return
  const removed = yield* removeCheckpoint(work, work.checkpoint)
  if (removed.kind === 'failed')
    throw new Halt({ kind: 'askOperator' }, reason('commandFailed', { step: 'release', ...removed.why }))
}
