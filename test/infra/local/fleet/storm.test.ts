import * as fc from 'fast-check'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createDraws } from '../../../../infra/local/fleet/draws.ts'
import type { ScenarioDefinition } from '../../../../infra/local/fleet/scenario.ts'
import { instant } from '../../../../infra/local/fleet/scenarios/even.ts'
import { storm } from '../../../../infra/local/fleet/scenarios/storm.ts'
import { Machines } from '../../../../infra/local/fleet/windows/machines.ts'
import type { Task } from '../../../../orchestrations/contracts/tasks.ts'
import { fleetOf, serverOf, workFor } from './fixtures.ts'

const fleet = fleetOf(storm)
const vm = serverOf(fleet, 'VM01')
const host = serverOf(fleet, 'HV01')
const now = Date.parse('2026-11-21T00:00:00Z')

describe('a storm', () => {
  test('has one broken update a seed at most, the same for all machines, at every attempt', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const ids = new Set(
          fleet.servers.flatMap((server) => createDraws(seed, server, storm).brokenUpdate()?.id ?? []),
        )
        expect(ids.size).toBeLessThanOrEqual(1)
        const draws = createDraws(seed, vm, storm)
        expect(draws.brokenUpdate()).toEqual(createDraws(seed, vm, storm).brokenUpdate())
      }),
      { numRuns: 300, seed: 4 },
    )
    const seeds = Array.from({ length: 200 }, (_, seed) => seed)
    expect(seeds.some((seed) => createDraws(seed, vm, storm).brokenUpdate() !== undefined)).toBe(true)
  })

  test('puts clocks wrong by a day at most, in both directions, and makes lines slower, never faster', () => {
    const all = Array.from({ length: 2_000 }, (_, seed) => createDraws(seed, vm, storm))
    const skews = all.map((draws) => draws.clockSkewMs())
    expect(Math.max(...skews)).toBeLessThanOrEqual(24 * 3600_000)
    expect(Math.min(...skews)).toBeGreaterThanOrEqual(-24 * 3600_000)
    expect(skews.some((ms) => ms > 3600_000) && skews.some((ms) => ms < -3600_000)).toBe(true)
    expect(all.every((draws) => draws.slowness() >= 1)).toBe(true)
    expect(all.some((draws) => draws.slowness() > 1)).toBe(true)
  })
})

describe('a machine', () => {
  let folder: string
  let machines: Machines | undefined
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'atlas-storm-'))
  })
  afterEach(() => {
    machines?.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const open = (changes: Partial<ScenarioDefinition['chances']>, more: Partial<ScenarioDefinition> = {}) => {
    const scenario = { ...instant, ...more, chances: { ...instant.chances, ...changes } }
    machines = new Machines(folder, fleetOf(scenario), { now: () => now, wireDelay: () => 1 })
    return machines
  }
  const params = { vm: 'VM01', name: 'atlas-1' }
  const updates = ['kb5068787-2026-11', 'kb5066743-net']
  const install: Task = { kind: 'install', params: { updates } }
  const record = (): Record<string, unknown>[] =>
    readFileSync(join(folder, 'effects.ndjson'), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>)

  test.each([
    ['checkpointUnusable', 'hyperV.checkpointUnusable'],
    ['rollbackFails', 'hyperV.restoreFailed'],
  ] as const)('with %s makes a checkpoint that can’t be applied', async (chance, code) => {
    const all = open({ [chance]: 1 })
    const made = await all.begin(host.serverId, workFor(vm, 'k1', { kind: 'checkpoint', params }))
    expect(made).toMatchObject({ kind: 'succeeded' })
    const back = await all.begin(host.serverId, workFor(vm, 'k2', { kind: 'restoreCheckpoint', params }))
    expect(back).toMatchObject({ kind: 'failed', failure: { code } })
    expect(record().at(-1)).toMatchObject({ kind: 'restoreCheckpoint', phase: 'ended', ok: false, code })
  })

  test('with a HOLD file says so', async () => {
    const seen = await open({ holdFile: 1 }).begin(
      vm.serverId,
      workFor(vm, 'i1', { kind: 'inspect', params: { what: 'server' } }),
    )
    expect(seen).toMatchObject({ result: { hold: expect.stringContaining('Ask') } })
  })

  test('fails on the broken update alone, and its record says what backup there was', async () => {
    const brokenUpdate = { chance: 1, fails: 1, hresult: '0x800F0922' }
    const [only] = instant.updates.filter(({ id }) => id === 'kb5066743-net')
    const all = open({}, { brokenUpdate, updates: only ? [only] : [] })
    const said = await all.begin(vm.serverId, workFor(vm, 'c1', install))
    expect(said).toMatchObject({
      result: {
        updates: [
          { id: 'kb5068787-2026-11', result: 'succeeded' },
          { id: 'kb5066743-net', result: 'failed', hresult: '0x800F0922' },
        ],
      },
    })
    expect(record()).toMatchObject([
      { phase: 'begun', backupAt: expect.any(Number) },
      { phase: 'ended', ok: false, code: 'KB5066743 0x800F0922' },
    ])
  })

  test('without a backup is recorded as one', async () => {
    await open({ backupMissing: 1 }).begin(vm.serverId, workFor(vm, 'c1', install))
    expect(record()[0]).toMatchObject({ kind: 'install', phase: 'begun', backupAt: null })
  })

  test('that is looked at leaves what was really there', async () => {
    const all = open({ serviceDown: 1 })
    await all.begin(vm.serverId, workFor(vm, 'c1', install))
    await all.begin(vm.serverId, workFor(vm, 'v1', { kind: 'verify', params: { updates } }))
    expect(record().at(-1)).toMatchObject({
      phase: 'seen',
      kind: 'verify',
      healthy: false,
      asked: 2,
      left: 1,
    })
  })

  test('a kill writes no line twice, also not of a look', async () => {
    await open({}).begin(vm.serverId, workFor(vm, 'v1', { kind: 'verify', params: { updates } }))
    const before = record()
    machines?.close()
    open({})
    expect(record()).toEqual(before)
  })
})
