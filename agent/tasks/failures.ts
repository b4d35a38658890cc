import type { Failure, Remedy } from '../../orchestrations/domain/failures.ts'
import type { ScriptError } from '../../orchestrations/contracts/scripts/document.ts'
import { backupCodes, hyperVCodes } from './codes.ts'

export interface Known {
  readonly code: string
  readonly remedy: Remedy
}

/** Codes that scripts of `agent/tasks` fail with, and what can be done about each. */
const scriptCodes: Readonly<Record<string, Remedy>> = {
  searchIncomplete: 'retry',
  installerBusy: 'retry',
  rebootRequiredBeforeInstall: 'rebootFirst',
  noCommandForThis: 'giveUp',
  bitLockerNotSuspended: 'giveUp',
  rebootRefused: 'retry',
  noSessionHost: 'giveUp',
  repairCommandMissing: 'giveUp',
  storeHealthUnknown: 'giveUp',
  stateBusy: 'retry',
  unexpected: 'retry',
  ...hyperVCodes,
  ...backupCodes,
}

/**
 * Windows Update's and servicing's own codes, as far as somebody has judged what to do about them.
 * Names: learn.microsoft.com, "Windows Update error codes by component", and the SDK's wuerror.h, winerror.h.
 */
const hresults: ReadonlyMap<string, Known> = new Map(
  (
    [
      ['0x00240003', 'WU_S_UPDATE_ERROR', 'retry'],
      ['0x00240005', 'WU_S_REBOOT_REQUIRED', 'rebootFirst'],
      ['0x80240002', 'WU_E_MAX_CAPACITY_REACHED', 'retry'],
      ['0x80240009', 'WU_E_OPERATIONINPROGRESS', 'retry'],
      ['0x8024000B', 'WU_E_CALL_CANCELLED', 'retry'],
      // Busy, or a reboot is due: rebooting ends both.
      ['0x80240016', 'WU_E_INSTALL_NOT_ALLOWED', 'rebootFirst'],
      ['0x80240019', 'WU_E_EXCLUSIVE_INSTALL_CONFLICT', 'retry'],
      ['0x8024001B', 'WU_E_SELFUPDATE_IN_PROGRESS', 'retry'],
      ['0x8024001E', 'WU_E_SERVICE_STOP', 'retry'],
      ['0x8024001F', 'WU_E_NO_CONNECTION', 'retry'],
      ['0x80240020', 'WU_E_NO_INTERACTIVE_USER', 'giveUp'],
      ['0x80240021', 'WU_E_TIME_OUT', 'retry'],
      ['0x80240022', 'WU_E_ALL_UPDATES_FAILED', 'retry'],
      ['0x80240023', 'WU_E_EULAS_DECLINED', 'giveUp'],
      ['0x80240025', 'WU_E_USER_ACCESS_DISABLED', 'giveUp'],
      ['0x8024002E', 'WU_E_WU_DISABLED', 'giveUp'],
      ['0x8024002F', 'WU_E_CALL_CANCELLED_BY_POLICY', 'giveUp'],
      ['0x80240032', 'WU_E_INVALID_CRITERIA', 'giveUp'],
      ['0x80240033', 'WU_E_EULA_UNAVAILABLE', 'retry'],
      ['0x80240034', 'WU_E_DOWNLOAD_FAILED', 'retry'],
      ['0x80240035', 'WU_E_UPDATE_NOT_PROCESSED', 'retry'],
      ['0x80240041', 'WU_E_SYSPREP_IN_PROGRESS', 'giveUp'],
      ['0x80240044', 'WU_E_PER_MACHINE_UPDATE_ACCESS_DENIED', 'giveUp'],
      ['0x8024004A', 'WU_E_SETUP_IN_PROGRESS', 'retry'],
      ['0x80240FFF', 'WU_E_UNEXPECTED', 'retry'],
      ['0x80242006', 'WU_E_UH_INVALIDMETADATA', 'repairFirst'],
      ['0x80242014', 'WU_E_UH_POSTREBOOTSTILLPENDING', 'rebootFirst'],
      ['0x80244007', 'WU_E_PT_SOAPCLIENT_SOAPFAULT', 'retry'],
      ['0x8024401C', 'WU_E_PT_HTTP_STATUS_REQUEST_TIMEOUT', 'retry'],
      ['0x8024401F', 'WU_E_PT_HTTP_STATUS_SERVER_ERROR', 'retry'],
      ['0x80244021', 'WU_E_PT_HTTP_STATUS_BAD_GATEWAY', 'retry'],
      ['0x80244022', 'WU_E_PT_HTTP_STATUS_SERVICE_UNAVAIL', 'retry'],
      ['0x80244023', 'WU_E_PT_HTTP_STATUS_GATEWAY_TIMEOUT', 'retry'],
      ['0x8024402B', 'WU_E_PT_HTTP_STATUS_NOT_MAPPED', 'retry'],
      ['0x8024402C', 'WU_E_PT_WINHTTP_NAME_NOT_RESOLVED', 'retry'],
      ['0x80246017', 'WU_E_DM_UNAUTHORIZED_LOCAL_USER', 'giveUp'],
      ['0x8024A10A', 'USO_E_SERVICE_SHUTTING_DOWN', 'retry'],
      ['0x80070005', 'E_ACCESSDENIED', 'giveUp'],
      ['0x8007000D', 'ERROR_INVALID_DATA', 'retry'],
      ['0x80070070', 'ERROR_DISK_FULL', 'giveUp'],
      ['0x80070422', 'ERROR_SERVICE_DISABLED', 'giveUp'],
      ['0x80070643', 'ERROR_INSTALL_FAILURE', 'retry'],
      ['0x80070BC9', 'ERROR_FAIL_REBOOT_REQUIRED', 'rebootFirst'],
      ['0x80072EE2', 'WININET_E_TIMEOUT', 'retry'],
      ['0x80072EFD', 'TIME_OUT_ERRORS', 'retry'],
      ['0x80072EFE', 'TIME_OUT_ERRORS', 'retry'],
      ['0x80073712', 'ERROR_SXS_COMPONENT_STORE_CORRUPT', 'repairFirst'],
      // A repair that found no files, could not fetch them, or may not: "Error codes: .NET Framework 3.5", SupportArticles.
      ['0x800F081F', 'CBS_E_SOURCE_MISSING', 'giveUp'],
      ['0x800F0906', 'CBS_E_DOWNLOAD_FAILURE', 'retry'],
      ['0x800F0907', 'CBS_E_GROUPPOLICY_DISALLOWED', 'giveUp'],
      ['0x800F0831', 'CBS_E_STORE_CORRUPTION', 'repairFirst'],
      // Rolls back while booting: it can appear after an installation that seemed to work.
      ['0x800F0922', 'CBS_E_INSTALLERS_FAILED', 'rebootFirst'],
      ['0x80D02002', 'DO_E_DOWNLOAD_NO_PROGRESS', 'retry'],
    ] as const
  ).map(([hresult, code, remedy]) => [hresult, { code, remedy }]),
)

/** Codes that say that nothing had to be done. */
const harmless: ReadonlySet<string> = new Set([
  '0x00240006', // WU_S_ALREADY_INSTALLED
  '0x00240007', // WU_S_ALREADY_UNINSTALLED
  '0x00240008', // WU_S_ALREADY_DOWNLOADED
  '0x8024000C', // WU_E_NOOP
  '0x80240017', // WU_E_NOT_APPLICABLE
  '0x80240024', // WU_E_NO_UPDATE
])

export const isHarmless = (hresult: string | undefined): boolean =>
  hresult !== undefined && harmless.has(hresult)

/** Of an HRESULT that nobody has judged: tried again, as often as the plan's settings allow. */
const unjudged: Remedy = 'retry'

/** What an HRESULT is called and what helps; its own digits when it isn't known. */
export function knownHResult(hresult: string): Known {
  return hresults.get(hresult) ?? { code: hresult, remedy: unjudged }
}

/** A script's error as the server is told. The HRESULT says more than `unexpected`; the text is never read. */
export function failureOf(error: ScriptError): Failure {
  const { code, message, hresult } = error
  const told = { message, ...(hresult === undefined ? {} : { hresult }) }
  const known = hresult !== undefined && code === 'unexpected' ? knownHResult(hresult) : undefined
  if (known) return { ...told, ...known }
  const own = Object.hasOwn(scriptCodes, code) ? scriptCodes[code] : undefined
  return { ...told, code, remedy: own ?? 'giveUp' }
}
