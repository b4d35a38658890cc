import type { ServerId } from './ids.ts'
import type { Plan, PlannedServer } from './planned.ts'

/** Kinds of task that a plan may run on one machine on behalf of a server. */
export interface WantedOn {
  readonly on: ServerId
  readonly kinds: readonly string[]
}

/**
 * What a plan may command for a server from START on, and where: the updates themselves, their way back, and what
 * either is decided by, with the sessions and backup jobs around it. A remote desktop host that the inventory calls
 * something else is found out only when it is inspected. Left out: downloads, which prepare makes before START, and probes of a silent server, on
 * which nothing waits and by which nothing is decided.
 */
export function kindsWanted(
  { serverId, kind, role, runsOn, backupServer }: PlannedServer,
  { settings, purpose }: Pick<Plan, 'settings' | 'purpose'>,
): readonly WantedOn[] {
  const goesBack = settings.autoRollback
  const change = purpose === 'remove' ? ['uninstall'] : ['install', ...(goesBack ? ['uninstall'] : [])]
  const people = role === 'rds' ? ['drain', 'undrain'] : []
  const wanted: WantedOn[] = [
    { on: serverId, kinds: ['inspect', ...people, ...change, 'repair', 'reboot', 'verify'] },
  ]
  if (kind === 'vm' && runsOn !== undefined && settings.createSnapshots)
    wanted.push({
      on: runsOn,
      kinds: ['checkpoint', 'removeCheckpoint', ...(goesBack ? ['restoreCheckpoint'] : [])],
    })
  if (backupServer !== undefined && settings.requireBackup)
    wanted.push({ on: backupServer, kinds: ['inspect', 'holdJobs', 'releaseJobs'] })
  return wanted
}
