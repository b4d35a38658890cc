import type { ClientControl } from './control.ts'
import type { Role, ServerKind } from './fleet.ts'
import type { ServerId } from './ids.ts'
import type { OutcomeKind, RunState } from './outcomes.ts'
import type { Reason } from './reasons.ts'
import type { RingStatus } from './ring.ts'
import type { CampaignSettings } from './settings.ts'
import type { Instant } from './time.ts'
import type { Occurrence } from './windows.ts'

export interface TurnServer {
  readonly serverId: ServerId
  readonly order: number
  readonly role: Role
  readonly kind: ServerKind
  readonly runsOn?: ServerId | undefined
  readonly partner?: ServerId | undefined
  readonly state: RunState
  readonly enrolled: boolean
  readonly online: boolean
  readonly excluded?: { readonly until?: Instant | undefined } | undefined
  readonly p95Ms: number
}

export interface TurnFacts {
  readonly campaign: 'running' | 'paused' | 'cancelled'
  readonly stopped: boolean
  readonly control: ClientControl
  readonly ring: RingStatus
  readonly lock:
    | { readonly kind: 'free' }
    | { readonly kind: 'mine'; readonly fence: number }
    | { readonly kind: 'other'; readonly owner: string }
  readonly windows: readonly Occurrence[]
  readonly maxParallel: number
  readonly servers: readonly TurnServer[]
}

export interface TurnRecord {
  readonly serverId: ServerId
  readonly outcome: OutcomeKind
  readonly reason: Reason
  readonly nextAt?: Instant
}

export type TurnDecision =
  | { readonly kind: 'start'; readonly serverId: ServerId }
  | { readonly kind: 'record'; readonly records: TurnRecord[] }
  | { readonly kind: 'hold'; readonly reason: Reason; readonly until?: Instant }
  | { readonly kind: 'finish'; readonly carriedOver: number; readonly nextAt?: Instant }

export type TurnSettings = Pick<CampaignSettings, 'onFailure' | 'rollbackReserveMinutes' | 'topology'>

export function decideTurn(facts: TurnFacts, settings: TurnSettings, now: Instant): TurnDecision {
  throw new Error(`unfinished ${facts.campaign} ${settings.onFailure} ${now}`)
}
