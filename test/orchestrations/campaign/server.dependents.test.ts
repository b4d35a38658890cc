import { describe, expect, test } from 'vitest'
import { ServerId } from '../../../orchestrations/domain/ids.ts'
import { failure, unhealthy, updateServer, verified, type Fates } from './serverRig.ts'

const app = ServerId.parse('boulangerie.app01')
const web = ServerId.parse('boulangerie.web01')
const healthy = { serverId: app, wasHealthy: true, underWay: false }
const sql = { role: 'sql', dependents: [healthy] } as const
const probes = (commands: readonly string[]) => commands.filter((one) => /verify on (app|web)01/.test(one))

describe('What depends on a SQL server', () => {
  test('is probed once the server is verified, and its health lets the server succeed', () => {
    const { commands, end } = updateServer(sql)
    expect(commands.slice(-3)).toEqual(['verify on srv01', 'removeCheckpoint on hv01', 'verify on app01'])
    expect(end.outcome).toBe('succeeded')
  })

  test('and was healthy in this campaign makes it a matter for a human when it stays unhealthy', () => {
    const { commands, end } = updateServer(sql, { verify: [verified(), unhealthy, unhealthy, unhealthy] })
    expect(probes(commands)).toHaveLength(3)
    expect(end).toMatchObject({
      outcome: 'needsOperator',
      build: '20348.9',
      reason: {
        code: 'dependentNotHealthy',
        params: { server: 'APP01', problems: 'service W3SVC is stopped' },
      },
    })
    expect(end.updates).toHaveLength(2)
  })

  test('and needs a moment to find it again is given one', () => {
    const { end } = updateServer(sql, { verify: [verified(), unhealthy] })
    expect(end.outcome).toBe('succeeded')
  })

  test('is looked at before, where nobody knows how it was; what was unhealthy then accuses nobody', () => {
    const unknown = { ...sql, dependents: [{ ...healthy, wasHealthy: false }] }
    const fine = updateServer(unknown)
    expect(probes(fine.commands)).toHaveLength(2)
    expect(fine.commands.indexOf('verify on app01')).toBeLessThan(fine.commands.indexOf('install on srv01'))
    const sick = updateServer(unknown, { verify: [unhealthy] })
    expect(probes(sick.commands)).toHaveLength(1)
    expect(sick.end.outcome).toBe('succeeded')
  })

  test('is not probed while it is under way itself, which is said when it became so meanwhile', () => {
    const { commands, end } = updateServer({ ...sql, dependents: [{ ...healthy, underWay: true }] })
    expect(probes(commands)).toEqual([])
    expect(end).toMatchObject({ outcome: 'succeeded' })
  })

  test('and does not answer is not healthy; nobody waits for hours to hear it', () => {
    const silent: Fates = {
      verify: [verified(), ...Array.from({ length: 3 }, () => ({ kind: 'silence' }) as const)],
    }
    const { end, asked } = updateServer(sql, silent)
    expect(end).toMatchObject({ outcome: 'needsOperator', reason: { code: 'dependentNotHealthy' } })
    expect(asked.filter(({ name }) => name === 'markUnknown')).toEqual([])
  })

  test('is probed on each of them until one is broken', () => {
    const two = { ...sql, dependents: [healthy, { ...healthy, serverId: web }] }
    expect(probes(updateServer(two).commands)).toEqual(['verify on app01', 'verify on web01'])
    const broken = updateServer(two, { verify: [verified(), ...Array.from({ length: 3 }, () => failure())] })
    expect(probes(broken.commands)).not.toContain('verify on web01')
  })

  test('is left alone when the settings say so, and for servers on which nothing depends', () => {
    const off = updateServer({ ...sql, settings: { probeDependents: false } })
    expect(probes(off.commands)).toEqual([])
    expect(probes(updateServer({ ...sql, role: 'application' }).commands)).toEqual([])
  })
})
