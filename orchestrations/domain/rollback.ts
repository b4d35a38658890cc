import type { Failure } from './failures.ts'
import type { Role, ServerKind } from './fleet.ts'
import type { UpdateStep } from './outcomes.ts'
import type { Reason } from './reasons.ts'
import type { CampaignSettings } from './settings.ts'

export interface RollbackFacts {
  readonly role: Role
  readonly kind: ServerKind
  readonly hasCheckpoint: boolean
  /** undefined: nobody knows; counts as booted. */
  readonly bootedAfterUpdate: boolean | undefined
  readonly settings: Pick<CampaignSettings, 'autoRollback'>
}
export type RollbackDecision =
  | { readonly kind: 'restore' }
  | { readonly kind: 'uninstall' }
  | { readonly kind: 'needsOperator'; readonly reason: Reason }

export function decideRollback(facts: RollbackFacts): RollbackDecision {
  throw new Error(`unfinished ${facts.role}`)
}

export type AfterFailure =
  | { readonly kind: 'retry'; readonly afterMs: number }
  | { readonly kind: 'rebootFirst' }
  | { readonly kind: 'rollback' }
  | { readonly kind: 'giveUp' }

/** `attempt`: which one failed, from 1. */
export function decideAfterFailure(
  step: UpdateStep,
  attempt: number,
  failure: Pick<Failure, 'remedy'>,
  settings: Pick<CampaignSettings, 'maxRetries' | 'checkIntervalSeconds'>,
): AfterFailure {
  throw new Error(`unfinished ${step} ${attempt} ${failure.remedy} ${settings.maxRetries}`)
}
