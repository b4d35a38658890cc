import type { UpdateStep } from './outcomes.ts'
import type { CampaignSettings } from './settings.ts'

const readSeconds = 900
const probeSeconds = 300
const putBackSeconds = 900
/** What a script needs beside the wait that it is asked for: Veeam's module alone takes minutes. */
const besidesWaitingSeconds = 900
/** A throttled download outside windows holds nothing up. */
const prepareSeconds = 6 * 3600

type Servicing = 'install' | 'uninstall' | 'repair' | 'reboot'

/**
 * How many times the campaign's UpdateTimeout a build needs. Server 2016 (14393) and older service their component
 * store for hours and go on during the boot; Server 2019 (17763) is in between. Source: operations.md.
 */
const factors: Readonly<Record<string, Readonly<Record<Servicing, number>>>> = {
  '9200': { install: 3, uninstall: 3, repair: 3, reboot: 2 },
  '9600': { install: 3, uninstall: 3, repair: 3, reboot: 2 },
  '14393': { install: 4, uninstall: 4, repair: 4, reboot: 2 },
  '17763': { install: 2, uninstall: 2, repair: 2, reboot: 1 },
}
const slowest = { install: 4, uninstall: 4, repair: 4, reboot: 2 }

/**
 * Plan seconds after which the agent is asked what became of a step's command; nothing is ever killed. `build` as
 * inspected, e.g. `14393.6529`; one that nobody knows gets the time of the slowest.
 */
export function timeoutSecondsFor(
  step: UpdateStep,
  build: string | undefined,
  settings: Pick<CampaignSettings, 'updateTimeoutSeconds' | 'drainMinutes' | 'jobWaitMinutes'>,
): number {
  switch (step) {
    case 'inspect':
    case 'backupGate':
    case 'verify':
    case 'dependents':
      return readSeconds
    case 'probe':
      return probeSeconds
    case 'prepare':
      return prepareSeconds
    case 'holdJobs':
      return settings.jobWaitMinutes * 60 + besidesWaitingSeconds
    case 'drain':
      return settings.drainMinutes * 60 + besidesWaitingSeconds
    case 'undrain':
    case 'releaseJobs':
      return putBackSeconds
    case 'checkpoint':
    case 'release':
    case 'restore':
      return settings.updateTimeoutSeconds
    case 'install':
    case 'uninstall':
    case 'repair':
    case 'reboot':
      return settings.updateTimeoutSeconds * factorOf(build, step)
  }
}

function factorOf(build: string | undefined, step: Servicing): number {
  if (build === undefined) return slowest[step]
  const known = build.split('.').find((part) => part in factors)
  return known === undefined ? 1 : (factors[known]?.[step] ?? 1)
}
