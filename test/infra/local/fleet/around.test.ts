import { describe, expect, test } from 'vitest'
import { createDraws } from '../../../../infra/local/fleet/draws.ts'
import type { FleetServer } from '../../../../infra/local/fleet/fleetFile.ts'
import { ScenarioDefinition } from '../../../../infra/local/fleet/scenario.ts'
import { even } from '../../../../infra/local/fleet/scenarios/even.ts'
import { storm } from '../../../../infra/local/fleet/scenarios/storm.ts'
import { weekend } from '../../../../infra/local/fleet/scenarios/weekend.ts'
import { outcomeOf } from '../../../../infra/local/fleet/windows/answers.ts'
import type { MachineState } from '../../../../infra/local/fleet/windows/state.ts'
import { durationOf, endTask } from '../../../../infra/local/fleet/windows/tasks.ts'
import { parseTaskResult, type Task } from '../../../../orchestrations/contracts/tasks.ts'
import { fleetOf, serverOf } from './fixtures.ts'

const minute = 60_000
const hour = 60 * minute
const saturday = Date.parse('2026-11-21T00:00:00Z')
const night = 12 * hour

const busy = ScenarioDefinition.parse({ ...weekend, chances: { weekendJobs: 1, sessionsStay: 1 } })
const plain = serverOf(fleetOf(weekend), 'VM01')
const rds: FleetServer = { ...plain, roles: ['rds'] }
const fresh: MachineState = {
  bootedAt: 0,
  installed: [],
  downloaded: [],
  pendingReboot: [],
  serviceDown: false,
  checkpoints: [],
  agentBackAt: 0,
}

function machine(scenario: ScenarioDefinition, server: FleetServer, seed = 1) {
  const draws = createDraws(seed, server, scenario)
  let state = fresh
  /** Does a task that begins then; answers what the server is told, and how long it took. */
  const does = (task: Task, at: number) => {
    const job = { server, scenario, draws, task, attempt: 1 }
    const took = durationOf(state, job, at)
    const ending = endTask(state, { ...job, guests: [], endsAt: at + took })
    state = ending.state
    return { took, ...outcomeOf(task, ending.answer) }
  }
  const look = (at: number) => {
    const said = does({ kind: 'inspect', params: { what: 'backup', target: server.host } }, at)
    const found = said.kind === 'succeeded' ? parseTaskResult('inspect', said.result) : undefined
    const job = found?.what === 'backup' ? found.jobs?.[0] : undefined
    if (!job) throw new Error('It has no job')
    return job
  }
  return { does, look }
}

const hold = (waitMinutes: number): Task => ({ kind: 'holdJobs', params: { target: 'VM01', waitMinutes } })
const release: Task = { kind: 'releaseJobs', params: { target: 'VM01', jobs: [`job-${plain.serverId}`] } }

/** When the machine's job begins next after Saturday noon. */
function nextRun(scenario: ScenarioDefinition): number {
  const { nextRunAt } = machine(scenario, plain).look(saturday + night)
  if (typeof nextRunAt !== 'number') throw new Error('It has no next run')
  return nextRunAt
}

describe('The backup job of a simulated machine', () => {
  test('begins on an evening of the week, and at weekends where the scenario says so', () => {
    expect(nextRun(even)).toBeGreaterThan(saturday + 2 * 24 * hour)
    expect(nextRun(busy)).toBeLessThan(saturday + 24 * hour + 2 * hour)
    const servers = Array.from({ length: 200 }, (_, index) => index)
    const inside = servers.filter((seed) => {
      const { nextRunAt } = machine(storm, plain, seed).look(saturday + hour)
      return (nextRunAt ?? Infinity) < saturday + 3 * 24 * hour - 6 * hour
    })
    expect(inside.length).toBeGreaterThan(50)
    expect(inside.length).toBeLessThan(150)
  })

  test('runs from then on for a while, unless it is held', () => {
    const at = nextRun(busy)
    const { look } = machine(busy, plain)
    expect(look(at - minute)).toMatchObject({ running: false, enabled: true })
    expect(look(at + 5 * minute)).toMatchObject({ running: true })
    expect(look(at + 2 * hour)).toMatchObject({ running: false })
    const held = machine(busy, plain)
    held.does(hold(0), at - hour)
    expect(held.look(at + 5 * minute)).toMatchObject({ running: false, enabled: false, held: true })
  })

  test('that was held when it was due does not begin when it is released', () => {
    const at = nextRun(busy)
    const { look, does } = machine(busy, plain)
    does(hold(0), at - hour)
    expect(does(release, at + 5 * minute)).toMatchObject({
      kind: 'succeeded',
      result: { released: [{ id: `job-${plain.serverId}` }], missing: [] },
    })
    expect(look(at + 6 * minute)).toMatchObject({ running: false, enabled: true, held: false })
    expect(look(at + 24 * hour + 5 * minute)).toMatchObject({ running: true })
  })

  test('that runs is waited for as long as was asked, and told when that was not enough', () => {
    const at = nextRun(busy)
    const short = machine(busy, plain).does(hold(1), at + minute)
    expect(short).toMatchObject({ kind: 'succeeded', result: { running: [{ name: 'Backup VM01' }] } })
    const long = machine(busy, plain).does(hold(240), at + minute)
    expect(long).toMatchObject({ kind: 'succeeded', result: { running: [], held: [{}] } })
    expect(long.took).toBeGreaterThan(short.took)
    expect(long.took).toBeLessThan(2 * hour)
  })

  test('held twice is held once, and released once', () => {
    const { does } = machine(busy, plain)
    const at = saturday + night
    does(hold(0), at)
    expect(does(hold(0), at + minute)).toMatchObject({ result: { held: [{}] } })
    expect(does(release, at + 2 * minute)).toMatchObject({ result: { released: [{}] } })
    expect(does(release, at + 3 * minute)).toMatchObject({ result: { released: [{}], missing: [] } })
  })
})

describe('A simulated remote desktop host', () => {
  const drain = (waitMinutes: number, forceLogoff: boolean): Task => ({
    kind: 'drain',
    params: { notice: 'x', waitMinutes, forceLogoff },
  })
  const seeds = Array.from({ length: 20 }, (_, seed) => seed)
  const features = (scenario: ScenarioDefinition, server: FleetServer, seed: number) => {
    const said = machine(scenario, server, seed).does(
      { kind: 'inspect', params: { what: 'server' } },
      saturday,
    )
    if (said.kind !== 'succeeded') throw new Error(said.kind)
    const found = parseTaskResult('inspect', said.result)
    return found.what === 'server' ? { roles: found.roles, people: found.sessions?.active ?? 0 } : undefined
  }

  test('says that it is one, and that nobody works on other machines', () => {
    expect(features(busy, rds, 1)?.roles).toEqual(['RDS-RD-Server'])
    expect(features(busy, plain, 1)).toEqual({ roles: [], people: 0 })
  })

  test('is empty after a drain that logs off, and keeps who stays after one that doesn’t', () => {
    const crowded = seeds.find((seed) => (features(busy, rds, seed)?.people ?? 0) > 0)
    const forced = machine(busy, rds, crowded).does(drain(15, true), saturday)
    expect(forced).toMatchObject({ took: 15 * minute, result: { newConnections: 'refused', remaining: 0 } })
    const asked = machine(busy, rds, crowded).does(drain(15, false), saturday)
    const { people } = features(busy, rds, crowded ?? 0) ?? {}
    expect(asked).toMatchObject({ result: { remaining: people } })
  })

  test('takes no longer than was asked, and a machine that is none refuses', () => {
    for (const seed of seeds) {
      const { took } = machine(weekend, rds, seed).does(drain(2, true), saturday)
      expect(took).toBeLessThanOrEqual(2 * minute)
    }
    expect(machine(busy, plain).does(drain(2, true), saturday)).toMatchObject({
      kind: 'failed',
      failure: { code: 'noSessionHost', remedy: 'giveUp' },
    })
  })

  test('set back to a checkpoint is as open as it was then', () => {
    const name = 'atlas-x'
    const job = {
      server: rds,
      scenario: even,
      draws: createDraws(1, rds, even),
      attempt: 1,
      guests: [],
      endsAt: 1,
    }
    const before: MachineState = {
      ...fresh,
      checkpoints: [{ name, checkpointId: '1', createdAt: 0, installed: [] }],
    }
    const task: Task = { kind: 'restoreCheckpoint', params: { vm: 'VM01', name } }
    expect(endTask({ ...before, drained: true }, { ...job, task }).state).not.toHaveProperty('drained')
  })
})
