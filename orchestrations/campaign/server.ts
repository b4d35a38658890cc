import type { OrchestrationContext } from 'durable-functions'
import { reason } from '../domain/reasons.ts'
import { endServer, type ServerEnd, type ServerInput } from '../steps/catalogue.ts'
import { call, type Story } from '../steps/step.ts'
import { Saga } from '../sagas/saga.ts'
import { Commander } from './command.ts'
import { Halt } from './halt.ts'
import { conclude } from './rollback.ts'
import {
  installUpdates,
  inspectServer,
  rebootServer,
  releaseCheckpoint,
  requireBackup,
  takeCheckpoint,
  verifyServer,
} from './runbook.ts'
import type { Work } from './work.ts'

export const serverName = 'server'

/**
 * Trigger: the client's turn. Promise: the server ends in one named outcome, and nothing is changed without
 * a fresh backup and, on a virtual machine, a checkpoint. Point of no return: the verified server.
 */
export function* server(context: OrchestrationContext): Story<void> {
  const job = context.df.getInput<ServerInput>()
  const { campaignId, clientId, ring, serverId, round } = job
  const end = yield* updateServer(context, job)
  yield* call(context, endServer, { campaignId, clientId, ring, serverId, round, end })
}

function* updateServer(context: OrchestrationContext, job: ServerInput): Story<ServerEnd> {
  const saga = new Saga()
  const work: Work = {
    context,
    job,
    saga,
    commander: new Commander(context, job),
    results: new Map(),
    booted: false,
    attempts: 1,
  }
  try {
    const facts = yield* inspectServer(work)
    yield* requireBackup(work, facts)
    yield* takeCheckpoint(work)
    const installed = yield* installUpdates(work)
    if (installed.rebootRequired) yield* rebootServer(work, 'Updates installed')
    const verified = yield* verifyServer(work)
    saga.pivot()
    yield* releaseCheckpoint(work)
    return {
      outcome: 'succeeded',
      reason: reason(installed.nothingToInstall ? 'nothingToInstall' : 'updated', { build: verified.build }),
      build: verified.build,
      updates: [...work.results.values()],
      attempts: work.attempts,
    }
  } catch (halt) {
    if (!(halt instanceof Halt)) throw halt
    return yield* conclude(work, halt)
  }
}
