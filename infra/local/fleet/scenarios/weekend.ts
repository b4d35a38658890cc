import { ScenarioDefinition } from '../scenario.ts'
import { offeredUpdates } from './updates.ts'

const minutes = (median: number, sigma: number, min: number, max: number) => ({
  median: median * 60,
  sigma,
  min: min * 60,
  max: max * 60,
})

/** A realistic weekend: nearly everything works, and what doesn't fails as it does in the field. */
export const weekend = ScenarioDefinition.parse({
  name: 'weekend',
  durations: {
    kind: 'drawn',
    seconds: {
      inspect: { median: 20, sigma: 0.3, min: 8, max: 60 },
      inspectBackup: { median: 12, sigma: 0.3, min: 5, max: 40 },
      checkpoint: minutes(1.6, 0.3, 1, 3),
      removeCheckpoint: minutes(2, 0.4, 1, 4),
      restoreCheckpoint: minutes(4, 0.3, 2, 9),
      install: minutes(19, 0.35, 10, 40),
      uninstall: minutes(10, 0.3, 5, 25),
      reboot: minutes(4.5, 0.25, 3, 8),
      verify: minutes(1.6, 0.3, 1, 3),
    },
    byBuild: {
      '14393': { install: minutes(55, 0.35, 25, 120), reboot: minutes(6, 0.3, 4, 15) },
      '17763': { install: minutes(25, 0.35, 12, 60) },
    },
  },
  chances: {
    notEnrolled: 0.003,
    offlineBeforeStart: 0.004,
    backupTooOld: 0.003,
    backupMissing: 0.001,
    diskLow: 0.002,
    pendingReboot: 0.03,
    checkpointFails: 0.01,
    installFails: 0.025,
    installHalfFails: 0.012,
    falseSuccess: 0.012,
    serviceDown: 0.002,
    doubleReboot: 0.04,
    agentLost: 0.012,
    lateAfterReboot: 0.012,
    neverReturns: 0.001,
    uninstallFails: 0.1,
    repairFails: 0.2,
    weekendJobs: 0.2,
    sessionsStay: 0.05,
  },
  away: { median: 1500, sigma: 1, min: 180, max: 4 * 3600 },
  // Meaning of the codes: windows-workflows.md, section 4.
  installFailures: [
    failure('0x80070643', 'The installation package failed', 5),
    failure('0x8024402C', 'The update server’s name was not resolved', 3),
    failure('0x80240016', 'Another installation runs or a reboot is due', 3),
    failure('0x800F0922', 'Servicing rolled the update back', 3),
    failure('0x80073712', 'The component store is damaged', 1),
    failure('0x80070422', 'The Windows Update service is disabled', 1),
    failure('0x8024002E', 'Policy forbids Windows Update', 1),
  ],
  updates: offeredUpdates,
})

function failure(hresult: string, message: string, weight: number) {
  return { hresult, message, weight }
}
