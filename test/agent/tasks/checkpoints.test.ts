import { describe, expect, it } from 'vitest'
import { checkpoint } from '../../../agent/tasks/checkpoint/checkpoint.ts'
import { removeCheckpoint } from '../../../agent/tasks/removeCheckpoint/removeCheckpoint.ts'
import { restoreCheckpoint } from '../../../agent/tasks/restoreCheckpoint/restoreCheckpoint.ts'
import { startVm } from '../../../agent/tasks/startVm/startVm.ts'
import { stopVm } from '../../../agent/tasks/stopVm/stopVm.ts'
import { documentsOf, inShort } from './documents.ts'

const vm = 'LAA-PARIS-SQL01'
const name = 'atlas-c7-LAA-PARIS-SQL01'
const checkpointId = '6f2a1c54-0c0e-4d6b-9a3f-0f0a6e5d9b21'
const made = { name, checkpointId, createdAt: Date.UTC(2025, 10, 22, 1, 12, 9, 447) }
const restored = { name, restoredAt: Date.UTC(2025, 10, 22, 3, 40, 0, 120) }

describe('what scripts say of checkpoints', () => {
  it.each(
    Object.entries({
      production: made,
      offline: made,
      standard: 'unusable',
      'type-by-number': 'unusable',
      'date-of-windows-powershell': 'unusable',
      'fell-back': 'hyperV.checkpointFellBack → giveUp',
      'vss-failed': 'hyperV.checkpointFailed → retry',
      disabled: 'hyperV.checkpointsDisabled → giveUp',
      'fifty-there': 'hyperV.tooManyCheckpoints → giveUp',
      'pass-through-disk': 'hyperV.passThroughDisk → giveUp',
      'shared-disk': 'hyperV.sharedDisk → giveUp',
      'disk-space-low': 'hyperV.diskSpaceLow → giveUp',
      'disk-on-a-share': 'hyperV.diskSpaceUnknown → giveUp',
      merging: 'hyperV.guestBusy → retry',
      'backup-under-way': 'hyperV.guestBusy → retry',
      replica: 'hyperV.guestIsReplica → giveUp',
      saved: 'hyperV.guestState → giveUp',
      'module-missing': 'hyperV.moduleMissing → giveUp',
      'service-stopped': 'hyperV.notRunning → retry',
      'guest-not-found': 'hyperV.guestNotFound → giveUp',
    }),
  )('made: %s', (document, expected) => {
    expect(inShort(checkpoint, document, { vm, name })).toEqual(expected)
  })

  it.each(
    Object.entries({
      merged: { name, merged: true },
      'merge-under-way': { name, merged: false },
      'gone-before': { name, merged: true },
      'not-ours': 'hyperV.notOurCheckpoint → giveUp',
      'no-room-to-merge': 'hyperV.diskSpaceLow → giveUp',
      'still-there': 'hyperV.checkpointNotRemoved → retry',
    }),
  )('removed: %s', (document, expected) => {
    expect(inShort(removeCheckpoint, document, { vm, name })).toEqual(expected)
  })

  it.each(
    Object.entries({
      restored,
      'no-heartbeat': restored,
      'not-found': 'hyperV.checkpointNotFound → giveUp',
      failed: 'hyperV.restoreFailed → giveUp',
      'did-not-start': 'hyperV.guestDidNotStart → retry',
    }),
  )('restored: %s', (document, expected) => {
    expect(inShort(restoreCheckpoint, document, { vm, name })).toEqual(expected)
  })
})

describe('what scripts say of a guest’s power', () => {
  it.each(
    Object.entries({
      running: { state: 'Running', heartbeat: 'ok' },
      'no-contact': { state: 'Running', heartbeat: 'lost' },
      'no-integration-services': { state: 'Running', heartbeat: 'unknown' },
      'state-by-number': 'unusable',
      replica: 'hyperV.guestIsReplica → giveUp',
      'failed-over-elsewhere': 'hyperV.failedOverElsewhere → giveUp',
    }),
  )('started: %s', (document, expected) => {
    expect(inShort(startVm, document, { vm })).toEqual(expected)
  })

  it.each(
    Object.entries({
      off: { state: 'Off', heartbeat: 'unknown' },
      'did-not-stop': 'hyperV.guestDidNotStop → giveUp',
      'shutdown-refused': 'hyperV.shutdownRefused → giveUp',
      paused: 'hyperV.guestState → giveUp',
    }),
  )('stopped: %s', (document, expected) => {
    expect(inShort(stopVm, document, { vm })).toEqual(expected)
  })

  it('has a document for each case and a case for each document', () => {
    const counts = [checkpoint, removeCheckpoint, restoreCheckpoint, startVm, stopVm].map(
      ({ kind }) => documentsOf(kind).length,
    )
    expect(counts).toEqual([20, 6, 5, 6, 4])
  })
})
