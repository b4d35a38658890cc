import type { OrchestrationContext } from 'durable-functions'
import type { CampaignId } from '../domain/ids.ts'
import { peek, type Subject } from '../steps/catalogue.ts'
import { call, planNow, timerAt, type Story } from '../steps/step.ts'

export const waitName = 'wait'
/** Name of the event by which controls wake a wait. */
export const wakeEvent = 'wake'

export interface WaitInput {
  readonly campaignId: CampaignId
  readonly subject: Subject
}

const roundsPerGeneration = 50
const firstPauseMs = 15 * 60_000
const longestPauseMs = 60 * 60_000

/**
 * Waits, without children and so free to continue as new, until `peek` says go. A wake event is only a hint:
 * a lost one costs a pause of 15 minutes, growing to an hour, or less when the deadline is known.
 */
export function* wait(context: OrchestrationContext): Story<void> {
  const input = context.df.getInput<WaitInput>()
  let pause = firstPauseMs
  let woken = context.df.waitForExternalEvent(wakeEvent)
  for (let round = 0; round < roundsPerGeneration; round++) {
    const seen = yield* call(context, peek, { ...input, instanceId: context.df.instanceId })
    if (seen.kind === 'go') return
    if (!woken.isCompleted) {
      const deadline = timerAt(context, Math.min(seen.until ?? Infinity, planNow(context) + pause))
      yield context.df.Task.any([woken, deadline])
      if (!deadline.isCompleted) deadline.cancel()
    }
    if (woken.isCompleted) woken = context.df.waitForExternalEvent(wakeEvent)
    pause = Math.min(longestPauseMs, pause * 2)
  }
  context.df.continueAsNew(input)
}
