import { describe, expect, it } from 'vitest'
import { holdJobs } from '../../../agent/tasks/holdJobs/holdJobs.ts'
import { inspect } from '../../../agent/tasks/inspect/inspect.ts'
import { releaseJobs } from '../../../agent/tasks/releaseJobs/releaseJobs.ts'
import { documentsOf, inShort } from './documents.ts'

const target = 'LAA-PARIS-SQL01'
const servers = { id: '3f1b7a52-5f5e-4a44-9c86-1f0d6a9d7c10', name: 'LAA Serveurs' }
const agents = { id: '9d0b2f0e-0b7c-4a57-8f0b-6c1de3f1a222', name: 'LAA Agents' }
const newestRestorePointAt = Date.UTC(2025, 10, 21, 21, 4, 11)

const cases = {
  'veeam-12': {
    jobs: [{ ...servers, enabled: true, running: false, held: false, nextRunAt: Date.UTC(2025, 10, 22, 20) }],
    source: 'veeam',
    newestRestorePointAt,
  },
  'veeam-13': {
    jobs: [
      { ...servers, enabled: true, running: true, held: false },
      { ...agents, enabled: false, running: false, held: true, nextRunAt: null },
    ],
    source: 'veeam',
    newestRestorePointAt,
  },
  'veeam-without-point': { jobs: [], source: 'veeam', newestRestorePointAt: null },
  'windows-server-backup': { source: 'windowsServerBackup', newestRestorePointAt },
  'windows-server-backup-beside-veeam': { jobs: [], source: 'windowsServerBackup', newestRestorePointAt },
  none: { source: 'none', newestRestorePointAt: null },
  'date-of-windows-powershell': 'unusable',
  'console-absent': 'backup.consoleAbsent → giveUp',
  'power-shell-7-absent': 'backup.powerShellAbsent → giveUp',
  'power-shell-too-old': 'backup.powerShellTooOld → giveUp',
  'module-does-not-load': 'backup.moduleFailed → giveUp',
  'cannot-connect': 'backup.connectFailed → retry',
  hangs: 'backup.veeamTimedOut → retry',
  'no-answer': 'backup.veeamAnswer → retry',
  'other-shape': 'backup.veeamShape → giveUp',
  'pattern-for-a-name': 'backup.targetName → giveUp',
} as const

describe('what a backup server says', () => {
  it.each(Object.entries(cases))('of a server’s backups: %s', (document, expected) => {
    expect(inShort(inspect, `backup-${document}`, { what: 'backup', target })).toEqual(
      typeof expected === 'string' ? expected : { what: 'backup', target, ...expected },
    )
  })

  it('has a case for each document about backups', () => {
    const documents = documentsOf('inspect').filter((name) => name.startsWith('backup-'))
    expect(documents).toEqual(
      Object.keys(cases)
        .map((name) => `backup-${name}`)
        .toSorted(),
    )
  })

  it.each(
    Object.entries({
      held: { held: [servers], running: [] },
      'one-still-runs': { held: [servers, agents], running: [agents] },
      'nothing-enabled': { held: [], running: [] },
      'no-veeam': 'backup.nothingToHold → giveUp',
      'still-enabled': 'backup.notHeld → retry',
      'other-script-works': 'stateBusy → retry',
    }),
  )('of jobs held: %s', (document, expected) => {
    expect(documentsOf('holdJobs')).toContain(document)
    expect(inShort(holdJobs, document, { target, waitMinutes: 30 })).toEqual(expected)
  })

  it.each(
    Object.entries({
      released: { released: [servers], missing: [] },
      'job-deleted': { released: [], missing: [servers.id] },
      again: { released: [servers], missing: [] },
      'still-disabled': 'backup.notReleased → retry',
    }),
  )('of jobs released: %s', (document, expected) => {
    expect(documentsOf('releaseJobs')).toContain(document)
    expect(inShort(releaseJobs, document, { target, jobs: [servers.id] })).toEqual(expected)
  })
})
