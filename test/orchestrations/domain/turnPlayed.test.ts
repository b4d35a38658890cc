import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Role } from '../../../orchestrations/domain/fleet.ts'
import type { OutcomeKind, RunState } from '../../../orchestrations/domain/outcomes.ts'
import { hourMs, minuteMs } from '../../../orchestrations/domain/time.ts'
import {
  decideTurn,
  type TurnDecision,
  type TurnRecord,
  type TurnServer,
} from '../../../orchestrations/domain/turn.ts'
import { facts, idOf, nextWeekend, saturday, server, weekend } from './turnRig.ts'

interface Night {
  readonly servers: readonly TurnServer[]
  readonly maxParallel: number
  readonly onFailure: 'stopClient' | 'continue'
  readonly outcomes: readonly OutcomeKind[]
  readonly minutes: readonly number[]
  readonly stops: readonly boolean[]
  readonly from: number
}

const roles: readonly Role[] = ['domainController', 'sql', 'application', 'rds']
const aServer = fc.record({
  role: fc.constantFrom(...roles),
  /** 0: itself a host. 1, 2: runs on the first or second host. 3: on none. */
  place: fc.constantFrom(0, 1, 1, 2, 3),
  paired: fc.boolean(),
  online: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
  enrolled: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
  excluded: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
})
const night: fc.Arbitrary<Night> = fc.record({
  servers: fc.array(aServer, { minLength: 1, maxLength: 9 }).map(build),
  maxParallel: fc.integer({ min: 1, max: 4 }),
  onFailure: fc.constantFrom('stopClient' as const, 'continue' as const),
  outcomes: fc.array(
    fc.constantFrom<OutcomeKind>('succeeded', 'succeeded', 'failed', 'rolledBack', 'needsOperator'),
    {
      minLength: 9,
      maxLength: 9,
    },
  ),
  minutes: fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 9, maxLength: 9 }),
  stops: fc.array(fc.boolean(), { minLength: 0, maxLength: 5 }),
  from: fc.integer({ min: -60, max: 60 * 60 }).map((minute) => saturday + minute * minuteMs),
})

function build(
  list: readonly {
    role: Role
    place: number
    paired: boolean
    online: boolean
    enrolled: boolean
    excluded: boolean
  }[],
) {
  const hosts = list.flatMap(({ place }, index) => (place === 0 ? [idOf(`s${index}`)] : []))
  return list.map((one, index): TurnServer => {
    const host = one.place === 0 ? undefined : hosts[one.place - 1]
    return server(`s${index}`, {
      order: index + 1,
      role: one.place === 0 ? 'host' : one.role,
      kind: one.place === 0 ? 'hyperVHost' : host ? 'vm' : 'physical',
      runsOn: host,
      partner: one.paired && index > 0 ? idOf(`s${index - 1}`) : undefined,
      online: one.online && one.enrolled,
      enrolled: one.enrolled,
      excluded: one.excluded ? {} : undefined,
    })
  })
}

/** Plays a client until it finishes: work ends by itself, stops are raised and released. Checks every start. */
function play(given: Night): { states: Map<string, RunState>; turns: number } {
  const settings = { onFailure: given.onFailure, rollbackReserveMinutes: 30, topology: true }
  const states = new Map<string, RunState>(given.servers.map(({ serverId, state }) => [serverId, state]))
  const ends = new Map<string, number>()
  const stops = [...given.stops]
  let now = given.from
  for (let turns = 0; turns < 500; turns += 1) {
    const servers = given.servers.map((one) => ({ ...one, state: states.get(one.serverId) ?? one.state }))
    const stopped = stops.shift() ?? false
    const decision = decideTurn(facts(servers, { maxParallel: given.maxParallel, stopped }), settings, now)
    if (decision.kind === 'finish') return { states, turns }
    if (decision.kind === 'start') {
      checkStart(decision.serverId, servers, given.maxParallel, now, stopped)
      const index = servers.findIndex(({ serverId }) => serverId === decision.serverId)
      const spent = (given.minutes[index] ?? 0) * minuteMs
      states.set(decision.serverId, { kind: 'running', step: 'install', startedAt: now, stepAt: now })
      ends.set(decision.serverId, now + spent)
    } else if (decision.kind === 'record') {
      checkRecords(decision.records, states)
      for (const record of decision.records) {
        states.set(record.serverId, { kind: 'ended', outcome: record.outcome, endedAt: now })
      }
    } else {
      now = wake(decision, stopped, now, given, states, ends)
    }
  }
  throw new Error('the client never finished')
}

function wake(
  decision: Extract<TurnDecision, { kind: 'hold' }>,
  stopped: boolean,
  now: number,
  given: Night,
  states: Map<string, RunState>,
  ends: Map<string, number>,
): number {
  if (stopped) return now + minuteMs
  const next = [...ends].sort(([, a], [, b]) => a - b)[0]
  if (next && (decision.until === undefined || next[1] <= decision.until)) {
    const [id, at] = next
    const index = given.servers.findIndex(({ serverId }) => serverId === id)
    ends.delete(id)
    states.set(id, {
      kind: 'ended',
      outcome: given.outcomes[index] ?? 'succeeded',
      startedAt: at,
      endedAt: at,
    })
    return Math.max(now, at)
  }
  if (decision.until === undefined) throw new Error(`holds for ever: ${decision.reason.code}`)
  expect(decision.until).toBeGreaterThan(now)
  return decision.until
}

function checkRecords(records: readonly TurnRecord[], states: ReadonlyMap<string, RunState>): void {
  expect(records.length).toBeGreaterThan(0)
  for (const { serverId } of records) expect(states.get(serverId)?.kind).toBe('pending')
}

function checkStart(
  id: string,
  servers: readonly TurnServer[],
  maxParallel: number,
  now: number,
  stopped: boolean,
): void {
  expect(stopped).toBe(false)
  const isBusy = ({ state }: TurnServer): boolean => state.kind === 'running' || state.kind === 'unknown'
  const busy = servers.filter(isBusy)
  const started = servers.find(({ serverId }) => serverId === id)
  expect(started).toMatchObject({ state: { kind: 'pending' }, online: true, enrolled: true })
  expect(busy.length).toBeLessThan(maxParallel)
  const fits = [weekend, nextWeekend].some(({ start, end }) => start <= now && now <= end - 2 * hourMs)
  expect(fits).toBe(true)
  expect(busy.some((other) => other.serverId === started?.partner || other.partner === id)).toBe(false)
  expect(busy.some((other) => other.runsOn === id || other.serverId === started?.runsOn)).toBe(false)
  if (started?.role !== 'domainController') return
  const others = servers.filter(({ role, serverId }) => role === 'domainController' && serverId !== id)
  expect(others.length === 0 || others.some((other) => other.online && !isBusy(other))).toBe(true)
}

test('every night ends, and no start breaks a rule', () => {
  fc.assert(
    fc.property(night, (given) => {
      const { states } = play(given)
      expect([...states.values()].every(({ kind }) => kind === 'ended')).toBe(true)
    }),
    { numRuns: 1500 },
  )
})

test('with an emergency stop raised nothing ever starts', () => {
  fc.assert(
    fc.property(night, fc.integer({ min: 0, max: 200 }), (given, hours) => {
      const settings = { onFailure: given.onFailure, rollbackReserveMinutes: 30, topology: true }
      const at = saturday + hours * hourMs
      const decision = decideTurn(facts(given.servers, { stopped: true }), settings, at)
      expect(decision.kind).toBe('hold')
    }),
  )
})
