import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  judgePrepared,
  notAsked,
  withWaiver,
  type Inspected,
  type KnownBefore,
  type PreparedFacts,
} from '../../../orchestrations/domain/prepared.ts'
import { defaultSettings } from '../../../orchestrations/domain/settings.ts'
import { hourMs } from '../../../orchestrations/domain/time.ts'
import type { Approval } from '../../../orchestrations/domain/updates.ts'

const now = 1_795_000_000_000
const before: KnownBefore = {
  enrolled: true,
  heardAgoSeconds: 20,
  skewMs: 0,
  carriedOver: false,
  firstStart: now + 48 * hourMs,
}
const inspected: Inspected = {
  freeBytes: 10 ** 12,
  pendingReboot: [],
  offered: [{ id: 'kb1', kb: 'KB1', category: 'security' }],
  clockSkewSeconds: 0,
}
const approval: Approval = { named: ['kb1'], categories: [], blocked: [] }
const ready: PreparedFacts = {
  before,
  inspected,
  newestRestorePointAt: now - hourMs,
  download: { missing: [] },
}
const judge = (facts: Partial<PreparedFacts>, more: Partial<Approval> = {}) =>
  judgePrepared({ ...ready, ...facts }, defaultSettings, { ...approval, ...more }, now)
const codes = (facts: Partial<PreparedFacts>, more: Partial<Approval> = {}) =>
  judge(facts, more).findings.map(({ severity, reason }) => `${severity} ${reason.code}`)
const of = (changes: Partial<Inspected>) => ({ inspected: { ...inspected, ...changes } })
const known = (changes: Partial<KnownBefore>) => ({ before: { ...before, ...changes } })

test('A server that lacks nothing is a go, and says what was looked at', () => {
  expect(judge({}).verdict).toBe('go')
  expect(codes({})).toEqual([
    'fine agentRecent',
    'fine diskEnough',
    'fine noRebootPending',
    'fine backupFresh',
    'fine updatesOffered',
    'fine downloaded',
  ])
})

test.each<[string, Partial<PreparedFacts>, string]>([
  ['a full disk', of({ freeBytes: 1 }), 'blocks diskTooFull'],
  ['a HOLD file', of({ hold: 'until Monday' }), 'blocks hostHold'],
  ['a backup that is too old', { newestRestorePointAt: now - 40 * hourMs }, 'blocks backupTooOld'],
  ['no backup', { newestRestorePointAt: null }, 'blocks backupMissing'],
  ['a backup that nobody could look up', { newestRestorePointAt: undefined }, 'blocks backupMissing'],
  ['an exclusion without an end', known({ excluded: {} }), 'blocks excluded'],
])('%s is a no-go', (_, facts, code) => {
  expect(judge(facts).verdict).toBe('noGo')
  expect(codes(facts)).toContain(code)
})

test.each<[string, Partial<PreparedFacts>, string]>([
  ['a pending restart', of({ pendingReboot: ['CBS'] }), 'warns rebootPending'],
  ['a clock that the heartbeat shows wrong', known({ skewMs: -10 * 60_000 }), 'warns clockSkewed'],
  ['a clock that its time source shows wrong', of({ clockSkewSeconds: 400 }), 'warns clockSkewed'],
  ['a download that is not whole', { download: { missing: ['kb1'] } }, 'warns downloadIncomplete'],
  ['a download that broke off', { download: 'no answer' }, 'warns downloadIncomplete'],
  ['no room in the first window', known({ carriedOver: true }), 'warns doesNotFit'],
  ['an exclusion that ends before its start', known({ excluded: { until: now } }), 'warns excluded'],
  ['nothing to install', of({ offered: [] }), 'fine nothingOffered'],
  ['updates from WSUS', of({ source: { kind: 'wsus', automatic: 'off' } }), 'fine updatesFromWsus'],
  [
    'a policy that lets Windows install',
    of({ source: { kind: 'windowsUpdate', automatic: 'install' } }),
    'warns windowsInstallsItself',
  ],
  [
    'a source that nobody can tell',
    of({ source: { kind: 'unknown', automatic: 'off' } }),
    'warns updateSourceUnknown',
  ],
  [
    'a replica that is not healthy',
    of({ replicas: [{ vm: 'SQL01', health: 'Critical' }] }),
    'warns replicasIll',
  ],
  ['a WSUS deadline or another patcher', of({ otherPatchers: ['WSUS deadline …'] }), 'warns othersPatch'],
])('%s is a go that says so', (_, facts, code) => {
  expect(judge(facts).verdict).toBe('go')
  expect(codes(facts)).toContain(code)
})

test.each<[string, Partial<PreparedFacts>, string]>([
  ['no agent', known({ enrolled: false }), 'blocks notEnrolled'],
  ['an agent that is silent', known({ heardAgoSeconds: 4000 }), 'blocks agentSilent'],
  ['an agent never heard', known({ heardAgoSeconds: undefined }), 'blocks agentSilent'],
  ['an agent in quarantine', known({ quarantined: { code: 'keyUsedTwice' } }), 'blocks quarantined'],
  ['an inspection that broke', { inspected: 'no answer' }, 'blocks inspectFailed'],
])('%s is unknown, never a go', (_, facts, code) => {
  expect(judge(facts).verdict).toBe('unknown')
  expect(codes(facts)).toContain(code)
})

test('A waiver stands in for a backup, and a blocked update is named', () => {
  const waiver = { until: now + 1, reason: 'r', actor: 'x' }
  expect(codes({ ...known({ waiver }), newestRestorePointAt: null })).toContain('fine backupWaived')
  expect(codes({}, { blocked: ['KB1'] })).toEqual(
    expect.arrayContaining(['fine nothingOffered', 'warns updateBlocked']),
  )
})

test('Whatever is found: a go blocks nothing, and who is not asked is no go', () => {
  const any = fc.record({
    before: fc.record({
      enrolled: fc.boolean(),
      heardAgoSeconds: fc.option(fc.nat(1000), { nil: undefined }),
      excluded: fc.option(fc.record({ until: fc.option(fc.constant(now - 1), { nil: undefined }) }), {
        nil: undefined,
      }),
      carriedOver: fc.boolean(),
      firstStart: fc.constant(now),
    }),
    inspected: fc.oneof(
      fc.constant('broken'),
      fc.record({
        freeBytes: fc.oneof(fc.constant(Number.NaN), fc.nat(10 ** 11)),
        pendingReboot: fc.constantFrom([], ['x']),
        hold: fc.option(fc.constant(''), { nil: undefined }),
        offered: fc.constant(inspected.offered),
      }),
    ),
    newestRestorePointAt: fc.option(fc.constantFrom(now, now - 40 * hourMs), { nil: null }),
  })
  fc.assert(
    fc.property(any, (facts) => {
      const { verdict, findings } = judgePrepared(facts, defaultSettings, approval, now)
      const blocked = findings.some(({ severity }) => severity === 'blocks')
      expect(blocked).toBe(verdict !== 'go')
      const asked = notAsked(facts.before, defaultSettings) === undefined && facts.inspected !== 'broken'
      expect(verdict === 'unknown').toBe(!asked)
    }),
  )
})

const waiver = { until: now + hourMs, reason: 'rebuilt from code', actor: 'anna' }
const seen = (newestRestorePointAt: number | null | undefined) => ({
  ...judge({ newestRestorePointAt }),
  newestRestorePointAt,
  lookedAt: now,
})
const again = (found: ReturnType<typeof seen>, given: typeof waiver | undefined, at = now) =>
  withWaiver(found, given, defaultSettings, at)

test('a waiver given after the look lets a server without a restore point go, and its end takes that back', () => {
  const found = seen(null)
  expect(found.verdict).toBe('noGo')
  const waived = again(found, waiver)
  expect(waived).toEqual({
    ...found,
    ...judge({ newestRestorePointAt: null, before: { ...before, waiver } }),
  })
  expect(waived.verdict).toBe('go')
  expect(again(waived, undefined)).toEqual(found)
  expect(again(waived, waiver, waiver.until)).toEqual(found)
})

test('a restore point that was fresh when somebody looked stays so: only another look says otherwise', () => {
  const found = seen(now - hourMs)
  expect(again(found, undefined, now + 100 * hourMs)).toEqual(found)
})

test('a waiver changes nothing else: what else blocks goes on blocking, and what nobody could see stays unknown', () => {
  const full = { ...seen(null), ...judge({ newestRestorePointAt: null, ...of({ freeBytes: 0 }) }) }
  expect(again(full, waiver).verdict).toBe('noGo')
  const silent = { ...seen(null), ...judge({ inspected: 'broken' }) }
  expect(again(silent, waiver)).toEqual(silent)
})
