import type { z } from 'zod'
import type {
  HoldJobsResult,
  ReleaseJobsResult,
} from '../../../../orchestrations/contracts/scripts/backup.ts'
import type { InspectBackupResult } from '../../../../orchestrations/contracts/scripts/server.ts'
import type { Task } from '../../../../orchestrations/contracts/tasks.ts'
import type { Draws } from '../draws.ts'
import { answered, iso, type Ending, type Job } from './answers.ts'
import { backupEndsAt, type MachineState } from './state.ts'

const minute = 60_000
const day = 24 * 60 * minute
/** Of the week that began on Thursday, 1 January 1970. */
const isWeekend = (at: number): boolean => [2, 3].includes(Math.floor(at / day) % 7)

/** A session of the machine's backup job, plan time. */
interface Session {
  readonly from: number
  readonly until: number
}

/** The one backup job that has the machine in it. */
const jobOf = ({ serverId, host }: Job['server']): { id: string; name: string } => ({
  id: `job-${serverId}`,
  name: `Backup ${host}`,
})

export const isHeld = ({ jobHold }: MachineState): boolean =>
  jobHold !== undefined && jobHold.until === undefined

/** Sessions around a moment, by the schedule alone: every evening, of most machines not at weekends. */
function sessionsAround(draws: Draws, at: number): Session[] {
  const lasts = Math.round((15 + 60 * draws.uniform('jobMinutes', 'machine', 0)) * minute)
  const midnight = Math.floor(at / day) * day
  return Array.from({ length: 10 }, (_, ahead) => midnight + (ahead - 2) * day)
    .filter((date) => draws.happens('weekendJobs', 'machine', 0) || !isWeekend(date))
    .map((date) => ({ from: date + backupEndsAt(draws) - lasts, until: date + backupEndsAt(draws) }))
}

/** Until when a session that runs now runs on; one that was due while the job was held never began. */
export function runsUntil({ jobHold }: MachineState, draws: Draws, at: number): number | undefined {
  const prevented = ({ from }: Session): boolean =>
    jobHold !== undefined && jobHold.from <= from && from < (jobHold.until ?? Infinity)
  return sessionsAround(draws, at).find(
    (session) => session.from <= at && at < session.until && !prevented(session),
  )?.until
}

/** What `inspect` says of the machine's jobs. A disabled job has no next run. */
export function jobsOf(
  state: MachineState,
  { server, draws, endsAt }: Pick<Job, 'server' | 'draws' | 'endsAt'>,
): NonNullable<z.infer<typeof InspectBackupResult>['jobs']> {
  const held = isHeld(state)
  const next = sessionsAround(draws, endsAt).find(({ from }) => from > endsAt)
  const running = runsUntil(state, draws, endsAt) !== undefined
  const nextRunAt = held || next === undefined ? null : iso(next.from)
  return [{ ...jobOf(server), enabled: !held, running, held, nextRunAt }]
}

/** How long holding takes: a session that runs is waited for, as long as was asked. */
export function waitMs(
  state: MachineState,
  draws: Draws,
  { waitMinutes }: Extract<Task, { kind: 'holdJobs' }>['params'],
  begunAt: number,
): number {
  return Math.min((runsUntil(state, draws, begunAt) ?? begunAt) - begunAt, waitMinutes * minute)
}

/** One who holds it already holds on. */
export function holdJobs(state: MachineState, { server, draws, endsAt }: Job): Ending {
  const job = jobOf(server)
  const running = runsUntil(state, draws, endsAt) === undefined ? [] : [job]
  return {
    state: isHeld(state) ? state : { ...state, jobHold: { from: endsAt } },
    answer: answered({ held: [job], running } satisfies z.infer<typeof HoldJobsResult>),
  }
}

/** All that is held for the machine comes back, whatever was asked for. */
export function releaseJobs(state: MachineState, { server, endsAt }: Job, ids: readonly string[]): Ending {
  const job = jobOf(server)
  const { jobHold } = state
  const isReleased = jobHold !== undefined || ids.includes(job.id)
  return {
    state:
      jobHold === undefined || jobHold.until !== undefined
        ? state
        : { ...state, jobHold: { ...jobHold, until: endsAt } },
    answer: answered({
      released: isReleased ? [job] : [],
      missing: ids.filter((id) => id !== job.id),
    } satisfies z.infer<typeof ReleaseJobsResult>),
  }
}
