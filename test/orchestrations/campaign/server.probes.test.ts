import { describe, expect, test } from 'vitest'
import { failure, unhealthy, updateServer, verified, type Fates, type Machine } from './serverRig.ts'

const probes = [{ type: 'tcp', port: 1433 }] as const
const play = (fates: Fates = {}, machine: Machine = {}) => updateServer({ probes, ...machine }, fates)
const unanswered = verified({
  healthy: false,
  problems: ['Probe tcp localhost:1433: no connection'],
  unanswered: ['Probe tcp localhost:1433: no connection'],
})
const before = ['inspect on srv01', 'look for a backup on bkp01', 'verify on srv01']

describe('A server whose plan has probes', () => {
  test('is asked for them before its checkpoint and at every look at its health', () => {
    const { commands, specs, end } = play({ verify: [verified(), unhealthy] })
    expect(commands.slice(0, 4)).toEqual([...before, 'checkpoint on hv01'])
    const asked = specs.flatMap(({ task }) => (task.kind === 'verify' ? [task.params.probes] : []))
    expect(asked).toEqual([probes, probes, probes])
    expect(end.outcome).toBe('rolledBack')
  })

  test('is left alone when one isn’t answered before the update: it is not the update’s fault', () => {
    const { commands, end } = play({ verify: [unanswered] })
    expect(commands).toEqual(before)
    expect(end).toMatchObject({
      outcome: 'skipped',
      reason: { code: 'probesUnanswered', params: { problems: 'Probe tcp localhost:1433: no connection' } },
    })
  })

  test('is updated although something else was down before', () => {
    const down = verified({ healthy: false, problems: ['Service Spooler does not run'], unanswered: [] })
    expect(play({ verify: [down] }).end.outcome).toBe('succeeded')
  })

  test('is not changed while nobody can say whether they are answered', () => {
    const { commands, end } = play({ verify: [failure()] })
    expect(commands).toEqual(before)
    expect(end.outcome).toBe('failed')
  })

  test('is not asked for them before an update is removed: it may be what they suffer from', () => {
    const { commands } = play({}, { purpose: 'remove', approval: { named: ['KB1'] } })
    expect(commands.slice(0, 3)).toEqual([...before.slice(0, 2), 'checkpoint on hv01'])
  })
})

test('A server without probes is asked for none', () => {
  const { commands, specs } = updateServer({})
  expect(commands.filter((one) => one.startsWith('verify'))).toHaveLength(1)
  expect(specs.find(({ task }) => task.kind === 'verify')?.task.params).not.toHaveProperty('probes')
})
