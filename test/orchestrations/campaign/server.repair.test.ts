import { describe, expect, test } from 'vitest'
import type { CommandEnd } from '../../../orchestrations/steps/catalogue.ts'
import { failure, interrupted, start, update, updateServer, type Fates, type Machine } from './serverRig.ts'

const damaged = failure('repairFirst', 'storeCorrupt')
const repaired = (rebootRequired: boolean): CommandEnd => ({ kind: 'succeeded', result: { rebootRequired } })
/** Kinds of the commands from the first installation on. */
const after = (fates: Fates, machine: Machine = {}) => {
  const { specs, end } = updateServer(machine, fates)
  const kinds = specs.map(({ task }) => task.kind)
  return { kinds: kinds.slice(kinds.indexOf('install')), specs, end }
}
const finished = ['reboot', 'verify', 'removeCheckpoint']

describe('A server whose component store is damaged', () => {
  test('is repaired and then updated', () => {
    const { kinds, end } = after({ install: [damaged] })
    expect(kinds).toEqual(['install', 'repair', 'install', ...finished])
    expect(end).toMatchObject({ outcome: 'succeeded', attempts: 2 })
  })

  test('is restarted in between where the repair asks for it', () => {
    const { kinds } = after({ install: [damaged], repair: [repaired(true)] })
    expect(kinds).toEqual(['install', 'repair', 'reboot', 'install', ...finished])
  })

  test('is repaired once: what asks for it again is given up', () => {
    const { kinds, end } = after({ install: [damaged, damaged] })
    expect(kinds).toEqual(['install', 'repair', 'install', 'verify', 'removeCheckpoint'])
    expect(end).toMatchObject({ outcome: 'failed', failure: { code: 'storeCorrupt' } })
  })

  test('is told of a single update too, and only what may still help is tried after the repair', () => {
    const both = (kb2: 'retry' | 'repairFirst'): CommandEnd => ({
      kind: 'succeeded',
      result: {
        updates: [update('kb1', 'failed', 'repairFirst'), update('kb2', 'failed', kb2)],
        rebootRequired: false,
      },
    })
    const rest: CommandEnd = {
      kind: 'succeeded',
      result: { updates: [update('kb2', 'succeeded')], rebootRequired: false },
    }
    const { kinds, specs, end } = after({ install: [both('retry'), both('retry'), rest] })
    expect(kinds).toEqual(['install', 'repair', 'install', 'install', 'verify', 'removeCheckpoint'])
    const tried = specs.flatMap(({ task }) =>
      task.kind === 'install' ? [task.params.updates.join(' ')] : [],
    )
    expect(tried).toEqual(['kb1 kb2', 'kb1 kb2', 'kb2'])
    expect(end).toMatchObject({ outcome: 'failed', reason: { params: { message: 'KB1 kb1' } } })
    expect(after({ install: [both('repairFirst'), both('repairFirst')] }).kinds).toEqual([
      'install',
      'repair',
      'install',
      'verify',
      'removeCheckpoint',
    ])
  })

  test.each<[string, CommandEnd, string]>([
    ['fails', failure('retry', 'storeNotRepaired'), 'storeNotRepaired'],
    ['is interrupted', interrupted, 'interrupted'],
  ])('is left as it is when the repair %s', (_, end, code) => {
    const told = after({ install: [damaged], repair: [end] })
    expect(told.kinds).toEqual(['install', 'repair', 'verify', 'removeCheckpoint'])
    expect(told.end).toMatchObject({
      outcome: 'failed',
      reason: { params: { step: 'repair' } },
      failure: { code },
    })
  })

  test('is not repaired once its window has closed, whoever notices: the installation stands as what failed', () => {
    const windowEnd = start + 5 * 60_000
    const late: CommandEnd = { kind: 'refused', reason: 'pastLatestStart', message: 'it is 06:00' }
    for (const repair of [[{ kind: 'stopped' }] as const, [late]]) {
      const { end, specs } = after({ install: [damaged], repair }, { windowEnd })
      expect(end).toMatchObject({ outcome: 'failed', failure: { code: 'storeCorrupt' } })
      expect(
        specs.filter(({ step }) => step === 'repair').every(({ notAfter }) => notAfter === windowEnd),
      ).toBe(true)
    }
  })

  test('is not repaired without a retry that could use it', () => {
    expect(after({ install: [damaged] }, { settings: { maxRetries: 0 } }).kinds).not.toContain('repair')
  })

  test('and silent during its repair is for a human', () => {
    const { kinds, end } = after({ install: [damaged], repair: [{ kind: 'silence' }] })
    expect(kinds).toEqual(['install', 'repair'])
    expect(end).toMatchObject({
      outcome: 'needsOperator',
      reason: { code: 'noAnswer', params: { step: 'repair', pending: 'install, checkpoint' } },
    })
  })

  test('is repaired for a removal as well', () => {
    const { specs, end } = after(
      { uninstall: [damaged] },
      { purpose: 'remove', approval: { named: ['KB1'] } },
    )
    const kinds = specs.map(({ task }) => task.kind)
    expect(kinds.slice(3, 6)).toEqual(['uninstall', 'repair', 'uninstall'])
    expect(end.outcome).toBe('succeeded')
  })
})
