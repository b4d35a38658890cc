import type { OrchestrationContext } from 'durable-functions'
import type { CampaignId, ClientId } from '../domain/ids.ts'
import { defaultSettings } from '../domain/settings.ts'
import { timeoutSecondsFor } from '../domain/timeouts.ts'
import { closeCleanup, keepCheckpoint, keepJobs, openCleanup } from '../steps/catalogue.ts'
import { call, type Story } from '../steps/step.ts'
import { Commander, type Answer } from './command.ts'

export const cleanupName = 'cleanup'

export interface CleanupInput {
  readonly clientId: ClientId
  /** Holds the client's lock meanwhile. */
  readonly owner: CampaignId
}

/**
 * Trigger: a checkpoint of the client has stood longer than CheckpointKeep, or backup jobs are held for a server
 * whose story is over. Promise: it is gone, they are released, or its row says why not; nothing else is touched, and
 * no campaign runs beside it.
 */
export function* cleanup(context: OrchestrationContext): Story<void> {
  const { clientId, owner } = context.df.getInput<CleanupInput>()
  const opened = yield* call(context, openCleanup, { clientId, owner })
  if (opened.kind === 'nothing') return
  const errand = { campaignId: owner, clientId, fence: opened.fence, settings: defaultSettings }
  const commander = new Commander(context, errand)
  for (const { name, serverId, host, on } of opened.checkpoints) {
    const answer = yield* commander.ask({
      step: 'release',
      on,
      about: serverId,
      task: { kind: 'removeCheckpoint', params: { vm: host, name } },
      timeoutSeconds: timeoutSecondsFor('release', undefined, defaultSettings),
      brief: true,
    })
    if (answer.kind === 'fenced') return
    if (answer.kind !== 'succeeded')
      yield* call(context, keepCheckpoint, { clientId, name, message: messageOf(answer) })
  }
  for (const { serverId, host, on, jobs } of opened.jobs) {
    const answer = yield* commander.ask({
      step: 'releaseJobs',
      on,
      about: serverId,
      task: { kind: 'releaseJobs', params: { target: host, jobs: jobs.map(({ id }) => id) } },
      timeoutSeconds: timeoutSecondsFor('releaseJobs', undefined, defaultSettings),
      brief: true,
    })
    if (answer.kind === 'fenced') return
    if (answer.kind !== 'succeeded')
      yield* call(context, keepJobs, { clientId, serverId, on, message: messageOf(answer) })
  }
  yield* call(context, closeCleanup, { clientId, owner })
}

const messageOf = (answer: Exclude<Answer, { kind: 'succeeded' }>): string =>
  (answer.kind === 'failed' ? answer.failure.message : answer.kind).slice(0, 300)
