import type { OrchestrationContext } from 'durable-functions'
import type { CampaignId } from '../domain/ids.ts'
import { endCampaign, openCampaign, type Subject } from '../steps/catalogue.ts'
import { call, type Story } from '../steps/step.ts'
import { ringName, type RingInput } from './ring.ts'
import { waitName, type WaitInput } from './wait.ts'

export const campaignName = 'campaign'

export interface CampaignInput {
  readonly campaignId: CampaignId
  /** 0 at first; one more each time that carried-over servers get their next window. */
  readonly pass: number
}

/**
 * Trigger: START. Promise: ring after ring, each behind its gate; ends when every server has a named outcome.
 * What did not fit a window is done in a further pass over the same rings, at the next window.
 */
export function* campaign(context: OrchestrationContext): Story<void> {
  const { campaignId, pass } = context.df.getInput<CampaignInput>()
  const plan = yield* call(context, openCampaign, { campaignId })
  for (const { ring, groups } of plan.rings) {
    const input: RingInput = { campaignId, ring, groups, pass }
    yield context.df.callSubOrchestrator(ringName, input, `${campaignId}:p${pass}:ring${ring}`)
  }
  const waitFor = (subject: Subject) =>
    context.df.callSubOrchestrator(
      waitName,
      { campaignId, subject } satisfies WaitInput,
      `${campaignId}:p${pass}:wait-${subject.kind}`,
    )
  // Servers that got their place back after their client had ended have stories of their own.
  yield waitFor({ kind: 'idle' })
  const end = yield* call(context, endCampaign, { campaignId })
  if (end.kind === 'ended') return
  yield waitFor({ kind: 'window', until: end.nextAt })
  // No child is open and nobody raises events to a campaign: nothing can be lost here.
  context.df.continueAsNew({ campaignId, pass: pass + 1 } satisfies CampaignInput)
}
