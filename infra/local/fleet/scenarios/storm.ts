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
  },
  // Hours, not minutes: somebody has to drive there.
  away: { median: 3600, sigma: 1, min: 300, max: 6 * 3600 },
  brokenUpdate: { chance: 0.4, fails: 0.4, hresult: '0x800F0922' },
  // Names and what to do about them: wua-contract.json.
  installFailures: [
    failure('0x80070643', 'ERROR_INSTALL_FAILURE', 'The installation package failed', 'retry', 4),
    failure('0x80240016', 'WU_E_INSTALL_NOT_ALLOWED', 'A reboot is due before installing', 'rebootFirst', 3),
    failure('0x80240009', 'WU_E_OPERATIONINPROGRESS', 'Another installation runs', 'retry', 2),
    failure('0x8024402C', 'WU_E_PT_WINHTTP_NAME_NOT_RESOLVED', 'A name was not resolved', 'retry', 2),
    failure('0x80244022', 'WU_E_PT_HTTP_STATUS_SERVICE_UNAVAIL', 'The update server is too busy', 'retry', 2),
    failure('0x80072EE2', 'WININET_E_TIMEOUT', 'The update server did not answer in time', 'retry', 2),
    failure('0x8024001E', 'WU_E_SERVICE_STOP', 'The service was stopped during the work', 'retry', 1),
    failure('0x80070BC9', 'ERROR_FAIL_REBOOT_REQUIRED', 'A reboot rolls it back first', 'rebootFirst', 1),
    failure('0x800F0922', 'CBS_E_INSTALLERS_FAILED', 'Servicing rolled the update back', 'rebootFirst', 2),
    failure('0x80073712', 'ERROR_SXS_COMPONENT_STORE_CORRUPT', 'The store is damaged', 'repairFirst', 1),
    failure('0x800F0831', 'CBS_E_STORE_CORRUPTION', 'The store is corrupted', 'repairFirst', 1),
    failure('0x80070070', 'ERROR_DISK_FULL', 'There is no room on the disk', 'giveUp', 1),
    failure('0x80070422', 'ERROR_SERVICE_DISABLED', 'The Windows Update service is disabled', 'giveUp', 1),
    failure('0x8024002E', 'WU_E_WU_DISABLED', 'Policy forbids Windows Update', 'giveUp', 1),
    failure('0x80240044', 'WU_E_PER_MACHINE_UPDATE_ACCESS_DENIED', 'Access was denied', 'giveUp', 1),
  ],
  updates: offeredUpdates,
})

function failure(hresult: string, code: string, message: string, remedy: string, weight: number) {
  return { hresult, code, message, remedy, weight }
}
