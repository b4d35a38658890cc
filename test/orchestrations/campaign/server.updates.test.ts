import { describe, expect, test } from 'vitest'
import type { UpdateResult } from '../../../orchestrations/domain/outcomes.ts'
import type { CommandEnd } from '../../../orchestrations/steps/catalogue.ts'
import { failure, hour, inspected, offered, start, unhealthy, update, updateServer } from './serverRig.ts'

const installs = (told: ReturnType<typeof updateServer>): string[] =>
  told.specs.flatMap(({ task }) => (task.kind === 'install' ? task.params.updates : []))
const of = (...updates: object[]) => ({ inspect: [inspected({ offered: updates })] })

describe('A server gets, of what it is offered,', () => {
  test('what is approved by id or by KB, and nothing else', () => {
    const scan = of(offered('kb1'), offered('a1b2', { kb: 'KB2' }), offered('kb9'))
    expect(installs(updateServer({}, scan))).toEqual(['kb1', 'a1b2'])
  })

  test('what its category adds, but no preview', () => {
    const scan = of(offered('x', { category: 'definition' }), offered('y', { category: 'preview' }))
    const approval = { categories: ['definition', 'preview'] }
    expect(installs(updateServer({ approval }, scan))).toEqual(['x'])
  })

  test('nothing that is blocked or unproven: both stand beside its end', () => {
    const approval = { blocked: ['KB1'], proven: ['kb1', 'kb3'], named: ['kb1', 'kb2', 'kb3'] }
    const told = updateServer({ approval }, of(offered('kb1'), offered('kb2'), offered('kb3')))
    expect(installs(told)).toEqual(['kb3'])
    expect(told.end).toMatchObject({
      outcome: 'succeeded',
      notes: [
        { code: 'updateBlocked', params: { kb: 'KB1' } },
        { code: 'updateUnproven', params: { updates: 'KB2' } },
      ],
    })
  })

  test('nothing at all, and then neither a checkpoint nor a reboot, when nothing is left', () => {
    const { commands, end } = updateServer({ approval: { proven: [] } })
    expect(commands).toEqual(['inspect on srv01'])
    expect(end).toMatchObject({ outcome: 'skipped', reason: { code: 'nothingAllowed' } })
  })

  test('and is said to be up to date only when nothing that is approved was kept from it', () => {
    const reasonOf = (approval: object) =>
      updateServer({ approval }, of(offered('kb1'), offered('kb2'))).end.reason
    expect(reasonOf({ named: [], categories: [] })).toMatchObject({ code: 'nothingToInstall' })
    expect(reasonOf({ blocked: ['KB1'], proven: [], named: ['kb1', 'kb2'] })).toMatchObject({
      code: 'nothingAllowed',
      params: { updates: 'KB1, KB2' },
    })
  })
})

describe('The backup of a server with a waiver', () => {
  const waiver = { until: start + hour, reason: 'agent replaced on Monday', actor: 'anna' }

  test('is not asked for, and the waiver stands beside its end', () => {
    const { commands, end } = updateServer({ waiver })
    expect(commands).not.toContain('look for a backup on bkp01')
    expect(end).toMatchObject({
      outcome: 'succeeded',
      notes: [{ code: 'backupWaived', params: { actor: 'anna', reason: waiver.reason } }],
    })
  })

  test('is asked for again once the waiver has ended', () => {
    const { commands } = updateServer({ waiver: { ...waiver, until: start } })
    expect(commands).toContain('look for a backup on bkp01')
  })
})

describe('How long a command may be at it', () => {
  const seconds = (build: string) =>
    Object.fromEntries(
      updateServer({}, { inspect: [inspected({ os: { name: 'Windows', build } })] }).specs.map(
        ({ step, timeoutSeconds }) => [step, timeoutSeconds],
      ),
    )

  test('depends on its step and on the OS build: Server 2016 gets four hours', () => {
    expect(seconds('14393.6529')).toMatchObject({
      inspect: 900,
      checkpoint: 3600,
      install: 14_400,
      reboot: 7200,
    })
    expect(seconds('20348.1')).toMatchObject({ inspect: 900, install: 3600, reboot: 3600, verify: 900 })
  })
})

test('A checkpoint that is to be kept for a while stands when its server is done', () => {
  const { commands, end } = updateServer({ settings: { releaseCheckpoints: 'afterKeep' } })
  expect(commands).not.toContain('removeCheckpoint on hv01')
  expect(end.outcome).toBe('succeeded')
})

describe('Of updates that failed for different reasons,', () => {
  const answer = (rebootRequired: boolean, ...updates: UpdateResult[]): CommandEnd => ({
    kind: 'succeeded',
    result: { updates, rebootRequired },
  })
  /** Each installation with its updates, each reboot, and what came after. */
  const told = (...install: CommandEnd[]) => {
    const { specs, end } = updateServer({}, { install })
    const steps = specs
      .slice(3)
      .map(({ task }) => (task.kind === 'install' ? `install ${task.params.updates.join(' ')}` : task.kind))
    return { steps, end }
  }

  test('a reboot comes before another try, and that before giving up', () => {
    const first = answer(false, update('kb1', 'failed', 'retry'), update('kb2', 'failed', 'rebootFirst'))
    expect(told(first).steps.slice(0, 3)).toEqual(['install kb1 kb2', 'reboot', 'install kb1 kb2'])
    const second = answer(false, update('kb1', 'failed', 'giveUp'), update('kb2', 'failed', 'retry'))
    expect(told(second).steps.slice(0, 2)).toEqual(['install kb1 kb2', 'install kb2'])
  })

  test('only those worth it are tried again, and one that was given up is still the failure at the end', () => {
    const { steps, end } = told(
      answer(false, update('kb1', 'failed', 'giveUp'), update('kb2', 'failed', 'retry')),
      answer(false, update('kb2', 'succeeded')),
    )
    expect(steps).toEqual(['install kb1 kb2', 'install kb2', 'verify', 'removeCheckpoint'])
    expect(end).toMatchObject({ outcome: 'failed', attempts: 2, reason: { params: { message: 'KB1 kb1' } } })
    expect(end.updates.map(({ id, result }) => `${id} ${result}`)).toEqual(['kb1 failed', 'kb2 succeeded'])
  })

  test('nothing is tried again when nothing helps any of them: neither a judged one nor one that nobody judged', () => {
    const { remedy: _, ...unjudged } = update('kb2', 'failed')
    const { steps, end } = told(
      answer(false, { ...update('kb1', 'failed', 'giveUp'), code: 'ERROR_DISK_FULL' }, unjudged),
    )
    expect(steps).toEqual(['install kb1 kb2', 'verify', 'removeCheckpoint'])
    expect(end).toMatchObject({
      outcome: 'failed',
      failure: { code: 'update.failed', message: 'KB1 kb1: ERROR_DISK_FULL', remedy: 'giveUp' },
    })
  })

  test('what arrived beside one that is given up has its reboot before the server is looked at', () => {
    const half = answer(true, update('kb1', 'succeeded'), update('kb2', 'failed', 'giveUp'))
    expect(told(half).steps).toEqual(['install kb1 kb2', 'reboot', 'verify', 'removeCheckpoint'])
    const { end } = updateServer({}, { install: [half], verify: [unhealthy] })
    expect(end.outcome).toBe('rolledBack')
  })

  test('one that is not offered any more when it is tried again no longer stands as failed', () => {
    const { end } = told(answer(false, update('kb1', 'succeeded'), update('kb2', 'failed')), answer(false))
    expect(end).toMatchObject({ outcome: 'succeeded', updates: [{ id: 'kb1' }] })
  })

  test('a failure of the whole in between keeps what was given up before', () => {
    const { steps, end } = told(
      answer(false, update('kb1', 'failed', 'giveUp'), update('kb2', 'failed')),
      failure('retry'),
      answer(false, update('kb2', 'succeeded')),
    )
    expect(steps.slice(1, 3)).toEqual(['install kb2', 'install kb2'])
    expect(end.outcome).toBe('failed')
  })
})
