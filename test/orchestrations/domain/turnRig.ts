import { expect } from 'vitest'
import { ServerId } from '../../../orchestrations/domain/ids.ts'
import type { OutcomeKind, RunState } from '../../../orchestrations/domain/outcomes.ts'
import type {
  TurnDecision,
  TurnFacts,
  TurnRecord,
  TurnServer,
  TurnSettings,
} from '../../../orchestrations/domain/turn.ts'
import { hourMs, minuteMs } from '../../../orchestrations/domain/time.ts'

export const saturday = 1_795_215_600_000
export const settings: TurnSettings = { onFailure: 'stopClient', rollbackReserveMinutes: 30, topology: true }
export const weekend = { start: saturday, end: saturday + 48 * hourMs }
export const nextWeekend = { start: saturday + 168 * hourMs, end: saturday + 216 * hourMs }

export const pending: RunState = { kind: 'pending' }
export const running: RunState = { kind: 'running', step: 'install', startedAt: saturday, stepAt: saturday }
export const unknown: RunState = {
  kind: 'unknown',
  step: 'install',
  startedAt: saturday,
  since: saturday,
  reason: { code: 'noAnswer' },
}
export function ended(outcome: OutcomeKind, startedAt?: number): RunState {
  return { kind: 'ended', outcome, endedAt: saturday, ...(startedAt !== undefined && { startedAt }) }
}

export function idOf(name: string): ServerId {
  return ServerId.parse(`acme.${name}`)
}

export function server(name: string, more: Partial<TurnServer> = {}): TurnServer {
  return {
    serverId: idOf(name),
    order: 1,
    role: 'application',
    kind: 'vm',
    state: pending,
    enrolled: true,
    online: true,
    p95Ms: 90 * minuteMs,
    ...more,
  }
}

export function facts(servers: readonly TurnServer[], more: Partial<TurnFacts> = {}): TurnFacts {
  return {
    campaign: 'running',
    stopped: false,
    control: { kind: 'running' },
    ring: { kind: 'running' },
    lock: { kind: 'mine', fence: 1 },
    windows: [weekend, nextWeekend],
    maxParallel: 1,
    servers,
    ...more,
  }
}

/** A decision in one line, for table tests. */
export function brief(decision: TurnDecision): string {
  switch (decision.kind) {
    case 'start':
      return `start ${decision.serverId}`
    case 'hold':
      return `hold ${decision.reason.code}`
    case 'finish':
      return `finish ${decision.carriedOver}`
    case 'record':
      return decision.records.map((one) => `${one.serverId} ${one.outcome} ${one.reason.code}`).join(', ')
  }
}

export function recordsOf(decision: TurnDecision): TurnRecord[] {
  expect(decision.kind).toBe('record')
  return decision.kind === 'record' ? decision.records : []
}
