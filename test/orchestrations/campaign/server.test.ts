import { describe, expect, test } from 'vitest'
import type { OutcomeKind } from '../../../orchestrations/domain/outcomes.ts'
import {
  failure,
  hour,
  inspected,
  installed,
  interrupted,
  serverId,
  start,
  tombstone,
  unhealthy,
  updateServer,
  verified,
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
        { kind: 'succeeded', result: { removed: [], notRemovable: ['kb1'], rebootRequired: false } },
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
      message: expect.stringMatching(/^install: .*W3SVC/),
      done: '',
      pending: 'checkpoint',
    })
  })

  test('a rolled-back server has no updates to show', () => {
    expect(updateServer({ settings: once }, { verify: [unhealthy] }).end.updates).toEqual([])
  })
})

describe('False success', () => {
  const offered = verified({ stillOffered: ['kb2'] })

  test('is found by verify: what is still offered is installed again', () => {
    const { commands, end } = updateServer({}, { verify: [offered] })
    expect(commands).toEqual([
      ...applied,
      'install on srv01',
      'reboot on srv01',
      'verify on srv01',
      'removeCheckpoint on hv01',
    ])
    expect(end.outcome).toBe('succeeded')
  })

  test('that stays false ends as failed while the server is healthy, and back at the checkpoint if it is not', () => {
    const kept = updateServer({}, { verify: [offered, offered, offered] })
    expect(kept.end).toMatchObject({ outcome: 'failed', reason: { code: 'verifyFailed' } })
    expect(kept.commands.filter((one) => one.startsWith('install'))).toHaveLength(3)
    const broken = updateServer({}, { verify: [offered, offered, offered, unhealthy] })
    expect(broken.end.outcome).toBe('rolledBack')
    expect(broken.commands.slice(-3)).toEqual(restored)
  })

  test('a reboot that is still pending is done once more', () => {
    const { commands, end } = updateServer({}, { verify: [verified({ pendingReboot: ['CBS'] })] })
    expect(commands.filter((one) => one.startsWith('reboot'))).toHaveLength(2)
    expect(end.outcome).toBe('succeeded')
  })
})

describe('Retries', () => {
  test('follow the remedy and end with MaxRetries, pausing longer each time', () => {
    const { commands, end, asked } = updateServer(
      {},
      { install: [failure('retry'), failure('retry'), failure('retry')] },
    )
    expect(commands.filter((one) => one.startsWith('install'))).toHaveLength(3)
    expect(end).toMatchObject({ outcome: 'failed', attempts: 3, failure: { code: 'broken' } })
    const pauses = asked.filter(({ kind }) => kind === 'timer')
    expect(pauses.length).toBeGreaterThanOrEqual(2)
  })

  test('an update that failed is tried again and its last result is kept', () => {
    const { end } = updateServer({}, { install: [installed('failed')] })
    expect(end.outcome).toBe('succeeded')
    expect(end.updates.map(({ result }) => result)).toEqual(['succeeded', 'succeeded'])
  })

  test('a remedy of rebooting first reboots in between', () => {
    const { commands, end } = updateServer({}, { install: [failure('rebootFirst')] })
    expect(commands.slice(3, 7)).toEqual([
      'install on srv01',
      'reboot on srv01',
      'install on srv01',
      'reboot on srv01',
    ])
    expect(end.outcome).toBe('succeeded')
  })
})

describe('Commands whose fate is uncertain', () => {
  test('a tombstone permits a new attempt, under a new id, three times', () => {
    const { ids, end } = updateServer({}, { install: [tombstone, tombstone] })
    expect(ids.filter((id) => id.includes('.install.'))).toEqual(
      [1, 2, 3].map((attempt) => `camp.p0.${serverId}.install.${attempt}`),
    )
    expect(end.outcome).toBe('succeeded')
    const never = updateServer({ settings: once }, { install: Array.from({ length: 9 }, () => tombstone) })
    expect(never.end).toMatchObject({ outcome: 'failed', failure: { code: 'refused.tombstoned' } })
    expect(never.ids.filter((id) => id.includes('.install.'))).toHaveLength(4)
  })

  test('an interrupted install is judged by the machine: reboot, then verify', () => {
    const { commands, end } = updateServer({}, { install: [interrupted] })
    expect(commands).toEqual([...applied, 'removeCheckpoint on hv01'])
    expect(end.outcome).toBe('succeeded')
  })

  test('an interrupted reboot is judged by verify', () => {
    expect(updateServer({}, { reboot: [interrupted] }).end.outcome).toBe('succeeded')
  })

  test('a report that comes while its row is being looked at is looked at again at once', () => {
    const { end, endedAt } = updateServer({}, { install: [{ kind: 'duringLook', end: installed() }] })
    expect(end.outcome).toBe('succeeded')
    expect(endedAt).toBeLessThan(start + hour)
  })

  test('silence makes the server unknown and changes nothing; a late report takes the story up where it was', () => {
    const { steps, commands, end } = updateServer({}, { install: [{ kind: 'late', end: installed() }] })
    expect(steps).toContain('activity markUnknown')
    expect(commands).toEqual([...applied, 'removeCheckpoint on hv01'])
    expect(end.outcome).toBe('succeeded')
  })

  test('a late report of an interruption resumes at verify', () => {
    const { commands } = updateServer({}, { install: [{ kind: 'late', end: interrupted }] })
    expect(commands.slice(4, 6)).toEqual(['reboot on srv01', 'verify on srv01'])
  })

  test('silence for good asks the operator and touches nothing more', () => {
    const { commands, end, asked } = updateServer({}, { install: [{ kind: 'silence' }] })
    expect(commands).toEqual([...begin, 'install on srv01'])
    expect(end).toMatchObject({
      outcome: 'needsOperator',
      reason: { code: 'noAnswer', params: { step: 'install' } },
    })
    const looks = asked.filter(({ name }) => name === 'lookAtCommand').length
    expect(looks).toBeLessThanOrEqual(3 + 12 + 1)
    expect(asked.filter(({ kind }) => kind === 'sub').map(({ instanceId }) => instanceId)).toEqual([
      `camp:p0:${serverId}:wait0`,
    ])
  })

  test('silence during the way back asks the operator', () => {
    const fates: Fates = { verify: [unhealthy], restoreCheckpoint: [{ kind: 'silence' }] }
    expect(updateServer({}, fates).end).toMatchObject({
      outcome: 'needsOperator',
      reason: { code: 'rollbackFailed' },
    })
  })

  test("a lock that is another's ends everything for the operator", () => {
    const { commands, end } = updateServer({}, { install: [{ kind: 'fenced' }] })
    expect(commands).toEqual([...begin, 'install on srv01'])
    expect(end).toMatchObject({ outcome: 'needsOperator', reason: { code: 'lockedByOther' } })
  })
})

describe('An emergency stop', () => {
  test('in the middle waits, and goes on after the release with the same command', () => {
    const { ids, end, asked, endedAt } = updateServer(
      {},
      { install: [{ kind: 'stopped' }, { kind: 'stopped' }] },
    )
    expect(ids.filter((id) => id.includes('.install.'))).toHaveLength(1)
    const waits = asked.filter(({ kind }) => kind === 'sub')
    expect(waits.map(({ input }) => input)).toEqual(
      Array.from({ length: 2 }, () =>
        expect.objectContaining({ subject: { kind: 'stop', clientId: 'boulangerie' } }),
      ),
    )
    expect(new Set(waits.map(({ instanceId }) => instanceId)).size).toBe(2)
    expect(end.outcome).toBe('succeeded')
    expect(endedAt).toBeGreaterThan(start + hour)
  })

  test('that only the agent knew of makes the command be issued anew under the new epoch', () => {
    const stale = { kind: 'refused', reason: 'staleEpoch', message: 'epoch 3' } as const
    const { ids, end } = updateServer({}, { install: [stale] })
    expect(ids.filter((id) => id.includes('.install.'))).toHaveLength(2)
    expect(end.outcome).toBe('succeeded')
  })
})

test('An agent that stays ahead of the epoch, as after a restore of an old backup, is not asked for ever', () => {
  const stale = { kind: 'refused', reason: 'staleEpoch', message: 'epoch 9' } as const
  const { end } = updateServer({}, { checkpoint: Array.from({ length: 100 }, () => stale) })
  expect(end).toMatchObject({ outcome: 'failed', failure: { code: 'refused.staleEpoch' } })
})

test('A refusal that no repetition heals ends the step', () => {
  const refused = { kind: 'refused', reason: 'kindNotAllowed', message: 'no' } as const
  const { end } = updateServer({ settings: once }, { checkpoint: [refused] })
  expect(end).toMatchObject({ outcome: 'failed', failure: { code: 'refused.kindNotAllowed' } })
})
