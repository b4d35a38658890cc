import { describe, expect, test } from 'vitest'
import type { CommandEnd } from '../../../orchestrations/steps/catalogue.ts'
import { failure, inspected, start, unhealthy, updateServer, type Fates, type Machine } from './serverRig.ts'

const remove: Machine = { purpose: 'remove', approval: { named: ['KB1'] } }
const before = ['inspect on srv01', 'look for a backup on bkp01', 'checkpoint on hv01', 'uninstall on srv01']
const uninstalled = (changes: object): CommandEnd => ({
  kind: 'succeeded',
  result: { removed: [], notRemovable: [], rebootRequired: false, ...changes },
})
const play = (fates: Fates = {}, machine: Machine = {}) => updateServer({ ...remove, ...machine }, fates)

describe('An update that is to go', () => {
  test('is removed behind the same gates, and the server verified and released', () => {
    const { commands, specs, end } = play()
    expect(commands).toEqual([...before, 'reboot on srv01', 'verify on srv01', 'removeCheckpoint on hv01'])
    expect(specs.find(({ step }) => step === 'uninstall')?.task.params).toEqual({ updates: ['KB1'] })
    expect(end).toMatchObject({ outcome: 'succeeded', reason: { code: 'updateRemoved' }, build: '20348.9' })
  })

  test('and is not installed needs no reboot', () => {
    const { commands, end } = play({ uninstall: [uninstalled({})] })
    expect(commands).toEqual([...before, 'verify on srv01', 'removeCheckpoint on hv01'])
    expect(end).toMatchObject({ outcome: 'succeeded', reason: { code: 'notInstalled' } })
  })

  test('and can not be removed is for a human; the checkpoint goes, for nothing is to be taken back', () => {
    const notRemovable = [{ id: 'KB1', why: 'The package is permanent' }]
    const { commands, end } = play({ uninstall: [uninstalled({ notRemovable })] })
    expect(commands.at(-1)).toBe('removeCheckpoint on hv01')
    expect(end).toMatchObject({
      outcome: 'needsOperator',
      reason: { code: 'notRemovable', params: { kb: 'KB1', why: 'The package is permanent' } },
    })
  })

  test('and stays for several reasons: each is told with its update', () => {
    const notRemovable = [
      { id: 'KB1', why: 'The package is permanent' },
      { id: 'KB2', why: 'The time was over' },
    ]
    const { end } = play({ uninstall: [uninstalled({ notRemovable })] })
    expect(end.reason.params).toEqual({
      kb: 'KB1, KB2',
      why: 'KB1: The package is permanent; KB2: The time was over',
    })
  })

  test('is not touched without a fresh backup', () => {
    const old = inspected()
    const { commands, end } = play({ inspect: [old], backup: [failure()] })
    expect(commands).not.toContain('uninstall on srv01')
    expect(end.outcome).toBe('skipped')
  })

  test('is tried again when its removal fails, and kept when it fails for good on a healthy server', () => {
    const { commands, end } = play({ uninstall: [failure('retry')] })
    expect(commands.filter((one) => one.startsWith('uninstall'))).toHaveLength(2)
    expect(end).toMatchObject({ outcome: 'succeeded', attempts: 2 })
    const kept = play({ uninstall: [failure()] })
    expect(kept.commands.slice(-2)).toEqual(['verify on srv01', 'removeCheckpoint on hv01'])
    expect(kept.end).toMatchObject({ outcome: 'failed', reason: { code: 'commandFailed' } })
  })
})

test('Nothing is removed from a server whose window has closed; what was begun before is brought to its end', () => {
  const windowEnd = start + 20 * 60_000
  const stopped = { kind: 'stopped' } as const
  const { commands, end } = play({ uninstall: [stopped] }, { windowEnd })
  expect(commands).toEqual([...before.slice(0, -1), 'removeCheckpoint on hv01'])
  expect(end.outcome).toBe('carriedOver')
  expect(play({ uninstall: [failure('retry'), stopped] }, { windowEnd }).end.outcome).toBe('succeeded')
})

describe('A server that is unhealthy without the update', () => {
  test('goes back to its checkpoint', () => {
    const { commands, end } = play({ verify: [unhealthy] })
    expect(commands.slice(-3)).toEqual([
      'restoreCheckpoint on hv01',
      'verify on srv01',
      'removeCheckpoint on hv01',
    ])
    expect(end.outcome).toBe('rolledBack')
  })

  test('is for a human where its role is never set back, or where there is no checkpoint', () => {
    for (const machine of [{ role: 'sql' }, { kind: 'physical' }] satisfies Machine[]) {
      const { commands, end } = play({ verify: [unhealthy] }, machine)
      expect(commands).not.toContain('restoreCheckpoint on hv01')
      expect(end).toMatchObject({
        outcome: 'needsOperator',
        reason: { code: 'rollbackFailed', params: { because: 'removedForGood' } },
      })
    }
  })
})
