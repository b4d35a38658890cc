import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parseTaskResult, type Task } from '../../../../orchestrations/contracts/tasks.ts'
import type { HealthProbe } from '../../../../orchestrations/domain/probes.ts'
import type { ScenarioDefinition } from '../../../../infra/local/fleet/scenario.ts'
import { even, instant } from '../../../../infra/local/fleet/scenarios/even.ts'
import { weekend } from '../../../../infra/local/fleet/scenarios/weekend.ts'
import { Machines } from '../../../../infra/local/fleet/windows/machines.ts'
import { fleetOf, serverOf, workFor } from './fixtures.ts'

let folder: string
/** Plan time; the machines look at it, nothing else moves it. */
let now: number
const clock = { now: () => now, wireDelay: () => 1 }
const opened: Machines[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atlas-fleet-'))
  now = Date.parse('2026-11-21T00:00:00Z')
})
afterEach(() => {
  for (const machines of opened.splice(0)) machines.close()
  rmSync(folder, { recursive: true })
})

function open(scenario: ScenarioDefinition, below = '.'): Machines {
  for (const machines of opened.splice(0)) machines.close()
  const machines = new Machines(join(folder, below), fleetOf(scenario), clock)
  opened.push(machines)
  return machines
}

const fleet = fleetOf(even)
const vm = serverOf(fleet, 'VM01')
const installAll: Task = { kind: 'install', params: { updates: ['kb5068787-2026-11', 'kb5066743-net'] } }
const verifyAll: Task = { kind: 'verify', params: installAll.params }

/** What only looked leaves a line `seen`, no effect. */
function effects(): { at: string; server: string; kind: string; phase: string; commandId: string }[] {
  const text = readFileSync(join(folder, 'effects.ndjson'), 'utf8')
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
    .filter(({ phase }) => phase !== 'seen')
}

describe('an effect', () => {
  test('is recorded when it begins and, at its time, when it has ended', async () => {
    const machines = open(even)
    const ended = machines.begin(vm.serverId, workFor(vm, 'c1', installAll))
    expect(effects()).toMatchObject([{ at: '2026-11-21T00:00:00.000Z', server: 'VM01', phase: 'begun' }])
    const planMs = machines.drawsOf(vm.serverId).duration('install', 1)
    now += planMs
    expect(await ended).toMatchObject({ kind: 'succeeded', result: { rebootRequired: true } })
    expect(effects()[1]).toMatchObject({ at: new Date(now).toISOString(), kind: 'install', phase: 'ended' })
  })

  test('on a guest is recorded under the guest', async () => {
    const machines = open(instant)
    const checkpoint: Task = { kind: 'checkpoint', params: { vm: 'VM01', name: 'atlas-1' } }
    await machines.begin('boulangerie.hv01', workFor(vm, 'c1', checkpoint))
    expect(effects().map(({ server, phase }) => `${server} ${phase}`)).toEqual(['VM01 begun', 'VM01 ended'])
  })

  test('run twice under one command id is recorded twice: that is the evidence', async () => {
    const machines = open(instant)
    await machines.begin(vm.serverId, workFor(vm, 'c1', installAll))
    await machines.begin(vm.serverId, workFor(vm, 'c1', installAll))
    expect(effects().filter(({ phase }) => phase === 'begun')).toHaveLength(2)
  })

  test('goes on while nobody looks, and has left one pair of lines after a restart', async () => {
    const first = open(even)
    void first.begin(vm.serverId, workFor(vm, 'c1', installAll))
    expect(first.find(vm.serverId, 'c1').kind).toBe('running')
    now += 60_000
    const second = open(even)
    const found = second.find(vm.serverId, 'c1')
    expect(found.kind).toBe('running')
    now += 3_600_000
    expect(found.kind === 'running' && (await found.ended)).toMatchObject({ kind: 'succeeded' })
    expect(open(even).find(vm.serverId, 'c1')).toMatchObject({ kind: 'ended' })
    expect(effects().map(({ phase }) => phase)).toEqual(['begun', 'ended'])
  })

  test('whose lines a kill tore off is written down at the next start, once', async () => {
    await open(instant).begin(vm.serverId, workFor(vm, 'c1', installAll))
    const file = join(folder, 'effects.ndjson')
    const text = readFileSync(file, 'utf8')
    writeFileSync(file, text.slice(0, text.indexOf('\n') + 20))
    open(instant)
    open(instant)
    expect(effects().map(({ phase, commandId }) => `${phase} ${commandId}`)).toEqual(['begun c1', 'ended c1'])
  })
})

describe('a machine', () => {
  test('is updated only by install and boot: verify tells the truth', async () => {
    const machines = open(instant)
    const before = await machines.begin(vm.serverId, workFor(vm, 'v1', verifyAll))
    expect(before).toMatchObject({ result: { stillOffered: installAll.params.updates, pendingReboot: [] } })
    await machines.begin(vm.serverId, workFor(vm, 'c1', installAll))
    const pending = await machines.begin(vm.serverId, workFor(vm, 'v2', verifyAll))
    expect(pending).toMatchObject({
      result: { stillOffered: [], pendingReboot: ['windowsUpdate'] },
    })
    void machines.begin(vm.serverId, workFor(vm, 'r1', { kind: 'reboot', params: { reason: 'updates' } }))
    expect(machines.find(vm.serverId, 'r1')).toMatchObject({
      kind: 'ended',
      outcome: { result: { reboots: 1 } },
    })
    const after = await machines.begin(vm.serverId, workFor(vm, 'v3', verifyAll))
    expect(after).toMatchObject({ result: { healthy: true, stillOffered: [], pendingReboot: [] } })
  })

  test('that says falsely that it is updated is found out by verify', async () => {
    const machines = open({ ...instant, chances: { ...instant.chances, falseSuccess: 1 } })
    const said = await machines.begin(vm.serverId, workFor(vm, 'c1', installAll))
    expect(said).toMatchObject({ result: { updates: [{ result: 'succeeded' }, { result: 'succeeded' }] } })
    const found = await machines.begin(vm.serverId, workFor(vm, 'v1', verifyAll))
    expect(found).toMatchObject({ result: { stillOffered: installAll.params.updates } })
  })

  test('half updated says which update failed', async () => {
    const machines = open({ ...instant, chances: { ...instant.chances, installHalfFails: 1 } })
    const said = await machines.begin(vm.serverId, workFor(vm, 'c1', installAll))
    expect(said).toMatchObject({ result: { updates: [{ result: 'succeeded' }, { result: 'failed' }] } })
  })

  test('restored from its checkpoint is offered the updates again', async () => {
    const machines = open(instant)
    const params = { vm: 'VM01', name: 'atlas-1' }
    await machines.begin('boulangerie.hv01', workFor(vm, 'k1', { kind: 'checkpoint', params }))
    await machines.begin(vm.serverId, workFor(vm, 'c1', installAll))
    await machines.begin('boulangerie.hv01', workFor(vm, 'k2', { kind: 'restoreCheckpoint', params }))
    const found = await machines.begin(vm.serverId, workFor(vm, 'v1', verifyAll))
    expect(found).toMatchObject({ result: { stillOffered: installAll.params.updates, pendingReboot: [] } })
  })

  test('set back to a checkpoint takes its agent’s journal along, also when nobody watched its end', async () => {
    const said: string[] = []
    const watch = {
      down: () => said.push('down'),
      up: () => said.push('up'),
      setBack: () => said.push('by hand'),
      checkpointMade: (name: string) => said.push(`made ${name}`),
      checkpointApplied: (name: string) => said.push(`applied ${name}`),
      checkpointGone: (name: string) => said.push(`gone ${name}`),
    }
    const params = { vm: 'VM01', name: 'atlas-1' }
    const machines = open(instant)
    machines.watch(vm.serverId, watch)
    await machines.begin('boulangerie.hv01', workFor(vm, 'k1', { kind: 'checkpoint', params }))
    await machines.begin('boulangerie.hv01', workFor(vm, 'k2', { kind: 'restoreCheckpoint', params }))
    await machines.begin('boulangerie.hv01', workFor(vm, 'k3', { kind: 'removeCheckpoint', params }))
    expect(said.splice(0)).toEqual(['made atlas-1', 'down', 'applied atlas-1', 'up', 'gone atlas-1'])

    const slow = open(even, 'slow')
    void slow.begin('boulangerie.hv01', workFor(vm, 'k1', { kind: 'checkpoint', params }))
    now += 24 * 3600_000
    open(even, 'slow').watch(vm.serverId, watch)
    expect(said).toEqual(['made atlas-1'])
  })

  test('has what it downloaded until it is installed, and fetches nothing twice', async () => {
    const machines = open(instant)
    const task: Task = { kind: 'download', params: { updates: ['kb5066743-net'] } }
    const look: Task = { kind: 'inspect', params: { what: 'server' } }
    const first = await machines.begin(vm.serverId, workFor(vm, 'd1', task))
    expect(first).toMatchObject({ result: { downloaded: ['kb5066743-net'], missing: [] } })
    expect(await machines.begin(vm.serverId, workFor(vm, 'i1', look))).toMatchObject({
      result: {
        offered: [
          { kb: 'KB5068787', downloaded: false },
          { kb: 'KB5066743', downloaded: true },
          { kb: 'KB890830', downloaded: false },
        ],
      },
    })
    const again = await machines.begin(vm.serverId, workFor(vm, 'd2', task))
    expect(again).toMatchObject({ result: { downloaded: ['kb5066743-net'], bytes: 0 } })
    expect(effects()).toEqual([])
  })

  test('whose agent is silent looks to its host as it is: off, hung, cut off, or only without an agent', async () => {
    const probe: Task = { kind: 'probe', params: { target: 'VM01', vm: true } }
    const seen = async (silence: 'agent' | 'off' | 'hung' | 'cutOff') => {
      const silences = { agent: 0, off: 0, hung: 0, cutOff: 0, [silence]: 1 }
      const chances = { ...instant.chances, offlineBeforeStart: 1 }
      const machines = open({ ...instant, chances, silences }, silence)
      return machines.begin('boulangerie.hv01', workFor(vm, 'p1', probe))
    }
    expect(await seen('agent')).toMatchObject({ result: { power: 'on', heartbeat: 'ok', answers: true } })
    expect(await seen('off')).toMatchObject({ result: { power: 'off', heartbeat: 'lost', answers: false } })
    expect(await seen('hung')).toMatchObject({ result: { power: 'on', heartbeat: 'lost', answers: false } })
    expect(await seen('cutOff')).toMatchObject({ result: { power: 'on', heartbeat: 'ok', answers: false } })
    const well = await open(instant).begin(
      'boulangerie.fs01',
      workFor(vm, 'p2', { ...probe, params: { target: 'VM01', vm: false } }),
    )
    expect(well).toMatchObject({ result: { power: 'unknown', heartbeat: 'unknown', answers: true } })
  })

  test('answers what is probed on it, unless it was broken by its update', async () => {
    const probes: HealthProbe[] = [
      { type: 'tcp', port: 1433 },
      { type: 'http', url: 'https://intranet/health' },
      { type: 'service', name: 'MSSQLSERVER' },
    ]
    const verify: Task = { kind: 'verify', params: { updates: [], probes } }
    const healthOf = async (probeFails: number) => {
      const machines = open({ ...instant, chances: { ...instant.chances, probeFails } }, String(probeFails))
      await machines.begin(vm.serverId, workFor(vm, 'c1', installAll))
      const outcome = await machines.begin(vm.serverId, workFor(vm, 'c2', verify))
      return outcome.kind === 'succeeded' ? parseTaskResult('verify', outcome.result).problems : outcome
    }
    expect(await healthOf(0)).toEqual([])
    expect(await healthOf(1)).toEqual([
      'Probe tcp localhost:1433: no connection',
      'Probe http https://intranet/health: 503',
      'Probe service MSSQLSERVER: Stopped',
    ])
  })

  test('downloads no faster than the line may', async () => {
    const machines = open(weekend)
    const params = { updates: ['kb5066743-net'], maxKilobitsPerSecond: 64 }
    void machines.begin(vm.serverId, workFor(vm, 'd1', { kind: 'download', params }))
    now += 11 * 3600_000
    expect(machines.find(vm.serverId, 'd1').kind).toBe('running')
  })

  test('whose download is cut off by its time keeps what it has: the next one fetches the rest, and no more', async () => {
    const machines = open(weekend)
    const updates = ['kb5066743-net']
    const size = weekend.updates.find(({ id }) => id === updates[0])?.sizeBytes ?? 0
    const task: Task = { kind: 'download', params: { updates, maxKilobitsPerSecond: 16 } }
    const evening = 12 * 3600_000
    const perEvening = (evening * 16) / 8
    const evenings = Math.ceil(size / perEvening)
    expect(evenings).toBeGreaterThan(2)
    for (let night = 1; night < evenings; night++) {
      const cutOff = machines.begin(vm.serverId, workFor(vm, `d${night}`, task))
      now += evening
      expect(await cutOff).toMatchObject({
        kind: 'failed',
        failure: { code: 'scriptTimedOut', remedy: 'retry' },
      })
      expect(machines.state(vm.serverId)).toMatchObject({
        downloaded: [],
        fetched: { [updates[0] ?? '']: night * perEvening },
      })
    }
    const last = machines.begin(vm.serverId, workFor(vm, 'last', task))
    now += evening
    expect(await last).toMatchObject({ result: { downloaded: updates, missing: [] } })
    expect(machines.state(vm.serverId)).toMatchObject({ downloaded: updates, fetched: {} })
  })

  test('fails as Windows does: what its HRESULT is called and what helps, its agent knows', async () => {
    const machines = open({
      ...instant,
      chances: { ...instant.chances, installFails: 1 },
      installFailures: [{ hresult: '0x80073712', message: 'Le magasin est endommagé', weight: 1 }],
    })
    expect(await machines.begin(vm.serverId, workFor(vm, 'c1', installAll))).toEqual({
      kind: 'failed',
      failure: {
        code: 'ERROR_SXS_COMPONENT_STORE_CORRUPT',
        message: 'Le magasin est endommagé',
        hresult: '0x80073712',
        remedy: 'repairFirst',
      },
    })
  })

  test.each([
    ['that can be repaired is damaged no more', 0, ['failed', 'succeeded', 'succeeded']],
    ['that can’t be stays so', 1, ['failed', 'failed', 'failed']],
  ])('with a store %s', async (_, repairFails, kinds) => {
    const machines = open({
      ...instant,
      chances: { ...instant.chances, installFails: 1, repairFails },
      installFailures: [{ hresult: '0x80073712', message: 'Le magasin est endommagé', weight: 1 }],
    })
    const tasks: Task[] = [installAll, { kind: 'repair', params: {} }, installAll]
    const outcomes = []
    for (const [index, task] of tasks.entries())
      outcomes.push(await machines.begin(vm.serverId, workFor(vm, `c${index}`, task)))
    expect(outcomes.map(({ kind }) => kind)).toEqual(kinds)
  })

  test('keeps its attempts apart by command, across restarts', async () => {
    const scenario = {
      ...instant,
      chances: { ...instant.chances, installFails: 0.5 },
      installFailures: [{ hresult: '0x80070643', message: 'x', weight: 1 }],
    }
    const kinds = async (restart: boolean): Promise<string[]> => {
      const below = String(restart)
      let machines = open(scenario, below)
      const seen: string[] = []
      for (let i = 0; i < 8; i += 1) {
        if (restart) machines = open(scenario, below)
        const outcome = await machines.begin(vm.serverId, workFor(vm, `c${i}`, installAll))
        seen.push(outcome.kind)
      }
      return seen
    }
    const calm = await kinds(false)
    expect(new Set(calm)).toEqual(new Set(['succeeded', 'failed']))
    expect(await kinds(true)).toEqual(calm)
  })
})
