import type { HeartbeatAnswer } from '../orchestrations/contracts/agent.ts'
import type { Report } from '../orchestrations/contracts/report.ts'
import type { AcceptedFacts } from './journal/records.ts'

/** What an agent tells its surroundings (the log, the simulation); nothing depends on anyone listening. */
export type AgentEvent =
  | { readonly kind: 'accepted'; readonly facts: AcceptedFacts }
  | { readonly kind: 'ended'; readonly report: Report }
  | { readonly kind: 'acknowledged'; readonly report: Report; readonly verdict: string }
  | { readonly kind: 'messageRejected'; readonly why: string; readonly message: string }
  | { readonly kind: 'messageIgnored'; readonly why: string }
  /** A heartbeat was answered. */
  | { readonly kind: 'heard'; readonly answer: HeartbeatAnswer }
  | { readonly kind: 'connected' }
  | { readonly kind: 'disconnected'; readonly why: string }
  | {
      readonly kind: 'requestFailed'
      readonly what: 'heartbeat' | 'report' | 'connect'
      readonly error: unknown
    }
  | { readonly kind: 'journalUnwritable'; readonly message: string }
