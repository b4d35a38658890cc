import { ScenarioDefinition } from '../scenario.ts'
import { offeredUpdates } from './updates.ts'
import { weekend } from './weekend.ts'

/**
 * A weekend in which everything goes wrong that providers have seen, several times over in 200 servers: never a
 * forecast, always a trial. What it costs is time and servers, never an order that is broken.
 */
export const storm = ScenarioDefinition.parse({
  name: 'storm',
  durations: weekend.durations,
  chances: {
    notEnrolled: 0.02,
    offlineBeforeStart: 0.02,
    backupTooOld: 0.02,
    backupMissing: 0.01,
    diskLow: 0.02,
    holdFile: 0.015,
    pendingReboot: 0.08,
    clockSkewed: 0.1,
    slowLine: 0.1,
    restoredByHand: 0.01,
    weekendJobs: 0.5,
    sessionsStay: 0.2,
    checkpointFails: 0.05,
    checkpointUnusable: 0.05,
    installFails: 0.08,
    installHalfFails: 0.04,
    falseSuccess: 0.05,
    serviceDown: 0.04,
    doubleReboot: 0.15,
    agentLost: 0.04,
    lateAfterReboot: 0.06,
    neverReturns: 0.008,
    uninstallFails: 0.15,
    rollbackFails: 0.2,
    repairFails: 0.3,
    probeFails: 0.02,
  },
  // Hours, not minutes: somebody has to drive there.
  away: { median: 3600, sigma: 1, min: 300, max: 6 * 3600 },
  brokenUpdate: { chance: 0.4, fails: 0.4, hresult: '0x800F0922' },
  // Meaning of the codes: wua-contract.json.
  installFailures: [
    failure('0x80070643', 'The installation package failed', 4),
    failure('0x80240016', 'A reboot is due before installing', 3),
    failure('0x80240009', 'Another installation runs', 2),
    failure('0x8024402C', 'A name was not resolved', 2),
    failure('0x80244022', 'The update server is too busy', 2),
    failure('0x80072EE2', 'The update server did not answer in time', 2),
    failure('0x8024001E', 'The service was stopped during the work', 1),
    failure('0x80070BC9', 'A reboot rolls it back first', 1),
    failure('0x800F0922', 'Servicing rolled the update back', 2),
    failure('0x80073712', 'The store is damaged', 1),
    failure('0x800F0831', 'The store is corrupted', 1),
    failure('0x80070070', 'There is no room on the disk', 1),
    failure('0x80070422', 'The Windows Update service is disabled', 1),
    failure('0x8024002E', 'Policy forbids Windows Update', 1),
    failure('0x80240044', 'Access was denied', 1),
  ],
  updates: offeredUpdates,
})

function failure(hresult: string, message: string, weight: number) {
  return { hresult, message, weight }
}
