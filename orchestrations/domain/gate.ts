import { reason, type Reason } from './reasons.ts'
import type { CampaignSettings } from './settings.ts'
import { dayMs, hourMs, type Instant } from './time.ts'

export interface BackupFacts {
  /** null: looked and found none. undefined: nobody could look. */
  readonly newestRestorePointAt: Instant | null | undefined
}
export interface BackupWaiver {
  readonly until: Instant
  readonly reason: string
  readonly actor: string
}
export type BackupVerdict =
  | { readonly kind: 'pass'; readonly reason: Reason }
  | { readonly kind: 'refuse'; readonly reason: Reason }

/**
 * Whether a server's newest restore point is recent enough to change it. Fails closed: no answer, none found and
 * one from more than a day ahead (a clock that is wrong) refuse.
 */
export function backupGate(
  facts: BackupFacts,
  settings: Pick<CampaignSettings, 'requireBackup' | 'backupMaxAgeHours'>,
  now: Instant,
  waiver?: BackupWaiver,
): BackupVerdict {
  if (!settings.requireBackup) return { kind: 'pass', reason: reason('backupNotRequired') }
  if (waiver && now < waiver.until) {
    const params = { actor: waiver.actor, reason: waiver.reason, untilAt: waiver.until }
    return { kind: 'pass', reason: reason('backupWaived', params) }
  }
  const newestAt = facts.newestRestorePointAt
  if (newestAt === null || newestAt === undefined || newestAt > now + dayMs) {
    return { kind: 'refuse', reason: reason('backupMissing') }
  }
  const params = { newestAt, maxAgeHours: settings.backupMaxAgeHours }
  return now - newestAt <= settings.backupMaxAgeHours * hourMs
    ? { kind: 'pass', reason: reason('backupFresh', params) }
    : { kind: 'refuse', reason: reason('backupTooOld', params) }
}

export interface ReadinessFacts {
  readonly freeBytes: number
  /** Text of the host's HOLD file. */
  readonly hold?: string | undefined
  readonly pendingReboot: readonly string[]
}
export type Readiness =
  | { readonly kind: 'ok' }
  | { readonly kind: 'rebootFirst'; readonly reason: Reason }
  | { readonly kind: 'refuse'; readonly reason: Reason }

/** Whether a server, as inspected, may be changed. A refusal comes before a reboot that could be done. */
export function readiness(
  facts: ReadinessFacts,
  settings: Pick<CampaignSettings, 'minimumFreeBytes'>,
): Readiness {
  if (facts.hold !== undefined) return { kind: 'refuse', reason: reason('hostHold', { text: facts.hold }) }
  if (!(facts.freeBytes >= settings.minimumFreeBytes)) {
    const params = { freeBytes: facts.freeBytes, neededBytes: settings.minimumFreeBytes }
    return { kind: 'refuse', reason: reason('diskTooFull', params) }
  }
  if (facts.pendingReboot.length > 0) {
    return {
      kind: 'rebootFirst',
      reason: reason('rebootPending', { sources: facts.pendingReboot.join(', ') }),
    }
  }
  return { kind: 'ok' }
}
