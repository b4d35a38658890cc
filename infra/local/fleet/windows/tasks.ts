import type { OfferedUpdate, Task, TaskResult } from '../../../../orchestrations/contracts/tasks.ts'
import type { UpdateResult } from '../../../../orchestrations/domain/outcomes.ts'
import type { TaskOutcome } from '../../../../agent/windows.ts'
import type { Draws } from '../draws.ts'
import type { FleetServer } from '../fleetFile.ts'
import type { ScenarioDefinition, TimedKind, Update } from '../scenario.ts'
import {
  buildOf,
  freeBytes,
  holdFile,
  newestRestorePointAt,
  servicingPending,
  updatePending,
} from './state.ts'
import type { MachineState } from './state.ts'

/** One task on one machine, as far as its end depends on it. */
export interface Job {
  readonly server: FleetServer
  readonly scenario: ScenarioDefinition
  readonly draws: Draws
  readonly task: Task
  readonly attempt: number
  /** Plan time, epoch ms. */
  readonly endsAt: number
}

export interface Ending {
  readonly state: MachineState
  readonly outcome: TaskOutcome
}

/** Which spread a task's duration is drawn from. */
export function timedKind(task: Task): TimedKind {
  return task.kind === 'inspect' && task.params.what === 'backup' ? 'inspectBackup' : task.kind
}

/** Plan milliseconds that the task takes; servicing sometimes boots twice. */
export function durationOf({ server, scenario, draws, task, attempt }: Omit<Job, 'endsAt'>): number {
  const once = draws.duration(timedKind(task), attempt)
  if (task.kind === 'download') return Math.max(once, throttledMs(server, scenario, task.params))
  return task.kind === 'reboot' && bootsTwice(draws, attempt) ? 2 * once : once
}

/** How long the line takes at least, where it is throttled; work that takes no time takes none here either. */
function throttledMs(
  server: FleetServer,
  scenario: ScenarioDefinition,
  params: Extract<Task, { kind: 'download' }>['params'],
): number {
  if (params.maxKilobitsPerSecond === undefined || scenario.durations.kind === 'shared') return 0
  return Math.ceil((8 * bytesOf(approvedFor(server, scenario, params.updates))) / params.maxKilobitsPerSecond)
}

const bytesOf = (updates: readonly Update[]): number =>
  updates.reduce((bytes, { sizeBytes }) => bytes + sizeBytes, 0)

/** What the machine is like after the task, and what the task says: not always the same. Pure. */
export function endTask(state: MachineState, job: Job): Ending {
  const { task } = job
  switch (task.kind) {
    case 'inspect':
      return { state, outcome: succeeded(inspected(state, job, task.params)) }
    case 'checkpoint':
      return takeCheckpoint(state, job, task.params.name)
    case 'removeCheckpoint': {
      const checkpoints = state.checkpoints.filter(({ name }) => name !== task.params.name)
      return {
        state: { ...state, checkpoints },
        outcome: succeeded({ name: task.params.name, merged: true }),
      }
    }
    case 'restoreCheckpoint':
      return restoreCheckpoint(state, job, task.params.name)
    case 'install':
      return install(state, job, task.params.updates)
    case 'uninstall':
      return uninstall(state, job, task.params.updates)
    case 'reboot':
      return reboot(state, job)
    case 'verify':
      return { state, outcome: succeeded(verified(state, job, task.params.updates)) }
    case 'download':
      return download(state, job, task.params.updates)
    case 'probe':
      return { state, outcome: succeeded(probed(state, job, task.params.vm)) }
    case 'scan':
      return { state, outcome: succeeded(scanned(state, job)) }
    case 'drain':
      return {
        state: { ...state, drained: true },
        outcome: succeeded({ newConnections: 'refused', remaining: 0 }),
      }
    case 'undrain':
      return { state: without(state, 'drained'), outcome: succeeded({ newConnections: 'allowed' }) }
    case 'holdJobs':
    case 'releaseJobs':
      return holdOrRelease(state, job.server, task)
    case 'startVm':
      return {
        state: without(state, 'off'),
        outcome: succeeded({ state: 'Running', heartbeat: 'ok' }),
      }
    case 'stopVm':
      return { state: { ...state, off: true }, outcome: succeeded({ state: 'Off', heartbeat: 'unknown' }) }
    case 'replicaState':
    case 'prepareFailover':
    case 'failOver':
    case 'reverseReplication':
    case 'cancelFailover':
    case 'testFailover':
    case 'cleanUpTestFailover':
      // No machine of the simulated fleet is replicated.
      return {
        state,
        outcome: failed('hyperV.notReplicated', `${task.params.vm} is not replicated`, 'giveUp'),
      }
  }
}

function inspected(
  state: MachineState,
  { server, scenario, draws, endsAt }: Job,
  params: Extract<Task, { kind: 'inspect' }>['params'],
): TaskResult<'inspect'> {
  const restorePoint = newestRestorePointAt(draws, endsAt)
  if (params.what === 'backup')
    return { what: 'backup', target: params.target, newestRestorePointAt: restorePoint, source: 'veeam' }
  return {
    what: 'server',
    os: { name: server.os.name, build: buildOf(server, state) },
    bootedAt: state.bootedAt,
    pendingReboot: [...state.pendingReboot],
    freeBytes: freeBytes(draws),
    ...holdFile(draws),
    newestRestorePointAt: restorePoint,
    offered: offeredTo(state, server, scenario),
  }
}

function offeredTo(state: MachineState, server: FleetServer, scenario: ScenarioDefinition): OfferedUpdate[] {
  return applicable(server, scenario)
    .filter(({ id }) => !state.installed.includes(id))
    .map(({ id, kb, title, category, sizeBytes }) => {
      const downloaded = state.downloaded.includes(id)
      return { id, kb, title, category, sizeBytes, downloaded }
    })
}

function scanned(state: MachineState, { server, scenario, endsAt }: Job): TaskResult<'scan'> {
  return {
    source: { kind: 'windowsUpdate', automatic: 'notify' },
    searchedAt: endsAt,
    offered: offeredTo(state, server, scenario),
  }
}

/** One job has the machine in it. */
function holdOrRelease(
  state: MachineState,
  { serverId, host }: FleetServer,
  task: Extract<Task, { kind: 'holdJobs' | 'releaseJobs' }>,
): Ending {
  const job = { id: `job-${serverId}`, name: `Backup ${host}` }
  const isHeld = state.heldJobs?.includes(job.id) ?? false
  if (task.kind === 'holdJobs')
    return {
      state: { ...state, heldJobs: [job.id] },
      outcome: succeeded({ held: isHeld ? [] : [job], running: [] }),
    }
  const ours = task.params.jobs.includes(job.id)
  return {
    state: ours ? without(state, 'heldJobs') : state,
    outcome: succeeded({
      released: ours ? [job] : [],
      missing: task.params.jobs.filter((id) => id !== job.id),
    }),
  }
}

function without(state: MachineState, key: 'drained' | 'heldJobs' | 'off'): MachineState {
  const { [key]: _, ...rest } = state
  return rest
}

function takeCheckpoint(state: MachineState, { draws, attempt, endsAt, server }: Job, name: string): Ending {
  if (draws.happens('checkpointFails', 'checkpoint', attempt))
    return {
      state,
      outcome: failed('hyperV.checkpointFailed', 'The guest’s VSS writers did not freeze in time', 'retry'),
    }
  const checkpointId = `${server.serverId}-${attempt}`
  const unusable = draws.happens('checkpointUnusable', 'checkpoint', attempt) && ({ unusable: true } as const)
  const checkpoint = { name, checkpointId, createdAt: endsAt, installed: state.installed, ...unusable }
  const checkpoints = [...state.checkpoints.filter((other) => other.name !== name), checkpoint]
  return { state: { ...state, checkpoints }, outcome: succeeded({ name, checkpointId, createdAt: endsAt }) }
}

function restoreCheckpoint(state: MachineState, { draws, attempt, endsAt }: Job, name: string): Ending {
  const checkpoint = state.checkpoints.find((other) => other.name === name)
  if (checkpoint === undefined)
    return { state, outcome: failed('hyperV.checkpointNotFound', `There is no checkpoint ${name}`, 'giveUp') }
  if (checkpoint.unusable)
    return {
      state,
      outcome: failed('hyperV.checkpointUnusable', `The disk chain of ${name} is broken`, 'giveUp'),
    }
  if (draws.happens('rollbackFails', 'restoreCheckpoint', attempt))
    return {
      state,
      outcome: failed('hyperV.restoreFailed', `Applying ${name} failed: disk in use`, 'giveUp'),
    }
  const { installed } = checkpoint
  return {
    state: { ...state, installed, pendingReboot: [], serviceDown: false, bootedAt: endsAt },
    outcome: succeeded({ name, restoredAt: endsAt }),
  }
}

function install(state: MachineState, job: Job, approved: readonly string[]): Ending {
  const { draws, attempt, server, scenario } = job
  if (state.pendingReboot.includes(servicingPending))
    return {
      state,
      outcome: failed('installNotAllowed', 'A reboot is due before installing', 'rebootFirst', '0x80240016'),
    }
  const failure = draws.happens('installFails', 'install', attempt)
    ? draws.installFailure(attempt)
    : undefined
  if (failure !== undefined)
    return { state, outcome: failed(failure.code, failure.message, failure.remedy, failure.hresult) }

  const wanted = approvedFor(server, scenario, approved).filter(({ id }) => !state.installed.includes(id))
  if (wanted.length === 0) return { state, outcome: succeeded({ updates: [], rebootRequired: false }) }
  // At least one of two or more arrives: that is what makes it a half failure.
  const half = draws.happens('installHalfFails', 'install', attempt) && wanted.length > 1 ? 1 : 0
  const lied = draws.happens('falseSuccess', 'install', attempt)
  const broken = draws.brokenUpdate()
  const updates = wanted.map((update, index) =>
    resultOf(update, index < wanted.length - half, update.id === broken?.id ? broken.hresult : undefined),
  )
  const arrived = updates.flatMap(({ id, result }) => (result === 'succeeded' ? [id] : []))
  return {
    state: {
      ...state,
      installed: lied ? state.installed : [...state.installed, ...arrived],
      pendingReboot: [updatePending],
      serviceDown: draws.happens('serviceDown', 'install', attempt),
    },
    outcome: succeeded({ updates, rebootRequired: true }),
  }
}

function resultOf({ id, kb, title }: Update, arrived: boolean, broken?: string): UpdateResult {
  return arrived && broken === undefined
    ? { id, kb, title, result: 'succeeded' }
    : { id, kb, title, result: 'failed', hresult: broken ?? '0x80070643' }
}

/** By id or by KB. */
function uninstall(state: MachineState, { scenario, draws, attempt }: Job, names: readonly string[]): Ending {
  const present = state.installed.filter((id) => {
    const kb = scenario.updates.find((update) => update.id === id)?.kb
    return names.includes(id) || (kb !== undefined && names.includes(kb))
  })
  const stuck = draws.happens('uninstallFails', 'uninstall', attempt) ? present.slice(-1) : []
  const removed = present.filter((id) => !stuck.includes(id))
  const rebootRequired = removed.length > 0
  return {
    state: {
      ...state,
      installed: state.installed.filter((id) => !removed.includes(id)),
      pendingReboot: rebootRequired ? [updatePending] : state.pendingReboot,
      serviceDown: state.serviceDown && stuck.length > 0,
    },
    outcome: succeeded({ removed, notRemovable: stuck, rebootRequired }),
  }
}

function reboot(state: MachineState, { draws, attempt, endsAt }: Job): Ending {
  const reboots = bootsTwice(draws, attempt) ? 2 : 1
  return {
    state: { ...state, bootedAt: endsAt, pendingReboot: [] },
    outcome: succeeded({ bootedBefore: state.bootedAt, bootedAt: endsAt, reboots }),
  }
}

function verified(
  state: MachineState,
  { server, scenario }: Job,
  ids: readonly string[],
): TaskResult<'verify'> {
  return {
    healthy: !state.serviceDown,
    problems: state.serviceDown ? ['Service Spooler is set to automatic and does not run'] : [],
    build: buildOf(server, state),
    stillOffered: approvedFor(server, scenario, ids)
      .map(({ id }) => id)
      .filter((id) => !state.installed.includes(id)),
    pendingReboot: [...state.pendingReboot],
  }
}

/** What Windows Update would offer this build. */
function applicable(server: FleetServer, scenario: ScenarioDefinition): Update[] {
  return scenario.updates.filter(
    ({ builds }) => builds === undefined || builds.some((build) => server.os.build.includes(build)),
  )
}

/** Approved and applicable; an id that the scenario doesn't know counts as one that every build is offered. */
function approvedFor(server: FleetServer, scenario: ScenarioDefinition, ids: readonly string[]): Update[] {
  const known = new Map(scenario.updates.map((update) => [update.id, update]))
  const offered = new Set(applicable(server, scenario))
  return ids
    .map((id) => known.get(id) ?? { id, kb: id, title: id, category: 'security' as const, sizeBytes: 0 })
    .filter((update) => !known.has(update.id) || offered.has(update))
}

function download(state: MachineState, job: Job, ids: readonly string[]): Ending {
  const wanted = approvedFor(job.server, job.scenario, ids)
  const fresh = wanted.filter(({ id }) => !state.downloaded.includes(id))
  return {
    state: { ...state, downloaded: [...state.downloaded, ...fresh.map(({ id }) => id)] },
    outcome: succeeded({ downloaded: wanted.map(({ id }) => id), missing: [], bytes: bytesOf(fresh) }),
  }
}

/** As its host or a neighbour sees it: only a machine whose agent is away has anything wrong with it. */
function probed(state: MachineState, { endsAt }: Job, vm: boolean): TaskResult<'probe'> {
  const silence = endsAt < state.agentBackAt ? (state.silence ?? 'agent') : 'agent'
  const answers = silence === 'agent'
  if (!vm) return { power: 'unknown', heartbeat: 'unknown', answers }
  return {
    power: silence === 'off' ? 'off' : 'on',
    heartbeat: silence === 'agent' || silence === 'cutOff' ? 'ok' : 'lost',
    answers,
  }
}

function bootsTwice(draws: Draws, attempt: number): boolean {
  return draws.happens('doubleReboot', 'reboot', attempt)
}

function succeeded(result: TaskResult): TaskOutcome {
  return { kind: 'succeeded', result }
}

function failed(
  code: string,
  message: string,
  remedy: 'retry' | 'rebootFirst' | 'repairFirst' | 'giveUp',
  hresult?: string,
): TaskOutcome {
  return {
    kind: 'failed',
    failure: { code, message, remedy, ...(hresult === undefined ? {} : { hresult }) },
  }
}
