import type { OrchestrationContext } from 'durable-functions'
import type { CampaignId, ClientId } from '../domain/ids.ts'
import { defaultSettings } from '../domain/settings.ts'
import { timeoutSecondsFor } from '../domain/timeouts.ts'
import { closeCleanup, keepCheckpoint, openCleanup } from '../steps/catalogue.ts'
import { call, type Story } from '../steps/step.ts'
import { Commander } from './command.ts'

export const cleanupName = 'cleanup'

export interface CleanupInput {
  readonly clientId: ClientId
  /** Holds the client's lock meanwhile. */
  readonly owner: CampaignId
}

/**
 * Trigger: a checkpoint of the client has stood longer than CheckpointKeep. Promise: it is gone, or its row says
 * why it isn't; nothing else is touched, and no campaign runs beside it.
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
    if (answer.kind === 'succeeded') continue
    const message = answer.kind === 'failed' ? answer.failure.message : answer.kind
    yield* call(context, keepCheckpoint, { clientId, name, message: message.slice(0, 300) })
  }
  yield* call(context, closeCleanup, { clientId, owner })
}
