import type { Reason } from './reasons.ts'
import type { CampaignSettings } from './settings.ts'
import type { Instant } from './time.ts'

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

export function backupGate(
  facts: BackupFacts,
  settings: Pick<CampaignSettings, 'requireBackup' | 'backupMaxAgeHours'>,
  now: Instant,
  waiver?: BackupWaiver,
): BackupVerdict {
  throw new Error(
    `unfinished ${facts.newestRestorePointAt} ${settings.requireBackup} ${now} ${waiver?.until}`,
  )
}

export interface ReadinessFacts {
  readonly freeBytes: number
  readonly hold?: string | undefined
  readonly pendingReboot: readonly string[]
}
export type Readiness =
  | { readonly kind: 'ok' }
  | { readonly kind: 'rebootFirst'; readonly reason: Reason }
  | { readonly kind: 'refuse'; readonly reason: Reason }

export function readiness(
  facts: ReadinessFacts,
  settings: Pick<CampaignSettings, 'minimumFreeBytes'>,
): Readiness {
  throw new Error(`unfinished ${facts.freeBytes} ${settings.minimumFreeBytes}`)
}
