import type { OrchestrationContext } from 'durable-functions'
import { reason } from '../domain/reasons.ts'
import { endServer, type ServerEnd, type ServerInput } from '../steps/catalogue.ts'
import { call, type Story } from '../steps/step.ts'
import { drainSessions, holdBackupJobs, putBack, reopen } from './around.ts'
import { brokenDependent, healthyDependents } from './dependents.ts'
import { Halt } from './halt.ts'
import { removeUpdates } from './removal.ts'
import { conclude } from './rollback.ts'
import {
  chooseWhatToInstall,
  installUpdates,
  inspectServer,
  rebootServer,
  releaseCheckpoint,
  requireBackup,
  requireProbes,
  takeCheckpoint,
  verifyServer,
} from './runbook.ts'
import { begin, told, type Work } from './work.ts'

export const serverName = 'server'

/**
 * Trigger: the client's turn. Promise: the server ends in one named outcome, and nothing is changed without
 * a fresh backup and, on a virtual machine, a checkpoint; people and backups are kept off it meanwhile, and let
 * back whatever happens. Point of no return: the verified server.
 */
export function* server(context: OrchestrationContext): Story<void> {
  const job = context.df.getInput<ServerInput>()
  const { campaignId, clientId, ring, serverId, round } = job
  const story = job.purpose === 'remove' ? removeUpdates : updateServer
  const end = yield* story(context, job)
  yield* call(context, endServer, { campaignId, clientId, ring, serverId, round, end })
}

function* updateServer(context: OrchestrationContext, job: ServerInput): Story<ServerEnd> {
  const work = begin(context, job)
  return yield* putBack(work, yield* updated(work))
}

function* updated(work: Work): Story<ServerEnd> {
  try {
    const facts = yield* inspectServer(work)
    chooseWhatToInstall(work, facts)
    if (work.updates.length === 0) return nothingToInstall(work, facts.os.build)
    const jobs = yield* requireBackup(work, facts)
    yield* requireProbes(work)
    yield* holdBackupJobs(work, jobs)
    yield* takeCheckpoint(work)
    yield* drainSessions(work, facts.roles)
    const dependents = yield* healthyDependents(work)
    const installed = yield* installUpdates(work)
    if (installed.rebootRequired) yield* rebootServer(work, 'Updates installed')
    const { build } = yield* verifyServer(work)
    work.saga.pivot()
    yield* reopen(work)
    yield* releaseCheckpoint(work)
    const broken = yield* brokenDependent(work, dependents)
    if (broken) return { outcome: 'needsOperator', reason: broken, build, ...told(work) }
    if (installed.nothingToInstall) return nothingToInstall(work, build)
    return { outcome: 'succeeded', reason: reason('updated', { build }), build, ...told(work) }
  } catch (halt) {
    if (!(halt instanceof Halt)) throw halt
    return yield* conclude(work, halt)
  }
}

/** Only what was offered nothing is up to date. What was kept from its updates proves nothing, and isn't done. */
function nothingToInstall(work: Work, build: string): ServerEnd {
  const { withheld } = work
  if (withheld !== '')
    return {
      outcome: 'skipped',
      reason: reason('nothingAllowed', { build, updates: withheld }),
      build,
      ...told(work),
    }
  return { outcome: 'succeeded', reason: reason('nothingToInstall', { build }), build, ...told(work) }
}
