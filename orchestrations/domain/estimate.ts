import type { RingNumber } from './ids.ts'
import type { CampaignSettings } from './settings.ts'

/** Measured durations of ended servers, plan ms. Sums, so that they add up from the clients' rows. */
export interface Measured {
  readonly count: number
  readonly sumMs: number
  /** Without it the spread of the settings' p50 and p95 is taken. */
  readonly sumSquaresMs?: number
}
export interface RemainingClient {
  /** Servers still pending. */
  readonly pending: number
  /** For each server under way, how long it has been, plan ms. */
  readonly underWayMs: readonly number[]
  readonly maxParallel: number
  /** Plan ms until it may go on (window, pause), when that is known. */
  readonly waitMs?: number
}
export interface RemainingRing {
  readonly ring: RingNumber
  readonly clients: readonly RemainingClient[]
  /** Soak still to come, plan ms. */
  readonly soakMs: number
}
export type RemainingEstimate =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'range'; readonly p20Ms: number; readonly p80Ms: number }

/** Rings in order, those that passed left out. */
export function estimateRemaining(
  rings: readonly RemainingRing[],
  measured: Measured,
  settings: Pick<CampaignSettings, 'serverMinutes'>,
): RemainingEstimate {
  throw new Error(`unfinished ${rings.length} ${measured.count} ${settings.serverMinutes.p50}`)
}
