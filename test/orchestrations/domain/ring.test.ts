import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RingNumber } from '../../../orchestrations/domain/ids.ts'
import { outcomeKinds, type OutcomeKind } from '../../../orchestrations/domain/outcomes.ts'
import {
  decideGate,
  judgeRing,
  noOutcomes,
  tallyOf,
  type GateFacts,
  type RingTally,
} from '../../../orchestrations/domain/ring.ts'
import { CampaignSettings, defaultSettings } from '../../../orchestrations/domain/settings.ts'
import { hourMs } from '../../../orchestrations/domain/time.ts'

const ring = (n: number): RingNumber => RingNumber.parse(n)
type Counts = Partial<Record<OutcomeKind | 'unknown' | 'running' | 'pending', number>>
function tally({ unknown = 0, running = 0, pending = 0, ...outcomes }: Counts): RingTally {
  const byOutcome = { ...noOutcomes(), ...outcomes }
  const ended = Object.values(byOutcome).reduce((sum, count) => sum + count, 0)
  return { total: ended + unknown + running + pending, byOutcome, unknown, running, pending }
}
const facts = (counts: Counts, more: Partial<GateFacts> = {}): GateFacts => ({
  tally: tally(counts),
  verdict: { kind: 'running' },
  endedAt: 0,
  held: false,
  promoted: false,
  ...more,
})
const gate = (given: GateFacts, at = 0, settings = defaultSettings, n = 2) =>
  decideGate(given, ring(n), settings, at)
const brief = (decision: ReturnType<typeof gate>): string =>
  'reason' in decision ? `${decision.kind} ${decision.reason.code}` : decision.kind

describe('the breaker', () => {
  test.each<[string, Counts, string]>([
    ['holds its peace below three failures', { succeeded: 1, failed: 2 }, 'running'],
    [
      'trips at three failures of a small ring',
      { succeeded: 7, failed: 1, needsOperator: 1, rolledBack: 1 },
      'tripped',
    ],
    ['counts unknown servers', { running: 50, unknown: 3 }, 'tripped'],
    ['takes five per cent of a large ring', { pending: 761, failed: 39 }, 'running'],
    ['trips at five per cent of a large ring', { pending: 760, failed: 40 }, 'tripped'],
    [
      'does not count servers that were never started',
      { notEnrolled: 30, offlineBeforeStart: 30, carriedOver: 30, excluded: 30, skipped: 30 },
      'running',
    ],
    ['takes its share of what counts only', { pending: 57, failed: 3, carriedOver: 740 }, 'tripped'],
  ])('%s', (_, counts, expected) => {
    expect(judgeRing(tally(counts), defaultSettings).kind).toBe(expected)
  })
  test('says how many and of how many', () => {
    expect(judgeRing(tally({ failed: 3 }), defaultSettings)).toEqual({
      kind: 'tripped',
      reason: { code: 'ringTripped', params: { failures: 3, limit: 3, servers: 3 } },
    })
  })
})

describe('the gate', () => {
  test.each<[string, GateFacts, string]>([
    ['waits while servers are pending', facts({ succeeded: 9, pending: 1 }), 'wait'],
    ['waits while a client has not ended', facts({ succeeded: 9 }, { endedAt: undefined }), 'wait'],
    ['holds while one is unknown', facts({ succeeded: 99, unknown: 1 }), 'hold unknownUnderWay'],
    ['passes a ring that went well', facts({ succeeded: 19, failed: 1 }), 'pass gatePassed'],
    ['holds below the success rate', facts({ succeeded: 18, failed: 2 }), 'hold successRateTooLow'],
    [
      'counts rolled back as not succeeded',
      facts({ succeeded: 18, rolledBack: 2 }),
      'hold successRateTooLow',
    ],
    [
      'leaves what was never started out of the rate',
      facts({ succeeded: 19, failed: 1, carriedOver: 50 }),
      'pass gatePassed',
    ],
    ['holds a sample that is too small', facts({ succeeded: 4, carriedOver: 6 }), 'hold sampleTooSmall'],
    ['takes a small ring whole', facts({ succeeded: 3 }), 'pass gatePassed'],
    ['holds when nothing was started', facts({ carriedOver: 10 }), 'hold evidenceMissing'],
    [
      'holds when the figures do not add up',
      facts({}, { tally: { ...tally({ succeeded: 10 }), total: 11 } }),
      'hold evidenceMissing',
    ],
    ['passes an empty ring', facts({}, { endedAt: undefined }), 'pass ringEmpty'],
    [
      'judges the breaker before success',
      facts(
        { succeeded: 99 },
        { verdict: { kind: 'tripped', reason: { code: 'ringTripped' } }, promoted: true },
      ),
      'hold ringTripped',
    ],
    [
      'holds a held ring even when promoted',
      facts({ succeeded: 99 }, { held: true, promoted: true }),
      'hold ringHeld',
    ],
    ['lets an operator promote', facts({ carriedOver: 10 }, { promoted: true }), 'pass promotedByOperator'],
    [
      'does not let an operator promote what is under way',
      facts({ succeeded: 9, running: 1 }, { promoted: true }),
      'wait',
    ],
  ])('%s', (_, given, expected) => {
    expect(brief(gate(given))).toBe(expected)
  })
  test('soaks after the pilot ring, to the millisecond', () => {
    const given = facts({ succeeded: 20 })
    expect(gate(given, 2 * hourMs - 1, defaultSettings, 1)).toEqual({ kind: 'soak', until: 2 * hourMs })
    expect(gate(given, 2 * hourMs, defaultSettings, 1).kind).toBe('pass')
  })
  test('waits for an operator where rings are not promoted by themselves', () => {
    const settings = CampaignSettings.parse({ autoPromote: false })
    expect(brief(gate(facts({ succeeded: 20 }), 0, settings))).toBe('hold waitsForPromote')
  })
})

const counts = fc.record(
  Object.fromEntries([...outcomeKinds, 'unknown', 'running', 'pending'].map((kind) => [kind, fc.nat(12)])),
)
test('unknown never passes, and more unknown never makes a verdict better', () => {
  fc.assert(
    fc.property(counts, fc.boolean(), fc.integer({ min: 1, max: 9 }), (given, promoted, more) => {
      const worse = {
        ...given,
        unknown: (given['unknown'] ?? 0) + more,
        succeeded: Math.max(0, (given['succeeded'] ?? 0) - more),
      }
      expect(gate(facts(worse, { promoted }), hourMs).kind).not.toBe('pass')
      const before = judgeRing(tally(given), defaultSettings).kind
      const same = (given['succeeded'] ?? 0) >= more
      expect(same && before === 'tripped' && judgeRing(tally(worse), defaultSettings).kind !== before).toBe(
        false,
      )
    }),
  )
})

test('a ring passes by itself only with enough successes of a large enough sample', () => {
  fc.assert(
    fc.property(counts, (given) => {
      const decision = gate(facts({ ...given, unknown: 0, running: 0, pending: 0 }))
      // A skipped server proves nothing: see attemptedServers.
      const counted = ['succeeded', 'failed', 'rolledBack', 'needsOperator'].reduce(
        (sum, kind) => sum + (given[kind] ?? 0),
        0,
      )
      if (decision.kind !== 'pass' || decision.reason.code === 'ringEmpty') return
      expect(counted).toBeGreaterThan(0)
      expect(given['succeeded']).toBeGreaterThanOrEqual(0.95 * counted)
    }),
  )
})

test('tallyOf counts each state once', () => {
  const states = [{ kind: 'pending' }, { kind: 'ended', outcome: 'failed', endedAt: 1 }] as const
  expect(tallyOf(states)).toEqual(tally({ pending: 1, failed: 1 }))
})
