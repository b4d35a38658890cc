import { describe, expect, test } from 'vitest'
import type { OutcomeKind } from '../../../orchestrations/domain/outcomes.ts'
import {
  failure,
  inspected,
  installed,
  interrupted,
  serverId,
  start,
  unhealthy,
  updateServer,
  type Fates,
  type Machine,
} from './serverRig.ts'

const begin = ['inspect on srv01', 'look for a backup on bkp01', 'checkpoint on hv01']
const applied = [...begin, 'install on srv01', 'reboot on srv01', 'verify on srv01']
const restored = ['restoreCheckpoint on hv01', 'verify on srv01', 'removeCheckpoint on hv01']
const once: Machine['settings'] = { maxRetries: 0 }

describe('A server that goes well', () => {
  test('is inspected, has its backup looked for, gets a checkpoint, updates, a reboot, is verified and released', () => {
    const { commands, end } = updateServer({})
    expect(commands).toEqual([...applied, 'removeCheckpoint on hv01'])
    expect(end).toMatchObject({ outcome: 'succeeded', build: '20348.9', attempts: 1 })
    expect(end.updates.map(({ id }) => id)).toEqual(['kb1', 'kb2'])
  })

  test('names its commands after instance, step and attempt, and waits for each under that name', () => {
    const { ids, asked } = updateServer({})
    expect(ids[3]).toBe(`camp.p0.${serverId}.install.1`)
    expect(asked.filter(({ kind }) => kind === 'event').map(({ name }) => name)).toEqual(ids)
  })

  test('is not rebooted when no update asks for it', () => {
    const { commands } = updateServer({}, { install: [installed('succeeded', false)] })
    expect(commands).not.toContain('reboot on srv01')
  })

  test('gets no checkpoint when it is a physical machine, or when nobody wants one', () => {
    expect(updateServer({ kind: 'physical' }).commands).not.toContain('checkpoint on hv01')
    expect(updateServer({ settings: { createSnapshots: false } }).commands).not.toContain(
      'checkpoint on hv01',
    )
  })

  test('reboots first when a reboot was pending', () => {
    const pending = inspected({ pendingReboot: ['CBS'] })
    const { commands, end } = updateServer({}, { inspect: [pending] })
    expect(commands.slice(0, 3)).toEqual(['inspect on srv01', 'reboot on srv01', 'inspect on srv01'])
    expect(end.outcome).toBe('succeeded')
  })
})

describe('A server whose window closes while a stop holds it up', () => {
  const windowEnd = start + 20 * 60_000
  const stopped = { kind: 'stopped' } as const

  test('is not begun after that: it is carried over as it was, without its checkpoint', () => {
    const { commands, end } = updateServer({ windowEnd }, { install: [stopped] })
    expect(commands.slice(-1)).toEqual(['removeCheckpoint on hv01'])
    expect(commands).not.toContain('restoreCheckpoint on hv01')
    expect(end).toMatchObject({ outcome: 'carriedOver', reason: { code: 'carriedOver' }, updates: [] })
    const before = updateServer({ windowEnd }, { checkpoint: [stopped] })
    expect(before.end.outcome).toBe('carriedOver')
  })

  test('is brought to its end when it was begun before', () => {
    const { commands, end } = updateServer({ windowEnd }, { reboot: [stopped] })
    expect(commands.slice(-2)).toEqual(['verify on srv01', 'removeCheckpoint on hv01'])
    expect(end.outcome).toBe('succeeded')
    const again = updateServer({ windowEnd }, { install: [failure('retry'), stopped] })
    expect(again.end.outcome).toBe('succeeded')
  })

  test('is not rebooted for what was pending before either', () => {
    const pending = inspected({ pendingReboot: ['windowsUpdate'] })
    const { commands, end } = updateServer({ windowEnd }, { inspect: [pending], reboot: [stopped] })
    expect(commands).toEqual(['inspect on srv01'])
    expect(end.outcome).toBe('carriedOver')
  })

  test('is left alone when its agent is reached too late: what it refused was not begun', () => {
    const late = { kind: 'refused', reason: 'pastLatestStart', message: 'it is 06:00' } as const
    const { commands, specs, end } = updateServer({ windowEnd }, { install: [late] })
    expect(commands.slice(-2)).toEqual(['install on srv01', 'removeCheckpoint on hv01'])
    expect(specs.filter((spec) => spec.notAfter === windowEnd).map(({ step }) => step)).toEqual([
      'checkpoint',
      'install',
    ])
    expect(end).toMatchObject({ outcome: 'carriedOver', reason: { code: 'carriedOver' }, updates: [] })
  })

  test('still loses the checkpoint that an earlier try may have left', () => {
    const { commands, end } = updateServer({ windowEnd }, { checkpoint: [interrupted, stopped] })
    expect(commands.slice(-2)).toEqual(['checkpoint on hv01', 'removeCheckpoint on hv01'])
    expect(end.outcome).toBe('carriedOver')
  })
})

describe('A server whose turn was decided in time and begins too late', () => {
  const stopped = { kind: 'stopped' } as const
  const latestStart = start + 5 * 60_000

  test('is carried over, and nothing was asked of it', () => {
    const { commands, end } = updateServer({ latestStart }, { inspect: [stopped] })
    expect(commands).toEqual([])
    expect(end).toMatchObject({ outcome: 'carriedOver', reason: { code: 'carriedOver' } })
  })

  test('is refused by its agent as well: its first command says until when it may begin', () => {
    const late = { kind: 'refused', reason: 'pastLatestStart', message: 'it is 05:00' } as const
    const { commands, specs, end } = updateServer({ latestStart }, { inspect: [late] })
    expect(commands).toEqual(['inspect on srv01'])
    expect(specs[0]?.notAfter).toBe(latestStart)
    expect(end.outcome).toBe('carriedOver')
  })

  test('is brought to its end when it was begun in time, however long a reboot takes', () => {
    const pending = inspected({ pendingReboot: ['windowsUpdate'] })
    const { specs, end } = updateServer({ latestStart }, { inspect: [pending], reboot: [stopped] })
    expect(specs.filter(({ notAfter }) => notAfter !== undefined)).toHaveLength(1)
    expect(end.outcome).toBe('succeeded')
  })
})

interface Case {
  readonly name: string
  readonly machine?: Machine
  readonly fates: Fates
  readonly outcome: OutcomeKind
  readonly reason: string
  /** The commands after those of `from`. */
  readonly from: readonly string[]
  readonly after: readonly string[]
}

const cases: readonly Case[] = [
  {
    name: 'inspect fails',
    fates: { inspect: [failure()] },
    outcome: 'failed',
    reason: 'commandFailed',
    from: ['inspect on srv01'],
    after: [],
  },
  {
    name: 'the host has a HOLD file',
    fates: { inspect: [inspected({ hold: 'month end' })] },
    outcome: 'skipped',
    reason: 'hostHold',
    from: ['inspect on srv01'],
    after: [],
  },
  {
    name: 'the disk is full',
    fates: { inspect: [inspected({ freeBytes: 1 })] },
    outcome: 'skipped',
    reason: 'diskTooFull',
    from: ['inspect on srv01'],
    after: [],
  },
  {
    name: 'nobody can say whether there is a backup',
    fates: { backup: [failure()] },
    outcome: 'skipped',
    reason: 'backupMissing',
    from: ['inspect on srv01', 'look for a backup on bkp01'],
    after: [],
  },
  {
    name: 'the checkpoint fails: it may exist all the same and is removed',
    fates: { checkpoint: [failure()] },
    outcome: 'failed',
    reason: 'commandFailed',
    from: begin,
    after: ['removeCheckpoint on hv01'],
  },
  {
    name: 'the install fails and the server is healthy: what is in stays, the checkpoint goes',
    fates: { install: [failure()] },
    outcome: 'failed',
    reason: 'commandFailed',
    from: [...begin, 'install on srv01'],
    after: ['verify on srv01', 'removeCheckpoint on hv01'],
  },
  {
    name: 'the install fails and breaks the server: back to the checkpoint',
    fates: { install: [failure()], verify: [unhealthy] },
    outcome: 'rolledBack',
    reason: 'commandFailed',
    from: [...begin, 'install on srv01'],
    after: ['verify on srv01', ...restored],
  },
  {
    name: 'the reboot fails and the server is broken: back to the checkpoint',
    fates: { reboot: [failure()], verify: [unhealthy] },
    outcome: 'rolledBack',
    reason: 'commandFailed',
    from: [...begin, 'install on srv01', 'reboot on srv01'],
    after: ['verify on srv01', ...restored],
  },
  {
    name: 'the updated server is not healthy: back to the checkpoint',
    fates: { verify: [unhealthy] },
    outcome: 'rolledBack',
    reason: 'verifyFailed',
    from: applied,
    after: restored,
  },
  {
    name: 'a domain controller is broken after its reboot: never restored, uninstalled',
    machine: { role: 'domainController' },
    fates: { verify: [unhealthy] },
    outcome: 'rolledBack',
    reason: 'verifyFailed',
    from: applied,
    after: ['uninstall on srv01', 'reboot on srv01', 'verify on srv01', 'removeCheckpoint on hv01'],
  },
  {
    name: 'a physical server is broken: uninstalled',
    machine: { kind: 'physical' },
    fates: { verify: [unhealthy] },
    outcome: 'rolledBack',
    reason: 'verifyFailed',
    from: applied.filter((one) => !one.startsWith('checkpoint')),
    after: ['uninstall on srv01', 'reboot on srv01', 'verify on srv01'],
  },
  {
    name: 'an update of a broken SQL server is not removable',
    machine: { role: 'sql' },
    fates: {
      verify: [unhealthy],
      uninstall: [
        {
          kind: 'succeeded',
          result: {
            removed: [],
            notRemovable: [{ id: 'kb1', why: 'It is permanent' }],
            rebootRequired: false,
          },
        },
      ],
    },
    outcome: 'needsOperator',
    reason: 'rollbackFailed',
    from: applied,
    after: ['uninstall on srv01'],
  },
  {
    name: 'automatic rollback is off',
    machine: { settings: { autoRollback: false } },
    fates: { verify: [unhealthy] },
    outcome: 'needsOperator',
    reason: 'rollbackFailed',
    from: applied,
    after: [],
  },
  {
    name: 'the restore fails: nothing further is touched',
    fates: { verify: [unhealthy], restoreCheckpoint: [failure()] },
    outcome: 'needsOperator',
    reason: 'rollbackFailed',
    from: applied,
    after: ['restoreCheckpoint on hv01'],
  },
  {
    name: 'the restored server is not healthy: the checkpoint stays',
    fates: { verify: [unhealthy, unhealthy] },
    outcome: 'needsOperator',
    reason: 'rollbackFailed',
    from: applied,
    after: ['restoreCheckpoint on hv01', 'verify on srv01'],
  },
  {
    name: 'nobody can verify the restored server',
    fates: { verify: [unhealthy, failure()] },
    outcome: 'needsOperator',
    reason: 'rollbackFailed',
    from: applied,
    after: ['restoreCheckpoint on hv01', 'verify on srv01'],
  },
  {
    name: 'the verified server keeps its checkpoint because it cannot be removed',
    fates: { removeCheckpoint: [failure()] },
    outcome: 'needsOperator',
    reason: 'commandFailed',
    from: applied,
    after: ['removeCheckpoint on hv01'],
  },
  {
    name: 'the reboot before the update breaks the server: there is nothing to roll back to',
    fates: {
      inspect: [inspected({ pendingReboot: ['CBS'] })],
      reboot: [failure()],
      verify: [unhealthy],
    },
    outcome: 'needsOperator',
    reason: 'commandFailed',
    from: ['inspect on srv01', 'reboot on srv01'],
    after: ['verify on srv01'],
  },
]

describe('When a step goes wrong', () => {
  test.each(cases)('$name → $outcome', ({ machine, fates, outcome, reason, from, after }) => {
    const { commands, end } = updateServer({ ...machine, settings: { ...once, ...machine?.settings } }, fates)
    expect(commands).toEqual([...from, ...after])
    expect(end).toMatchObject({ outcome, reason: { code: reason } })
  })

  test('a halted way back names what is done, what failed and what is pending', () => {
    const fates: Fates = { verify: [unhealthy, unhealthy] }
    const { end } = updateServer({ settings: once }, fates)
    expect(end.reason.params).toMatchObject({
      cause: 'verifyFailed',
      found: expect.stringMatching(/W3SVC/),
      step: 'install',
      because: 'unhealthyAfterRollback',
      problems: expect.stringMatching(/W3SVC/),
      done: '',
      pending: 'checkpoint',
    })
  })

  test('a rolled-back server has no updates to show, whether restored or uninstalled', () => {
    for (const role of ['application', 'domainController'] as const)
      expect(updateServer({ role, settings: once }, { verify: [unhealthy] }).end).toMatchObject({
        outcome: 'rolledBack',
        updates: [],
      })
  })

  test('of updates of which one could not be uninstalled, that one is still shown as installed', () => {
    const result = {
      removed: ['kb1'],
      notRemovable: [{ id: 'kb2', why: '0x800F0825 Element ist permanent' }],
      rebootRequired: false,
    }
    const fates: Fates = { verify: [unhealthy], uninstall: [{ kind: 'succeeded', result }] }
    const { end } = updateServer({ role: 'sql', settings: once }, fates)
    expect(end).toMatchObject({ outcome: 'needsOperator', updates: [{ id: 'kb2', result: 'succeeded' }] })
    expect(end.reason.params).toMatchObject({
      because: 'notRemovable',
      kb: 'kb2',
      why: '0x800F0825 Element ist permanent',
    })
  })

  test.each<[name: string, fates: Fates, pending: string | undefined]>([
    ['before anything was changed', { inspect: [{ kind: 'silence' }] }, undefined],
    ['while the checkpoint is taken', { checkpoint: [{ kind: 'silence' }] }, 'checkpoint'],
    ['during the install', { install: [{ kind: 'silence' }] }, 'install, checkpoint'],
    ['while the checkpoint is removed', { removeCheckpoint: [{ kind: 'silence' }] }, 'checkpoint'],
    ['under a lock that was taken over', { reboot: [{ kind: 'fenced' }] }, 'install, checkpoint'],
  ])('asking the operator %s names what is left undone', (_, fates, pending) => {
    const { outcome, reason } = updateServer({ settings: once }, fates).end
    expect(outcome).toBe('needsOperator')
    expect(reason.params?.['pending']).toBe(pending)
  })
})
