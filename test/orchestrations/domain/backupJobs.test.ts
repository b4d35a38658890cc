import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  jobsInTheWay,
  minutesToWait,
  surelyDone,
  type BackupJobFacts,
} from '../../../orchestrations/domain/backupJobs.ts'
import { drainNotice, isSessionHost } from '../../../orchestrations/domain/sessionHost.ts'
import { defaultSettings } from '../../../orchestrations/domain/settings.ts'
import { timeoutSecondsFor } from '../../../orchestrations/domain/timeouts.ts'

const until = 1_000_000
const job = (changes: Partial<BackupJobFacts>): BackupJobFacts => ({
  id: '1',
  name: 'Nightly',
  enabled: true,
  running: false,
  nextRunAt: null,
  held: false,
  ...changes,
})
const isInTheWay = (changes: Partial<BackupJobFacts>): boolean =>
  jobsInTheWay([job(changes)], until).length > 0

const facts = fc.record({
  id: fc.string(),
  name: fc.string(),
  enabled: fc.boolean(),
  running: fc.boolean(),
  nextRunAt: fc.option(fc.option(fc.integer({ min: 0, max: 2 * until }), { nil: null }), { nil: undefined }),
  held: fc.option(fc.boolean(), { nil: undefined }),
})

describe('A backup job is in the way of a server', () => {
  test('when it runs, begins before the server is done, or may, as nobody knows when', () => {
    expect(isInTheWay({ running: true })).toBe(true)
    expect(isInTheWay({ nextRunAt: until })).toBe(true)
    expect(isInTheWay({ nextRunAt: undefined })).toBe(true)
    expect(isInTheWay({ nextRunAt: 0 })).toBe(true)
  })

  test('not when it begins later, or isn’t scheduled, or somebody has disabled it', () => {
    expect(isInTheWay({ nextRunAt: until + 1 })).toBe(false)
    expect(isInTheWay({ nextRunAt: null })).toBe(false)
    expect(isInTheWay({ enabled: false, running: true, nextRunAt: undefined })).toBe(false)
  })

  test('when ATLAS holds it: it comes back as soon as the other server is done', () => {
    expect(isInTheWay({ enabled: false, held: true })).toBe(true)
  })

  test('for ever, once it is, the longer the server may take', () => {
    fc.assert(
      fc.property(fc.array(facts), fc.nat(until), fc.nat(until), (jobs, at, more) => {
        const soon = jobsInTheWay(jobs, at)
        const later = new Set(jobsInTheWay(jobs, at + more))
        expect(soon.every((one) => later.has(one))).toBe(true)
      }),
    )
  })

  test('or else surely begins after that, or at nobody’s time', () => {
    fc.assert(
      fc.property(fc.array(facts), fc.nat(until), (jobs, at) => {
        const inTheWay = new Set(jobsInTheWay(jobs, at))
        for (const one of jobs.filter((other) => !inTheWay.has(other))) {
          expect(one.held ?? false).toBe(false)
          if (!one.enabled) continue
          expect(one.running).toBe(false)
          expect(one.nextRunAt === null || (one.nextRunAt ?? 0) > at).toBe(true)
        }
      }),
    )
  })
})

test('A server is surely done after its pessimistic time, a rollback, and people’s leave', () => {
  const settings = {
    ...defaultSettings,
    serverMinutes: { p50: 1, p95: 5 },
    rollbackReserveMinutes: 2,
    drainMinutes: 3,
  }
  expect(surelyDone(1_000, settings)).toBe(1_000 + 10 * 60_000)
})

test('Nobody waits for a backup beyond the latest start of the server', () => {
  expect(minutesToWait(0, undefined, { jobWaitMinutes: 30 })).toBe(30)
  expect(minutesToWait(0, 10 * 60_000 + 59_999, { jobWaitMinutes: 30 })).toBe(10)
  fc.assert(
    fc.property(fc.nat(), fc.nat(), fc.integer({ min: 0, max: 240 }), (now, latest, jobWaitMinutes) => {
      const minutes = minutesToWait(now, latest, { jobWaitMinutes })
      expect(Number.isInteger(minutes) && minutes >= 0 && minutes <= jobWaitMinutes).toBe(true)
      expect(minutes === 0 || now + minutes * 60_000 <= latest).toBe(true)
    }),
  )
})

test('A command that waits may take its wait, and time for its work', () => {
  const settings = { ...defaultSettings, jobWaitMinutes: 240, drainMinutes: 240 }
  expect(timeoutSecondsFor('holdJobs', undefined, settings)).toBeGreaterThan(240 * 60)
  expect(timeoutSecondsFor('drain', undefined, settings)).toBeGreaterThan(240 * 60)
})

test('What is installed tells a remote desktop host; its role only where that can’t be read', () => {
  expect(isSessionHost('application', ['Web-Server', 'RDS-RD-Server'])).toBe(true)
  expect(isSessionHost('rds', ['RDS-Gateway'])).toBe(false)
  expect(isSessionHost('rds', undefined)).toBe(true)
  expect(isSessionHost('sql', undefined)).toBe(false)
})

test('People are told in both languages, and never that their sessions end when they don’t', () => {
  expect(drainNotice(15, true)).toMatch(/dans 15 min.*in 15 min/)
  expect(drainNotice(240, false)).not.toMatch(/closed|fermées|240/)
  expect(drainNotice(240, true).length).toBeLessThanOrEqual(500)
})
