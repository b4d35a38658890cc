import { describe, expect, test } from 'vitest'
import {
  failure,
  inspected,
  installed,
  unhealthy,
  updateServer,
  verified,
  type Machine,
} from './serverRig.ts'

const begin = ['inspect on srv01', 'look for a backup on bkp01', 'checkpoint on hv01']
const applied = [...begin, 'install on srv01', 'reboot on srv01', 'verify on srv01']
const restored = ['restoreCheckpoint on hv01', 'verify on srv01', 'removeCheckpoint on hv01']
const once: Machine['settings'] = { maxRetries: 0 }

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
  test('are counted; a step that is due a second time is none', () => {
    const rebootedBefore = updateServer({}, { inspect: [inspected({ pendingReboot: ['CBS'] })] })
    expect(rebootedBefore.commands.filter((one) => one.startsWith('reboot'))).toHaveLength(2)
    expect(rebootedBefore.end.attempts).toBe(1)
    const rolledBack = updateServer({ settings: once }, { verify: [unhealthy] })
    expect(rolledBack.commands.filter((one) => one.startsWith('verify'))).toHaveLength(2)
    expect(rolledBack.end.attempts).toBe(1)
    const inVain = updateServer({}, { verify: [verified({ stillOffered: ['kb2'] })] })
    expect(inVain.end.attempts).toBe(2)
  })

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

  test('an update that stays aborted is told by its result’s code, for the reader’s language', () => {
    const aborted = installed('aborted')
    const { end } = updateServer({}, { install: [aborted, aborted, aborted] })
    expect(end.reason).toMatchObject({
      code: 'commandFailed',
      params: { step: 'install', result: 'aborted' },
    })
    expect(end.reason?.params?.['message']).not.toContain('aborted')
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
