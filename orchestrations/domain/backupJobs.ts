import type { CampaignSettings } from './settings.ts'
import { minuteMs, type Instant } from './time.ts'

/** A backup job that has a server in it, as its backup server tells of it. */
export interface BackupJobFacts {
  readonly id: string
  readonly name: string
  readonly enabled: boolean
  readonly running: boolean
  /** null: nothing is scheduled. undefined: nobody can tell. */
  readonly nextRunAt?: Instant | null | undefined
  /** Disabled by ATLAS, for whichever server. */
  readonly held?: boolean | undefined
}

/**
 * The jobs that could get in the way of a server between now and `until`: those that run, would begin by then, or
 * may, as nobody knows when. A job that somebody has disabled is his affair; one that ATLAS holds (for another
 * server, or since a story that didn't end well) may come back at any moment. None: nothing has to be held.
 */
export function jobsInTheWay<Job extends BackupJobFacts>(jobs: readonly Job[], until: Instant): Job[] {
  return jobs.filter(({ enabled, running, nextRunAt, held = false }) => {
    if (held) return true
    if (!enabled) return false
    return running || nextRunAt === undefined || (nextRunAt !== null && nextRunAt <= until)
  })
}

type Durations = Pick<CampaignSettings, 'serverMinutes' | 'rollbackReserveMinutes' | 'drainMinutes'>

/** By when a server that is begun now is done in all likelihood, its rollback included. Plan time. */
export function surelyDone(now: Instant, settings: Durations): Instant {
  const { serverMinutes, rollbackReserveMinutes, drainMinutes } = settings
  return now + (serverMinutes.p95 + rollbackReserveMinutes + drainMinutes) * minuteMs
}

/**
 * How long the sessions of its jobs may be waited for, whole minutes: never so long that the server would begin
 * after its latest start. The wait itself is what is asked of one command; it may be asked again.
 */
export function minutesToWait(
  now: Instant,
  latestStart: Instant | undefined,
  settings: Pick<CampaignSettings, 'jobWaitMinutes'>,
): number {
  const left = latestStart === undefined ? Infinity : Math.floor((latestStart - now) / minuteMs)
  return Math.max(0, Math.min(settings.jobWaitMinutes, left))
}
