import { describe, expect, test } from 'vitest'
import {
  hour,
  installed,
  interrupted,
  serverId,
  start,
  tombstone,
  unhealthy,
  updateServer,
  type Fates,
  type Machine,
} from './serverRig.ts'

const begin = ['inspect on srv01', 'look for a backup on bkp01', 'checkpoint on hv01']
const applied = [...begin, 'install on srv01', 'reboot on srv01', 'verify on srv01']
const once: Machine['settings'] = { maxRetries: 0 }

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
    expect(end).toMatchObject({ outcome: 'needsOperator', reason: { code: 'lockTaken' } })
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
