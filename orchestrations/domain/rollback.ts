import type { Failure } from './failures.ts'
import type { Role, ServerKind } from './fleet.ts'
import type { UpdateStep } from './outcomes.ts'
import { reason, type Reason } from './reasons.ts'
import type { CampaignSettings } from './settings.ts'
import { minuteMs } from './time.ts'

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

/** Going back in time would cost them what others have written or replicated since (operations.md). */
export const neverRestoredOnceBooted: ReadonlySet<Role> = new Set<Role>([
  'domainController',
  'sql',
  'exchange',
  'file',
])

/** How a server that failed after its update began gets back. A failed rollback needs an operator anyway. */
export function decideRollback(facts: RollbackFacts): RollbackDecision {
  if (!facts.settings.autoRollback) {
    return { kind: 'needsOperator', reason: reason('rollbackNotAllowed', { role: facts.role }) }
  }
  const booted = facts.bootedAfterUpdate ?? true
  const mayRestore = !(booted && neverRestoredOnceBooted.has(facts.role))
  return facts.kind === 'vm' && facts.hasCheckpoint && mayRestore
    ? { kind: 'restore' }
    : { kind: 'uninstall' }
}

export type AfterFailure =
  | { readonly kind: 'retry'; readonly afterMs: number }
  | { readonly kind: 'rebootFirst' }
  | { readonly kind: 'repairFirst' }
  | { readonly kind: 'rollback' }
  | { readonly kind: 'giveUp' }

/** Steps after which the machine may have been changed: failing there for good means going back. */
const afterTheFirstChange: ReadonlySet<UpdateStep> = new Set<UpdateStep>(['install', 'reboot', 'verify'])
const longestPauseMs = 30 * minuteMs

/**
 * What follows a failed step. `attempt`: which one failed, from 1. Pauses double from the check interval to half
 * an hour, in plan ms. Only servicing itself is repaired or rebooted for. Giving up leaves the machine as it is.
 */
export function decideAfterFailure(
  step: UpdateStep,
  attempt: number,
  failure: Pick<Failure, 'remedy'>,
  settings: Pick<CampaignSettings, 'maxRetries' | 'checkIntervalSeconds'>,
): AfterFailure {
  const forGood: AfterFailure = afterTheFirstChange.has(step) ? { kind: 'rollback' } : { kind: 'giveUp' }
  if (attempt > settings.maxRetries) return forGood
  switch (failure.remedy) {
    case 'retry':
      return { kind: 'retry', afterMs: pauseMs(attempt, settings.checkIntervalSeconds) }
    case 'rebootFirst':
      return isServicing(step)
        ? { kind: 'rebootFirst' }
        : { kind: 'retry', afterMs: pauseMs(attempt, settings.checkIntervalSeconds) }
    case 'repairFirst':
      return isServicing(step) ? { kind: 'repairFirst' } : forGood
    case 'giveUp':
      return forGood
  }
}

const isServicing = (step: UpdateStep): boolean => step === 'install' || step === 'uninstall'

function pauseMs(attempt: number, firstSeconds: number): number {
  return Math.min(firstSeconds * 1000 * 2 ** (attempt - 1), Math.max(longestPauseMs, firstSeconds * 1000))
}
