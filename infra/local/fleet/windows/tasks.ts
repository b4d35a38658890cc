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
import { holdJobs, releaseJobs, waitMs } from './jobs.ts'
import { inspected, probed, verified } from './looks.ts'
import { drain, drainMs, undrain } from './sessions.ts'
import type { MachineState } from './state.ts'
import { download, install, lineTime, repair, scanned, uninstall } from './updates.ts'

/** Which spread a task's duration is drawn from. */
export function timedKind(task: Task): TimedKind {
  return task.kind === 'inspect' && task.params.what === 'backup' ? 'inspectBackup' : task.kind
}

/** Plan milliseconds that the task takes; servicing sometimes boots twice, and some tasks wait for others. */
export function durationOf(
  state: MachineState,
  job: Omit<Job, 'endsAt' | 'guests'>,
  begunAt: number,
): number {
  const { server, draws, task, attempt } = job
  const once = draws.duration(timedKind(task), attempt)
  switch (task.kind) {
    case 'download':
      return Math.max(once, lineTime(state, job, task.params).spentMs)
    case 'holdJobs':
      return Math.max(once, waitMs(state, draws, task.params, begunAt))
    case 'drain':
      return drainMs(server, draws, once, task.params)
    case 'reboot':
      return bootsTwice(draws, attempt) ? 2 * once : once
    default:
      return once
  }
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
      return drain(state, job, task.params)
    case 'undrain':
      return undrain(state, job)
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
