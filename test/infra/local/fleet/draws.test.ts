import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createDraws } from '../../../../infra/local/fleet/draws.ts'
import type { TimedKind } from '../../../../infra/local/fleet/scenario.ts'
import { ScenarioDefinition, timedKinds } from '../../../../infra/local/fleet/scenario.ts'
import { even, instant } from '../../../../infra/local/fleet/scenarios/even.ts'
import { weekend } from '../../../../infra/local/fleet/scenarios/weekend.ts'
import { fleetOf, serverOf } from './fixtures.ts'

const fleet = fleetOf(weekend)
const draw = fc.record({
  host: fc.constantFrom('HV01', 'VM01', 'FS01'),
  kind: fc.constantFrom(...timedKinds),
  attempt: fc.integer({ min: 1, max: 4 }),
})

test('a draw depends on nothing but seed, server, kind and attempt', () => {
  fc.assert(
    fc.property(
      fc.array(draw, { minLength: 1, maxLength: 30 }),
      fc.integer(),
      fc.nat(),
      (asked, seed, turn) => {
        const answers = (order: typeof asked): Map<string, string> => {
          const byHost = new Map<string, ReturnType<typeof createDraws>>()
          const results = new Map<string, string>()
          for (const { host, kind, attempt } of order) {
            const draws = byHost.get(host) ?? createDraws(seed, serverOf(fleet, host), weekend)
            byHost.set(host, draws)
            const answer = [
              draws.duration(kind, attempt),
              draws.happens('installFails', kind, attempt),
              draws.away(kind, attempt),
            ]
            results.set(`${host} ${kind} ${attempt}`, JSON.stringify(answer))
          }
          return results
        }
        const at = turn % asked.length
        const turned = [...asked.slice(at), ...asked.slice(0, at)].reverse()
        for (const [key, answer] of answers(turned)) expect(answers(asked).get(key)).toBe(answer)
      },
    ),
    { numRuns: 60, seed: 3 },
  )
})

test('another seed draws another weekend', () => {
  const durations = [1, 2].map((seed) =>
    createDraws(seed, serverOf(fleet, 'VM01'), weekend).duration('install', 1),
  )
  expect(durations[0]).not.toBe(durations[1])
})

describe('the even scenario', () => {
  const steps: Record<string, TimedKind[]> = {
    VM01: ['inspect', 'checkpoint', 'install', 'reboot', 'verify', 'removeCheckpoint'],
    HV01: ['inspect', 'install', 'reboot', 'verify'],
    FS01: ['inspect', 'install', 'reboot', 'verify'],
  }

  test.each(Object.entries(steps))('takes exactly 45 minutes on %s', (host, kinds) => {
    const draws = createDraws('any', serverOf(fleet, host), even)
    const total = kinds.reduce((sum, kind) => sum + draws.duration(kind, 1), 0)
    expect(total).toBe(2_700_000)
    expect(draws.duration('inspectBackup', 1)).toBe(0)
  })

  test('takes no time at all as instant', () => {
    const draws = createDraws(1, serverOf(fleet, 'VM01'), instant)
    expect(timedKinds.map((kind) => draws.duration(kind, 1))).toEqual(timedKinds.map(() => 0))
  })
})

test('a weekend stays within the durations that it names', () => {
  const draws = createDraws(5, serverOf(fleet, 'VM01'), weekend)
  for (let attempt = 1; attempt <= 500; attempt += 1) {
    const minutes = draws.duration('install', attempt) / 60_000
    expect(minutes).toBeGreaterThanOrEqual(10)
    expect(minutes).toBeLessThanOrEqual(40)
  }
})

test('a host that a scenario names has its own chances, and every other one those of all', () => {
  const scenario = ScenarioDefinition.parse({
    ...even,
    chances: { backupMissing: 1 },
    hosts: { FS01: { installFails: 1, backupMissing: 0 } },
  })
  const certain = fc.record({ seed: fc.integer(), attempt: fc.integer({ min: 1, max: 4 }) })
  fc.assert(
    fc.property(certain, ({ seed, attempt }) => {
      const of = (host: string) => createDraws(seed, serverOf(fleet, host), scenario)
      const fates = ['FS01', 'VM01'].map((host) => [
        of(host).happens('installFails', 'install', attempt),
        of(host).happens('backupMissing', 'machine', 0),
      ])
      expect(fates).toEqual([
        [true, false],
        [false, true],
      ])
    }),
    { numRuns: 50 },
  )
})

test('a chance that nobody knows is no scenario', () => {
  expect(ScenarioDefinition.safeParse({ ...even, hosts: { FS01: { installFail: 1 } } }).success).toBe(false)
})
