import type { OrchestrationContext } from 'durable-functions'
import type { CampaignId, ClientId, RingNumber } from '../domain/ids.ts'
import { endRing, startRing, type Subject } from '../steps/catalogue.ts'
import { call, type Story } from '../steps/step.ts'
import { clientName, type ClientInput } from './client.ts'
import { settleAll } from './settle.ts'
import { waitName, type WaitInput } from './wait.ts'

export const ringName = 'ring'
export const groupName = 'group'

export interface RingInput {
  readonly campaignId: CampaignId
  readonly ring: RingNumber
  readonly groups: readonly (readonly ClientId[])[]
  readonly pass: number
}

/**
 * Promise: starts when the ring before has passed (or an operator promotes it), runs all its clients side by
 * side, and returns when its own gate lets the next ring start.
 */
export function* ring(context: OrchestrationContext): Story<void> {
  const { campaignId, ring, groups, pass } = context.df.getInput<RingInput>()
  const waitFor = (subject: Subject) =>
    context.df.callSubOrchestrator(
      waitName,
      { campaignId, subject } satisfies WaitInput,
      `${context.df.instanceId}:wait-${subject.kind}`,
    )

  yield waitFor({ kind: 'ring', ring })
  yield* call(context, startRing, { campaignId, ring })
  const children = groups.map((clients, index) =>
    context.df.callSubOrchestrator(
      groupName,
      { campaignId, ring, clients, pass } satisfies GroupInput,
      `${context.df.instanceId}:group${index}`,
    ),
  )
  yield* settleAll(context, children)
  yield* call(context, endRing, { campaignId, ring })
  yield waitFor({ kind: 'gate', ring })
}

export interface GroupInput {
  readonly campaignId: CampaignId
  readonly ring: RingNumber
  readonly clients: readonly ClientId[]
  readonly pass: number
}

/** At most 100 clients: a parent re-reads its history at each child's end. */
export function* group(context: OrchestrationContext): Story<void> {
  const { campaignId, ring, clients, pass } = context.df.getInput<GroupInput>()
  const children = clients.map((clientId) =>
    context.df.callSubOrchestrator(
      clientName,
      { campaignId, ring, clientId, pass } satisfies ClientInput,
      `${campaignId}:p${pass}:${clientId}`,
    ),
  )
  yield* settleAll(context, children)
}
