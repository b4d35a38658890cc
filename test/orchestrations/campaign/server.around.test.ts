import { describe, expect, test } from 'vitest'
import type { CommandEnd } from '../../../orchestrations/steps/catalogue.ts'
import {
  failure,
  hour,
  inspected,
  installed,
  interrupted,
  start,
  unhealthy,
  updateServer,
  verified,
  type Fate,
  type Fates,
  type Machine,
} from './serverRig.ts'

const nightly = { id: 'job', name: 'Nightly', enabled: true, running: false, held: false }
const backedUp = (...jobs: readonly object[]): CommandEnd => ({
  kind: 'succeeded',
  result: {
    what: 'backup',
    target: 'SRV01',
    newestRestorePointAt: start - hour,
    source: 'veeam',
    jobs: jobs.map((job) => ({ ...nightly, ...job })),
  },
})
const soon: Fates = { backup: [backedUp({ nextRunAt: start + hour })] }
const held = (running: readonly string[] = []): CommandEnd => ({
  kind: 'succeeded',
  result: { held: [{ id: 'job', name: 'Nightly' }], running: running.map((name) => ({ id: name, name })) },
})
const remaining = (count: number): CommandEnd => ({
  kind: 'succeeded',
  result: { newConnections: 'refused', remaining: count },
})

const look = ['inspect on srv01', 'look for a backup on bkp01']
const hold = 'holdJobs on bkp01'
const release = 'releaseJobs on bkp01'
const update = ['install on srv01', 'reboot on srv01', 'verify on srv01']
const many = <T>(one: T): T[] => Array.from({ length: 9 }, () => one)

describe('Backup jobs of a server', () => {
  test('that would begin before it is done are held before its checkpoint and released last of all', () => {
    const { commands, specs, end } = updateServer({}, soon)
    expect(commands).toEqual([
      ...look,
      hold,
      'checkpoint on hv01',
      ...update,
      'removeCheckpoint on hv01',
      release,
    ])
    expect(specs.find(({ step }) => step === 'holdJobs')).toMatchObject({
      holds: [{ id: 'job', name: 'Nightly' }],
      task: { params: { target: 'SRV01', waitMinutes: 30 } },
    })
    expect(specs.at(-1)?.task.params).toEqual({ target: 'SRV01', jobs: ['job'] })
    expect(end).toMatchObject({
      outcome: 'succeeded',
      notes: [{ code: 'jobsWereHeld', params: { jobs: 'Nightly' } }],
    })
  })

  test('cost no command at hours when none is near, or when nobody looked at its backup', () => {
    const later = backedUp({ nextRunAt: start + 12 * hour }, { enabled: false })
    expect(updateServer({}, { backup: [later] }).commands).not.toContain(hold)
    const waiver = { until: start + hour, reason: 'tape', actor: 'anna' }
    expect(updateServer({ waiver }, soon).commands).not.toContain(hold)
    expect(updateServer({ settings: { requireBackup: false } }, soon).commands).not.toContain(hold)
  })

  test('are held when their next run isn’t known, and when ATLAS holds them already', () => {
    expect(updateServer({}, { backup: [backedUp({})] }).commands).toContain(hold)
    const ours = backedUp({ enabled: false, held: true, nextRunAt: null })
    expect(updateServer({}, { backup: [ours] }).commands.at(-1)).toBe(release)
  })

  test('are not released when somebody else had disabled them meanwhile', () => {
    const none: CommandEnd = { kind: 'succeeded', result: { held: [], running: [] } }
    const { commands, end } = updateServer({}, { ...soon, holdJobs: [none] })
    expect(commands).not.toContain(release)
    expect(end).not.toHaveProperty('notes')
  })

  test('are released however its update ends', () => {
    const ends: readonly (readonly [Fates, string])[] = [
      [{ install: many(failure()) }, 'failed'],
      [{ install: many(failure()), verify: [unhealthy, verified()] }, 'rolledBack'],
      [{ verify: [unhealthy], restoreCheckpoint: [failure()] }, 'needsOperator'],
      [{ checkpoint: many(failure()) }, 'failed'],
      [{ removeCheckpoint: many(failure()) }, 'needsOperator'],
      [{ install: [{ kind: 'silence' }] }, 'needsOperator'],
      [{ holdJobs: many(interrupted) }, 'failed'],
    ]
    for (const [fates, outcome] of ends) {
      const { commands, end } = updateServer({}, { ...soon, ...fates })
      expect([end.outcome, commands.at(-1)]).toEqual([outcome, release])
    }
  })

  test('are released when its window closed before anything was begun on it', () => {
    const windowEnd = start + 20 * 60_000
    const { commands, end } = updateServer({ windowEnd }, { ...soon, install: [{ kind: 'stopped' }] })
    expect(commands.slice(-2)).toEqual(['removeCheckpoint on hv01', release])
    expect(end.outcome).toBe('carriedOver')
  })

  test('need no release when holding them was never begun', () => {
    const windowEnd = start + 10 * 60_000
    const { commands, end } = updateServer({ windowEnd }, { ...soon, holdJobs: [{ kind: 'stopped' }] })
    expect(commands).toEqual(look)
    expect(end.outcome).toBe('carriedOver')
  })
})

describe('A backup that runs', () => {
  const running = [backedUp({ running: true })]

  test('is waited for, as often as the settings allow; then the server is left as it is', () => {
    const { commands, end } = updateServer({}, { backup: running, holdJobs: many(held(['Nightly'])) })
    expect(commands).toEqual([...look, hold, hold, hold, release])
    expect(end).toMatchObject({
      outcome: 'skipped',
      reason: { code: 'backupRunning', params: { jobs: 'Nightly' } },
      attempts: 3,
    })
    const over = updateServer({}, { backup: running, holdJobs: [held(['Nightly']), held()] })
    expect(over.end.outcome).toBe('succeeded')
  })

  test('is waited for no longer than the server may still begin; then it has its next window', () => {
    const latestStart = start + 7 * 60_000
    const fates = { backup: running, holdJobs: many(held(['Nightly'])) }
    const { commands, specs, end } = updateServer({ latestStart }, fates)
    const waits = specs.flatMap(({ task }) => (task.kind === 'holdJobs' ? [task.params.waitMinutes] : []))
    expect(Math.max(...waits)).toBeLessThanOrEqual(7)
    expect(commands.at(-1)).toBe(release)
    expect(end).toMatchObject({ outcome: 'carriedOver', reason: { code: 'backupRunning' } })
  })
})

describe('Jobs that can’t be released', () => {
  test('need an operator, who is told how the update itself ended', () => {
    const { end } = updateServer({}, { ...soon, releaseJobs: many(failure('giveUp', 'backup.notReleased')) })
    expect(end).toMatchObject({
      outcome: 'needsOperator',
      reason: {
        code: 'notPutBack',
        params: {
          step: 'releaseJobs',
          message: 'backup.notReleased!',
          cause: 'updated',
          pending: 'holdJobs',
        },
      },
    })
    expect(end.notes?.at(-1)?.code).toBe('updated')
  })

  test('don’t hide why it needed one before', () => {
    const fates = { ...soon, install: [{ kind: 'silence' }] as Fate[], releaseJobs: many(failure()) }
    const { end } = updateServer({}, fates)
    expect(end).toMatchObject({
      outcome: 'needsOperator',
      reason: { code: 'noAnswer', params: { pending: 'install, checkpoint, holdJobs' } },
    })
    expect(end.notes?.map(({ code }) => code)).toContain('notPutBack')
  })

  test('are tried again as often as the settings allow, and told when the lock is gone', () => {
    const again = updateServer({}, { ...soon, releaseJobs: [failure('retry'), interrupted] })
    expect(again.end.outcome).toBe('succeeded')
    const fenced = updateServer(
      {},
      { ...soon, install: [{ kind: 'fenced' }], releaseJobs: [{ kind: 'fenced' }] },
    )
    expect(fenced.end).toMatchObject({
      outcome: 'needsOperator',
      reason: { code: 'lockTaken', params: { pending: 'install, checkpoint, holdJobs' } },
    })
  })

  test('hold nobody up for hours: their backup server’s silence says nothing about the server', () => {
    const { steps, end } = updateServer({}, { ...soon, releaseJobs: [{ kind: 'silence' }] })
    expect(steps).not.toContain('activity markUnknown')
    expect(end.reason).toMatchObject({ code: 'notPutBack', params: { because: 'noAnswer' } })
  })
})

describe('A remote desktop host', () => {
  const rds: Machine = { role: 'rds' }
  const drain = 'drain on srv01'
  const undrain = 'undrain on srv01'

  test('is drained before it is changed, and open again before its checkpoint is merged', () => {
    const { commands, specs, end } = updateServer(rds)
    const changed = ['checkpoint on hv01', drain, ...update, undrain, 'removeCheckpoint on hv01']
    expect(commands).toEqual([...look, ...changed])
    expect(specs.find(({ step }) => step === 'drain')?.task.params).toMatchObject({
      waitMinutes: 15,
      forceLogoff: true,
    })
    expect(end.outcome).toBe('succeeded')
  })

  test('is known by what is installed on it', () => {
    const gateway = inspected({ roles: ['RDS-Gateway'] })
    expect(updateServer(rds, { inspect: [gateway] }).commands).not.toContain(drain)
    const host = inspected({ roles: ['RDS-RD-Server'] })
    expect(updateServer({}, { inspect: [host] }).commands).toContain(drain)
  })

  test('by its name alone may be none: then there is nobody to drain', () => {
    const { commands, end } = updateServer(rds, { drain: [failure('giveUp', 'noSessionHost')] })
    expect(commands).not.toContain(undrain)
    expect(end.outcome).toBe('succeeded')
  })

  test('whose people stay is left as it is where the settings say so', () => {
    const settings = { logOffSessions: false }
    const { commands, end } = updateServer({ ...rds, settings }, { drain: [remaining(3)] })
    expect(commands.slice(-2)).toEqual(['removeCheckpoint on hv01', undrain])
    expect(commands).not.toContain('install on srv01')
    expect(end).toMatchObject({
      outcome: 'skipped',
      reason: { code: 'sessionsRemain', params: { count: 3 } },
    })
    expect(updateServer(rds, { drain: [remaining(3)] }).end.outcome).toBe('succeeded')
  })

  test('is drained once, before a reboot that was pending', () => {
    const pending = inspected({ pendingReboot: ['windowsUpdate'] })
    const { commands } = updateServer(rds, { inspect: [pending] })
    expect(commands.slice(0, 3)).toEqual(['inspect on srv01', drain, 'reboot on srv01'])
    expect(commands.filter((name) => name === drain)).toHaveLength(1)
  })

  test('is opened however its update ends, after its rollback', () => {
    const back = updateServer(rds, { verify: [unhealthy, verified()] })
    expect([back.end.outcome, back.commands.at(-1)]).toEqual(['rolledBack', undrain])
    const kept = updateServer(rds, { install: many(failure()) })
    expect([kept.end.outcome, kept.commands.at(-1)]).toEqual(['failed', undrain])
    const stuck = updateServer(rds, { verify: [unhealthy], restoreCheckpoint: [failure()] })
    expect([stuck.end.outcome, stuck.commands.at(-1)]).toEqual(['needsOperator', undrain])
    const removed = updateServer({ ...rds, purpose: 'remove' })
    expect(removed.commands).toContain(undrain)
  })

  test('that is silent for good is not asked again: who looks after it is told, and its jobs are released', () => {
    const { commands, end } = updateServer(rds, { ...soon, install: [{ kind: 'silence' }] })
    expect(commands.slice(-2)).toEqual(['install on srv01', release])
    expect(end).toMatchObject({
      outcome: 'needsOperator',
      reason: { code: 'noAnswer', params: { pending: 'install, checkpoint, drain' } },
    })
  })

  test('that can’t be opened needs an operator, though its update is done', () => {
    const { commands, end } = updateServer(rds, { ...soon, undrain: many(failure()) })
    expect(commands.at(-1)).toBe(release)
    expect(end).toMatchObject({
      outcome: 'needsOperator',
      reason: { code: 'notPutBack', params: { step: 'undrain', cause: 'updated', pending: 'drain' } },
      updates: [{ id: 'kb1' }, { id: 'kb2' }],
    })
  })

  test('that was not begun to be drained stays as it is', () => {
    const windowEnd = start + 20 * 60_000
    const { commands, end } = updateServer({ ...rds, windowEnd }, { drain: [{ kind: 'stopped' }] })
    expect(commands).not.toContain(undrain)
    expect(end.outcome).toBe('carriedOver')
  })

  test('is installed again without being drained again', () => {
    const again = verified({ stillOffered: ['kb1'] })
    const { commands } = updateServer(rds, { verify: [again], install: [installed(), installed()] })
    expect(commands.filter((name) => name === drain)).toHaveLength(1)
    expect(commands.filter((name) => name === undrain)).toHaveLength(1)
  })
})
