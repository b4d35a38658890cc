import { describe, expect, test } from 'vitest'
import { hour, inspected, offered, start, updateServer } from './serverRig.ts'

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
