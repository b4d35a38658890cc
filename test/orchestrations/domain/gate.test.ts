import { describe, expect, test } from 'vitest'
import { roles } from '../../../orchestrations/domain/fleet.ts'
import { backupGate, readiness } from '../../../orchestrations/domain/gate.ts'
import {
  decideAfterFailure,
  decideRollback,
  type RollbackFacts,
} from '../../../orchestrations/domain/rollback.ts'
import { CampaignSettings, defaultSettings } from '../../../orchestrations/domain/settings.ts'
import { dayMs, hourMs, minuteMs } from '../../../orchestrations/domain/time.ts'

const now = 1_795_215_600_000

describe('the backup gate', () => {
  test.each<[string, number | null | undefined, string]>([
    ['passes one as old as allowed', now - 36 * hourMs, 'pass backupFresh'],
    ['refuses an older one', now - 36 * hourMs - 1, 'refuse backupTooOld'],
    ['refuses when there is none', null, 'refuse backupMissing'],
    ['refuses when nobody could look', undefined, 'refuse backupMissing'],
    ['refuses one from a clock that is wrong', now + dayMs + 1, 'refuse backupMissing'],
    ['refuses what is no number', Number.NaN, 'refuse backupTooOld'],
  ])('%s', (_, newestRestorePointAt, expected) => {
    const verdict = backupGate({ newestRestorePointAt }, defaultSettings, now)
    expect(`${verdict.kind} ${verdict.reason.code}`).toBe(expected)
  })
  test('is waived until the waiver ends, not a moment longer', () => {
    const waiver = { until: now, reason: 'new server', actor: 'durand' }
    const at = (moment: number) =>
      backupGate({ newestRestorePointAt: null }, defaultSettings, moment, waiver).kind
    expect([at(now - 1), at(now)]).toEqual(['pass', 'refuse'])
  })
  test('is open where a campaign requires no backup', () => {
    const settings = CampaignSettings.parse({ requireBackup: false })
    expect(backupGate({ newestRestorePointAt: null }, settings, now).kind).toBe('pass')
  })
})

test.each([
  ['is ok', { freeBytes: 10 * 1024 ** 3, pendingReboot: [] }, 'ok'],
  ['refuses a disk that is too full', { freeBytes: 10 * 1024 ** 3 - 1, pendingReboot: ['cbs'] }, 'refuse'],
  ['refuses an unknown disk', { freeBytes: Number.NaN, pendingReboot: [] }, 'refuse'],
  [
    'refuses a host that asks to be left alone, even without a text',
    { freeBytes: 1e12, pendingReboot: [], hold: '' },
    'refuse',
  ],
  ['restarts first when a restart is pending', { freeBytes: 1e12, pendingReboot: ['cbs'] }, 'rebootFirst'],
])('readiness %s', (_, facts, expected) => {
  expect(readiness(facts, defaultSettings).kind).toBe(expected)
})

describe('rollback', () => {
  const vm: RollbackFacts = {
    role: 'application',
    kind: 'vm',
    hasCheckpoint: true,
    bootedAfterUpdate: true,
    settings: { autoRollback: true },
  }
  test.each(roles)('of a %s that has booted restores only what may go back in time', (role) => {
    const never = ['domainController', 'sql', 'exchange', 'file'].includes(role)
    expect(decideRollback({ ...vm, role }).kind).toBe(never ? 'uninstall' : 'restore')
    expect(decideRollback({ ...vm, role, bootedAfterUpdate: undefined }).kind).toBe(
      never ? 'uninstall' : 'restore',
    )
    expect(decideRollback({ ...vm, role, bootedAfterUpdate: false }).kind).toBe('restore')
  })
  test('uninstalls without a checkpoint, and asks where it is not allowed', () => {
    expect(decideRollback({ ...vm, hasCheckpoint: false }).kind).toBe('uninstall')
    expect(decideRollback({ ...vm, kind: 'physical' }).kind).toBe('uninstall')
    expect(decideRollback({ ...vm, settings: { autoRollback: false } }).kind).toBe('needsOperator')
  })
})

describe('after a failure', () => {
  const after = (
    step: Parameters<typeof decideAfterFailure>[0],
    attempt: number,
    remedy: 'retry' | 'rebootFirst' | 'repairFirst' | 'giveUp',
  ) => decideAfterFailure(step, attempt, { remedy }, defaultSettings)
  test('a step is tried twice more, with longer pauses', () => {
    expect([1, 2, 3].map((attempt) => after('install', attempt, 'retry'))).toEqual([
      { kind: 'retry', afterMs: 2 * minuteMs },
      { kind: 'retry', afterMs: 4 * minuteMs },
      { kind: 'rollback' },
    ])
  })
  test.each([
    ['inspect', 'giveUp', 'giveUp'],
    ['checkpoint', 'giveUp', 'giveUp'],
    ['install', 'giveUp', 'rollback'],
    ['install', 'rebootFirst', 'rebootFirst'],
    ['install', 'repairFirst', 'repairFirst'],
    ['uninstall', 'repairFirst', 'repairFirst'],
    ['verify', 'repairFirst', 'rollback'],
    ['checkpoint', 'repairFirst', 'giveUp'],
    ['verify', 'giveUp', 'rollback'],
    ['release', 'giveUp', 'giveUp'],
    ['restore', 'giveUp', 'giveUp'],
    ['checkpoint', 'rebootFirst', 'retry'],
  ] as const)('%s that says %s: %s', (step, remedy, expected) => {
    expect(after(step, 1, remedy).kind).toBe(expected)
  })
})
