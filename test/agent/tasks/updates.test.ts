import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { download } from '../../../agent/tasks/download/download.ts'
import { failureOf, knownHResult } from '../../../agent/tasks/failures.ts'
import { install } from '../../../agent/tasks/install/install.ts'
import { repair } from '../../../agent/tasks/repair/repair.ts'
import { scan } from '../../../agent/tasks/scan/scan.ts'
import { uninstall } from '../../../agent/tasks/uninstall/uninstall.ts'
import { kbOf, offeredOf } from '../../../agent/tasks/updates.ts'
import type { ScriptUpdate } from '../../../orchestrations/contracts/scripts/server.ts'
import { parseTaskResult } from '../../../orchestrations/contracts/tasks.ts'
import { documentsOf, inShort, outcomeOf } from './documents.ts'

const cumulative = 'b1f4d1c0-6f5e-4c0d-9a52-0f6d0a3c5e01'
const framework = 'c2a5e2d1-7a6f-4d1e-8b63-1a7e1b4d6f02'
const params = { updates: [cumulative, framework] }

/** `category kb` of what a scan offers. */
function offered(document: string): unknown {
  const result = inShort(scan, document, {})
  if (typeof result === 'string') return result
  const { offered: updates } = result as { offered: { category: string; kb: string }[] }
  return updates.map(({ category, kb }) => `${category} ${kb}`.trim())
}

describe('what a search offers', () => {
  const cases: Record<string, unknown> = {
    'windows-update': [
      'security KB5068787',
      'updateRollup KB5067039',
      'definition KB2267602',
      'critical KB5001234',
      'other KB890830',
      'preview KB5070312',
      'featureUpgrade',
      'driver',
      'driver',
    ],
    'wsus-with-limits': ['security KB5068787'],
    'up-to-date': [],
    'server-2016': ['security KB5068787'],
    'update-that-asks': ['security KB5068787'],
    'one-update-not-a-list': 'unusable',
    'list-as-windows-powershell-wraps-it': 'unusable',
    'date-of-windows-powershell': 'unusable',
    'date-without-zone': 'unusable',
    'type-by-number': 'unusable',
    incomplete: 'searchIncomplete → retry',
    'name-not-resolved': 'WU_E_PT_WINHTTP_NAME_NOT_RESOLVED → retry',
    'wsus-timed-out': 'WININET_E_TIMEOUT → retry',
    'service-disabled': 'ERROR_SERVICE_DISABLED → giveUp',
    'access-denied-2025': 'E_ACCESSDENIED → giveUp',
    'code-that-nobody-judged': '0x8024A223 → retry',
  }

  it.each(Object.entries(cases))('%s', (document, expected) => {
    expect(offered(document)).toEqual(expected)
  })

  it('is refused in another version of the document', () => {
    expect(inShort(scan, 'other-version', {})).toBe('unusable')
  })

  it('has a case for each document', () => {
    expect(documentsOf('scan')).toEqual([...Object.keys(cases), 'other-version'].toSorted())
  })

  it('tells size, time, source and limits as they are', () => {
    expect(inShort(scan, 'wsus-with-limits', {})).toMatchObject({
      searchedAt: Date.UTC(2025, 10, 22, 0, 14, 3, 123),
      source: {
        kind: 'wsus',
        automatic: 'install',
        server: 'http://wsus.laa.local:8530',
        deliveryOptimization: { mode: 'CdnOnly', maxKilobitsPerSecond: 8192, maxPercent: 50 },
      },
      offered: [{ id: cumulative, sizeBytes: 412_316_860, downloaded: false }],
    })
  })

  it('is cut where a report ends', () => {
    const one: ScriptUpdate = {
      id: 'x',
      kbArticles: [],
      title: 'x',
      categoryIds: [],
      type: 'software',
      maxDownloadBytes: 0,
      isDownloaded: false,
      browseOnly: false,
      canRequestUserInput: false,
      deadline: null,
    }
    expect(offeredOf(Array.from({ length: 201 }, () => one))).toHaveLength(200)
  })

  it('writes a KB as people do', () => {
    expect([kbOf(['5068787', '1']), kbOf(['kb5068787']), kbOf([])]).toEqual(['KB5068787', 'KB5068787', ''])
  })
})

/** `kb result hresult → remedy` of each update, and whether a reboot is due. */
function installed(document: string): unknown {
  const outcome = inShort(install, document, params)
  if (typeof outcome === 'string') return outcome
  const { updates, rebootRequired } = outcome as {
    updates: { kb: string; result: string; hresult?: string; remedy?: string }[]
    rebootRequired: boolean
  }
  const told = updates.map(({ kb, result, hresult = '', remedy }) =>
    [`${kb} ${result} ${hresult}`.trim(), ...(remedy === undefined ? [] : [remedy])].join(' → '),
  )
  return rebootRequired ? [...told, 'reboot'] : told
}

describe('what an installation says', () => {
  const cases: Record<string, unknown> = {
    'all-with-reboot': ['KB5068787 succeeded', 'KB5067039 succeeded', 'reboot'],
    'without-reboot': ['KB2267602 succeeded'],
    'nothing-offered': [],
    'half-failed': ['KB5067039 succeeded', 'KB5068787 failed 0x80070643 → retry'],
    'result-code-3': ['KB5068787 succeededWithErrors 0x00240003 → retry', 'reboot'],
    aborted: ['KB5068787 aborted 0x8024000B → retry'],
    'still-in-progress': ['KB5068787 aborted → retry'],
    'rest-after-reboot': ['KB5067039 succeeded', 'KB5068787 notStarted → rebootFirst', 'reboot'],
    'time-over': ['KB5067039 succeeded', 'KB5068787 notStarted → retry'],
    'asks-for-a-click': ['KB5065220 notStarted → giveUp'],
    'offered-again': ['KB2267602 failed → retry'],
    'already-installed': ['KB5068787 succeeded 0x80240017'],
    'nothing-to-install': ['KB5068787 succeeded 0x80240024'],
    'failed-installer-failed': ['KB5068787 failed 0x80070643 → retry'],
    'failed-unjudged': ['KB5068787 failed 0x80240FFE → retry'],
    'download-failed': ['KB5068787 failed 0x80240034 → retry'],
    'failed-rolls-back': ['KB5068787 failed 0x800F0922 → rebootFirst'],
    'failed-not-allowed': ['KB5068787 failed 0x80240016 → rebootFirst'],
    'failed-needs-reboot': ['KB5068787 failed 0x80070BC9 → rebootFirst'],
    'failed-store-corrupt': ['KB5068787 failed 0x800F0831 → repairFirst'],
    'failed-component-store-corrupt': ['KB5068787 failed 0x80073712 → repairFirst'],
    'failed-no-right': ['KB5068787 failed 0x80240044 → giveUp'],
    'failed-wu-disabled': ['KB5068787 failed 0x8024002E → giveUp'],
    'failed-disk-full': ['KB5068787 failed 0x80070070 → giveUp'],
    'reboot-first': 'rebootRequiredBeforeInstall → rebootFirst',
    busy: 'installerBusy → retry',
    'remote-token': 'E_ACCESSDENIED → giveUp',
    'hresult-as-int32': 'unusable',
    'result-by-number': 'unusable',
  }

  it.each(Object.entries(cases))('%s', (document, expected) => {
    expect(installed(document)).toEqual(expected)
  })

  it('has a case for each document', () => {
    expect(documentsOf('install')).toEqual(Object.keys(cases).toSorted())
  })

  it('names the code of each update, or why it was left out', () => {
    const codeOf = (document: string): unknown => {
      const outcome = outcomeOf(install, document, params)
      if (outcome.kind !== 'succeeded') throw new Error(`${document} did not succeed`)
      return parseTaskResult('install', outcome.result).updates.at(-1)?.code
    }
    expect(
      ['failed-disk-full', 'failed-unjudged', 'asks-for-a-click', 'all-with-reboot'].map(codeOf),
    ).toEqual(['ERROR_DISK_FULL', '0x80240FFE', 'asksForInput', undefined])
  })
})

describe('what a download says', () => {
  const cases: Record<string, unknown> = {
    all: { downloaded: [cumulative, framework], missing: [], bytes: 412_316_860 },
    'there-before': { downloaded: [framework], missing: [], bytes: 0 },
    'time-over': { downloaded: [framework], missing: [cumulative], bytes: 73_400_320 },
    'terms-not-accepted': { downloaded: [], missing: [cumulative], bytes: 0 },
    'line-broke': { downloaded: [], missing: [cumulative], bytes: 0 },
    'not-offered': { downloaded: [], missing: ['gone'], bytes: 0 },
    'no-connection': 'TIME_OUT_ERRORS → retry',
    'bytes-as-text': 'unusable',
  }

  it.each(Object.entries(cases))('%s', (document, expected) => {
    expect(inShort(download, document, params)).toEqual(expected)
  })

  it('has a case for each document', () => {
    expect(documentsOf('download')).toEqual(Object.keys(cases).toSorted())
  })
})

describe('what a removal says', () => {
  const nothing = { removed: [], notRemovable: [], rebootRequired: false }
  const cases: Record<string, unknown> = {
    removed: { removed: ['KB5068787'], notRemovable: [], rebootRequired: true },
    permanent: {
      ...nothing,
      notRemovable: [{ id: 'KB5068787', why: '0x800F0825 Le package ne peut pas être désinstallé.' }],
    },
    'no-package': {
      ...nothing,
      notRemovable: [
        { id: 'KB5065220', why: 'It is installed, but not as a package that Windows can remove' },
      ],
    },
    'not-installed': nothing,
    'removal-pending': { removed: ['KB5068787'], notRemovable: [], rebootRequired: true },
    partly: {
      removed: [cumulative],
      notRemovable: [{ id: 'KB5067039', why: 'The time was over before it was its turn' }],
      rebootRequired: true,
    },
    'name-of-nothing': {
      ...nothing,
      notRemovable: [{ id: 'the bad one', why: 'It is no KB and no update id' }],
    },
    'store-corrupt': 'ERROR_SXS_COMPONENT_STORE_CORRUPT → repairFirst',
    'reason-missing': 'unusable',
  }

  it.each(Object.entries(cases))('%s', (document, expected) => {
    expect(inShort(uninstall, document, params)).toEqual(expected)
  })

  it('has a case for each document', () => {
    expect(documentsOf('uninstall')).toEqual(Object.keys(cases).toSorted())
  })
})

describe('what a repair says', () => {
  const cases: Record<string, unknown> = {
    healthy: { rebootRequired: false },
    'healthy-after-restart': { rebootRequired: true },
    'still-repairable': 'storeNotRepaired → giveUp',
    'not-repairable': 'storeNotRepaired → giveUp',
    'health-by-number': 'unusable',
    'restart-unsaid': 'unusable',
    'source-missing': 'CBS_E_SOURCE_MISSING → giveUp',
    'download-failed': 'CBS_E_DOWNLOAD_FAILURE → retry',
    'policy-forbids': 'CBS_E_GROUPPOLICY_DISALLOWED → giveUp',
    'store-corrupt': 'ERROR_SXS_COMPONENT_STORE_CORRUPT → repairFirst',
    'command-missing': 'repairCommandMissing → giveUp',
    'health-unsaid': 'storeHealthUnknown → giveUp',
  }

  it.each(Object.entries(cases))('%s', (document, expected) => {
    expect(inShort(repair, document, {})).toEqual(expected)
  })

  it('has a case for each document', () => {
    expect(documentsOf('repair')).toEqual(Object.keys(cases).toSorted())
  })
})

describe('failures of scripts', () => {
  it('are told by code and HRESULT, never by their text', () => {
    const messages = ['Zugriff verweigert', 'Accès refusé', 'Access is denied', '0x80240016']
    const failures = messages.map((message) =>
      failureOf({ code: 'unexpected', message, hresult: '0x80070005' }),
    )
    expect(failures.map(({ code, remedy }) => `${code} ${remedy}`)).toEqual(
      messages.map(() => 'E_ACCESSDENIED giveUp'),
    )
    expect(failures.map(({ message }) => message)).toEqual(messages)
  })

  it('keep a code of their own although there is an HRESULT', () => {
    const error = { code: 'installerBusy', message: 'busy', hresult: '0x80240016' }
    expect(failureOf(error)).toEqual({ ...error, remedy: 'retry' })
  })

  it('are given up with a code that nobody has judged, whatever it is called', () => {
    for (const code of ['somethingNew', 'toString', '__proto__', 'constructor'])
      expect(failureOf({ code, message: 'x' }).remedy).toBe('giveUp')
  })

  it('know each code by name that the scripts throw', () => {
    const sources = [
      'tasks/install/install.ps1',
      'tasks/reboot/reboot.ps1',
      'tasks/repair/repair.ps1',
      'tasks/inspect/inspect.ps1',
      'powershell/SessionHost.psm1',
    ]
    const folder = join(import.meta.dirname, '../../../agent')
    const thrown = sources.flatMap((file) => [
      ...readFileSync(join(folder, file), 'utf8').matchAll(/-Code '([A-Za-z]+)'/g),
    ])
    expect(thrown.length).toBeGreaterThan(4)
    const remedies = thrown.map(([, code = '']) => [code, failureOf({ code, message: 'x' }).remedy])
    expect(Object.fromEntries(remedies)).toEqual({
      installerBusy: 'retry',
      rebootRequiredBeforeInstall: 'rebootFirst',
      bitLockerNotSuspended: 'giveUp',
      rebootRefused: 'retry',
      noSessionHost: 'giveUp',
      repairCommandMissing: 'giveUp',
      storeHealthUnknown: 'giveUp',
      noCommandForThis: 'giveUp',
    })
  })

  it('are tried again where nobody has judged the HRESULT', () => {
    expect(knownHResult('0x8024ABCD')).toEqual({ code: '0x8024ABCD', remedy: 'retry' })
  })
})
