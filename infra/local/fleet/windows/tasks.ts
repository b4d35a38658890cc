import type { z } from 'zod'
import type {
  HoldJobsResult,
  ReleaseJobsResult,
} from '../../../../orchestrations/contracts/scripts/backup.ts'
import type { DrainResult } from '../../../../orchestrations/contracts/scripts/server.ts'
import type { Task } from '../../../../orchestrations/contracts/tasks.ts'
import type { Draws } from '../draws.ts'
import type { TimedKind } from '../scenario.ts'
import { answered, type Ending, type Job } from './answers.ts'
import {
  notReplicated,
  removeCheckpoint,
  restoreCheckpoint,
  startVm,
  stopVm,
  takeCheckpoint,
} from './guests.ts'
import { inspected, jobOf, probed, verified } from './looks.ts'
import { without, type MachineState } from './state.ts'
import { download, install, lineTime, repair, scanned, uninstall } from './updates.ts'

/** Which spread a task's duration is drawn from. */
export function timedKind(task: Task): TimedKind {
  return task.kind === 'inspect' && task.params.what === 'backup' ? 'inspectBackup' : task.kind
}

/** Plan milliseconds that the task takes; servicing sometimes boots twice. */
export function durationOf(state: MachineState, job: Omit<Job, 'endsAt' | 'guests'>): number {
  const { draws, task, attempt } = job
  const once = draws.duration(timedKind(task), attempt)
  if (task.kind === 'download') return Math.max(once, lineTime(state, job, task.params).spentMs)
  return task.kind === 'reboot' && bootsTwice(draws, attempt) ? 2 * once : once
}

/** What the machine is like after the task, and what its script answers. Pure. */
export function endTask(state: MachineState, job: Job): Ending {
  const { task } = job
  switch (task.kind) {
    case 'inspect':
      return { state, answer: answered(inspected(state, job, task.params)) }
    case 'scan':
      return { state, answer: answered(scanned(state, job)) }
    case 'verify':
      return { state, answer: answered(verified(state, job, task.params)) }
    case 'probe':
      return { state, answer: answered(probed(state, job, task.params)) }
    case 'download':
      return download(state, job, task.params)
    case 'install':
      return install(state, job, task.params.updates)
    case 'uninstall':
      return uninstall(state, job, task.params.updates)
    case 'repair':
      return repair(state, job)
    case 'reboot':
      return reboot(state, job)
    case 'drain':
      return { state: { ...state, drained: true }, answer: drained('refused') }
    case 'undrain':
      return undrain(state)
    case 'checkpoint':
      return takeCheckpoint(state, job, task.params.name)
    case 'removeCheckpoint':
      return removeCheckpoint(state, task.params.name)
    case 'restoreCheckpoint':
      return restoreCheckpoint(state, job, task.params.name)
    case 'holdJobs':
      return holdJobs(state, job)
    case 'releaseJobs':
      return releaseJobs(state, job, task.params.jobs)
    case 'startVm':
      return startVm(state)
    case 'stopVm':
      return stopVm(state)
    case 'replicaState':
    case 'prepareFailover':
    case 'failOver':
    case 'reverseReplication':
    case 'cancelFailover':
    case 'testFailover':
    case 'cleanUpTestFailover':
      return notReplicated(state, task.params.vm)
  }
}

function reboot(state: MachineState, { draws, attempt, endsAt }: Job): Ending {
  const reboots = bootsTwice(draws, attempt) ? 2 : 1
  return {
    state: { ...state, bootedAt: endsAt, pendingReboot: [] },
    answer: { kind: 'booted', result: { bootedBefore: state.bootedAt, bootedAt: endsAt, reboots } },
  }
}

function bootsTwice(draws: Draws, attempt: number): boolean {
  return draws.happens('doubleReboot', 'reboot', attempt)
}

const undrain = (state: MachineState): Ending => ({
  state: without(state, 'drained'),
  answer: drained('allowed'),
})

const drained = (newConnections: 'allowed' | 'refused') =>
  answered({ connectionBroker: null, newConnections, remaining: 0 } satisfies z.infer<typeof DrainResult>)

/** One job has the machine in it; what was held before stays held, and is not this command's to release. */
function holdJobs(state: MachineState, { server }: Job): Ending {
  const job = jobOf(server)
  const held = state.heldJobs?.includes(job.id) ? [] : [job]
  return {
    state: { ...state, heldJobs: [job.id] },
    answer: answered({ held, running: [] } satisfies z.infer<typeof HoldJobsResult>),
  }
}

function releaseJobs(state: MachineState, { server }: Job, ids: readonly string[]): Ending {
  const job = jobOf(server)
  const ours = ids.includes(job.id)
  return {
    state: ours ? without(state, 'heldJobs') : state,
    answer: answered({
      released: ours ? [job] : [],
      missing: ids.filter((id) => id !== job.id),
    } satisfies z.infer<typeof ReleaseJobsResult>),
  }
}
