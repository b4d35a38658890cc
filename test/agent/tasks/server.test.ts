import { describe, expect, it } from 'vitest'
import { drain } from '../../../agent/tasks/drain/drain.ts'
import { inspect } from '../../../agent/tasks/inspect/inspect.ts'
import { probe } from '../../../agent/tasks/probe/probe.ts'
import { reboot } from '../../../agent/tasks/reboot/reboot.ts'
import { undrain } from '../../../agent/tasks/undrain/undrain.ts'
import { verify } from '../../../agent/tasks/verify/verify.ts'
import { documentsOf, inShort } from './documents.ts'

const ask = { what: 'server' } as const
const source = { kind: 'windowsUpdate', automatic: 'download' }
const guest = {
  what: 'server',
  os: { name: 'Microsoft Windows Server 2022 Standard', build: '10.0.20348.4294' },
  bootedAt: Date.UTC(2025, 9, 18, 2, 11, 40, 500),
  pendingReboot: [],
  freeBytes: 41_231_686_041,
  newestRestorePointAt: null,
  offered: [expect.objectContaining({ kb: 'KB5068787', category: 'security' })],
  source,
  otherPatchers: [],
  clockSkewSeconds: 0.412,
  roles: ['FileAndStorage-Services', 'RDS-RD-Server'],
  sessions: { active: 3, disconnected: 2 },
}

describe('what a server says of itself', () => {
  const cases: Record<string, unknown> = {
    'server-guest': guest,
    'server-2016-without-cmdlets': {
      ...guest,
      os: { name: 'Microsoft Windows Server 2016 Standard', build: '10.0.14393.8519' },
      roles: undefined,
      sessions: undefined,
      clockSkewSeconds: undefined,
    },
    'server-hyper-v-host': {
      ...guest,
      roles: ['Hyper-V'],
      sessions: { active: 0, disconnected: 0 },
      replicas: [{ vm: 'LAA-PARIS-SQL01', mode: 'Primary', state: 'Replicating', health: 'Normal' }],
    },
    'server-backup-server': {
      ...guest,
      newestRestorePointAt: Date.UTC(2025, 10, 21, 21, 0, 7),
      veeam: '12.3.2.3617',
    },
    'server-reboot-servicing': { ...guest, pendingReboot: ['componentBasedServicing'] },
    'server-reboot-windows-update': { ...guest, pendingReboot: ['windowsUpdate'] },
    'server-reboot-update-agent': { ...guest, pendingReboot: ['updateAgent'] },
    'server-reboot-rename': { ...guest, pendingReboot: ['computerRename'] },
    'server-reboot-files-only': guest,
    'server-reboot-everything': {
      ...guest,
      pendingReboot: ['componentBasedServicing', 'windowsUpdate', 'updateAgent', 'computerRename'],
    },
    'server-held': { ...guest, hold: 'Clôture comptable jusqu’à lundi, appeler Mme Roux' },
    'server-held-by-an-empty-file': { ...guest, hold: 'HOLD' },
    'server-held-unreadable': { ...guest, hold: 'HOLD.txt cannot be read' },
    'server-other-patchers': {
      ...guest,
      source: expect.objectContaining({ kind: 'wsus', automatic: 'install' }),
      otherPatchers: [
        'Configuration Manager client (CcmExec)',
        '\\Redémarrage nocturne',
        'AUOptions 4: installs on a schedule',
        expect.stringMatching(/^WSUS deadline 2025-11-25T03:00:00.0000000Z: 2025-11 Mise à jour/),
      ],
    },
    'server-bit-locker': { ...guest, bitLocker: ['C:', 'F:'] },
    'server-clock-off-by-a-day': { ...guest, clockSkewSeconds: -86_399.871 },
    'server-search-failed': 'WU_E_PT_WINHTTP_NAME_NOT_RESOLVED → retry',
    'server-search-incomplete': 'searchIncomplete → retry',
    'server-disk-full': 'ERROR_DISK_FULL → giveUp',
    'server-wmi-broken': '0x80041010 → retry',
    'server-nobody-there': 'noCommandForThis → giveUp',
    'server-guest-state-by-number': 'unusable',
    'server-build-missing': 'unusable',
  }

  it.each(Object.entries(cases))('%s', (document, expected) => {
    expect(inShort(inspect, document, ask)).toEqual(expected)
  })

  it('has a case for each document', () => {
    const documents = documentsOf('inspect').filter((name) => name.startsWith('server-'))
    expect(documents).toEqual(Object.keys(cases).toSorted())
  })
})

describe('what verify says', () => {
  const healthy = {
    healthy: true,
    problems: [],
    build: '10.0.20348.4405',
    stillOffered: [],
    pendingReboot: [],
  }
  const ill = (...problems: string[]) => ({ ...healthy, healthy: false, problems })
  const cases: Record<string, unknown> = {
    healthy,
    'usual-noise': healthy,
    'service-down': ill(
      'Service Spouleur d’impression (Spooler) does not run',
      'Event Microsoft-Windows-DistributedCOM 10016, 41×: Les paramètres d’autorisation propres à l’application n’accordent pas…',
    ),
    'still-offered': { ...healthy, stillOffered: ['b1f4d1c0-6f5e-4c0d-9a52-0f6d0a3c5e01'] },
    'reboot-pending-again': { ...healthy, pendingReboot: ['componentBasedServicing'] },
    'renames-pending': healthy,
    probes: ill(
      'Probe http https://localhost/health: 503 Le serveur distant a retourné une erreur : (503) Serveur non disponible.',
      'Probe service W3SVC: Stopped',
    ),
    unstable: ill('Services still start and stop'),
    'bug-check': ill('Stopped with a bug check (Microsoft-Windows-WER-SystemErrorReporting 1001)'),
    'restored-from-checkpoint': healthy,
    'search-incomplete': 'searchIncomplete → retry',
    'event-log-off': '0x800706BA → retry',
    'event-without-count': 'unusable',
  }

  it.each(Object.entries(cases))('%s', (document, expected) => {
    expect(inShort(verify, document, { updates: [] })).toEqual(expected)
  })

  it('tells unanswered probes apart where some were asked; one of which nothing is said is none that answers', () => {
    const tcp = { type: 'tcp', port: 1 } as const
    const unanswered = (document: string, asked: number): unknown => {
      const probes = Array.from({ length: asked }, () => tcp)
      return inShort(verify, document, { updates: [], probes })
    }
    expect(unanswered('healthy', 2)).toMatchObject({
      healthy: false,
      unanswered: ['Nothing is said of 2 probes'],
    })
    expect(unanswered('service-down', 0)).not.toHaveProperty('unanswered')
    expect(unanswered('probes', 1)).toMatchObject({
      unanswered: [expect.stringMatching(/^Probe http/), 'Probe service W3SVC: Stopped'],
    })
  })

  it('has a case for each document', () => {
    expect(documentsOf('verify')).toEqual(Object.keys(cases).toSorted())
  })
})

describe('what the order to restart says', () => {
  const cases = {
    ordered: 'notRebooted → retry',
    'bit-locker-not-suspended': 'bitLockerNotSuspended → giveUp',
    refused: 'rebootRefused → retry',
    'date-of-windows-powershell': 'unusable',
  }

  it.each(Object.entries(cases))('never that it has: %s', (document, expected) => {
    expect(inShort(reboot, document, { reason: 'Updates installed' })).toBe(expected)
  })

  it('has a case for each document', () => {
    expect(documentsOf('reboot')).toEqual(Object.keys(cases).toSorted())
  })
})

describe('what a remote desktop host says', () => {
  const params = { notice: 'Maintenance', waitMinutes: 30, forceLogoff: false }
  const drained = {
    'nobody-left': { newConnections: 'refused', remaining: 0 },
    'somebody-stays': { newConnections: 'refused', remaining: 2 },
    'not-taken': 'notDrained → retry',
    'no-session-host': 'noSessionHost → giveUp',
    'broker-silent': 'unexpected → retry',
  }
  const opened = {
    'open-again': { newConnections: 'allowed' },
    'not-taken': 'notUndrained → retry',
    'no-session-host': 'noSessionHost → giveUp',
  }

  it.each(Object.entries(drained))('drained: %s', (document, expected) => {
    expect(inShort(drain, document, params)).toEqual(expected)
  })

  it.each(Object.entries(opened))('undrained: %s', (document, expected) => {
    expect(inShort(undrain, document, {})).toEqual(expected)
  })

  it('has a case for each document', () => {
    expect(documentsOf('drain')).toEqual(Object.keys(drained).toSorted())
    expect(documentsOf('undrain')).toEqual(Object.keys(opened).toSorted())
  })
})

describe('how a silent server looks from elsewhere', () => {
  const seen = (power: string, heartbeat: string, answers: boolean) => ({ power, heartbeat, answers })
  const cases: Record<string, unknown> = {
    'neighbour-answers': seen('unknown', 'unknown', true),
    'neighbour-only-a-port': seen('unknown', 'unknown', true),
    'neighbour-silent': seen('unknown', 'unknown', false),
    'guest-off': seen('off', 'unknown', false),
    'guest-hung': seen('on', 'lost', false),
    'guest-cut-off': seen('on', 'ok', false),
    'guest-without-integration-services': seen('on', 'unknown', true),
    'guest-starting': seen('unknown', 'lost', false),
    'guest-saved': seen('off', 'unknown', false),
    'guest-running-critical': seen('on', 'ok', true),
    'guest-not-here': seen('unknown', 'unknown', true),
    'module-missing': 'hyperV.moduleMissing → giveUp',
    'guest-state-by-number': 'unusable',
  }

  it.each(Object.entries(cases))('%s', (document, expected) => {
    expect(inShort(probe, document, { target: 'LAA-PARIS-SQL01', vm: true })).toEqual(expected)
  })

  it('has a case for each document', () => {
    expect(documentsOf('probe')).toEqual(Object.keys(cases).toSorted())
  })
})
