import type { z } from 'zod'
import {
  InspectResult,
  type InspectBackupResult,
  type InspectServerResult,
  type RebootCause,
} from '../../../orchestrations/contracts/scripts/server.ts'
import type { TaskResult } from '../../../orchestrations/contracts/tasks.ts'
import type { TaskOutcome } from '../../windows.ts'
import { failureOf } from '../failures.ts'
import { epochOf, minutes, type ScriptTask } from '../scriptTask.ts'
import { offeredOf } from '../updates.ts'

type Server = z.infer<typeof InspectServerResult>
type Backup = z.infer<typeof InspectBackupResult>

/** Reads: the state of this server, or on a backup server what it has of another one. */
export const inspect: ScriptTask<'inspect'> = {
  kind: 'inspect',
  runs: 'attached',
  // It searches for updates too.
  timeoutMs: minutes(60),
  toOutcome: (raw) => {
    const found = InspectResult.parse(raw)
    return found.what === 'server' ? serverOf(found) : { kind: 'succeeded', result: backupOf(found) }
  },
}

/** A server whose offered updates are unknown isn't inspected: none offered would read as up to date. */
function serverOf(server: Server): TaskOutcome {
  const { offered } = server
  if ('failed' in offered) return { kind: 'failed', failure: failureOf(offered.failed) }
  const { os, bootedAt, systemDrive, source, roles, sessions, hold, clockSkewSeconds } = server
  const deadlines = offered.updates.flatMap(({ deadline, title }) =>
    deadline === null ? [] : [`WSUS deadline ${deadline}: ${title}`.slice(0, 200)],
  )
  const result: TaskResult<'inspect'> = {
    what: 'server',
    os: { name: os.name, build: os.build },
    bootedAt: epochOf(bootedAt),
    pendingReboot: pendingOf(server.pendingReboot),
    freeBytes: systemDrive.freeBytes,
    newestRestorePointAt: timeOf(server.newestRestorePointAt),
    offered: offeredOf(offered.updates),
    source,
    otherPatchers: [...server.otherPatchers.map(({ name }) => name), ...deadlines].slice(0, 50),
    ...(hold === null ? {} : { hold: hold === '' ? 'HOLD' : hold }),
    ...(clockSkewSeconds === null ? {} : { clockSkewSeconds }),
    ...(roles === null ? {} : { roles }),
    ...(sessions === null ? {} : { sessions }),
    ...(server.bitLocker === null ? {} : { bitLocker: protectedDrives(server.bitLocker) }),
    ...(server.hyperV === null ? {} : { replicas: server.hyperV.replicas.slice(0, 200) }),
    ...(server.veeam === null ? {} : { veeam: server.veeam.version }),
  }
  return { kind: 'succeeded', result }
}

function backupOf({ target, source, newestRestorePointAt, jobs }: Backup): TaskResult<'inspect'> {
  return {
    what: 'backup',
    target,
    source,
    newestRestorePointAt: timeOf(newestRestorePointAt),
    ...(jobs === null ? {} : { jobs: jobs.map(jobOf) }),
  }
}

const jobOf = ({ nextRunAt, ...job }: NonNullable<Backup['jobs']>[number]) => ({
  ...job,
  ...(nextRunAt === undefined ? {} : { nextRunAt: timeOf(nextRunAt) }),
})

const timeOf = (iso: string | null): number | null => (iso === null ? null : epochOf(iso))

/** Files that wait for a rename are noise of every installer: nothing that a plan should stop for. */
export function pendingOf(causes: readonly { readonly cause: RebootCause }[]): string[] {
  return causes.map(({ cause }) => cause).filter((cause) => cause !== 'fileRename')
}

const protectedDrives = (drives: NonNullable<Server['bitLocker']>): string[] =>
  drives
    .filter(({ protection }) => protection === 'on' || protection === 'unknown')
    .map(({ mountPoint }) => mountPoint)
