import { describe, expect, it } from 'vitest'
import { cancelFailover } from '../../../agent/tasks/cancelFailover/cancelFailover.ts'
import { cleanUpTestFailover } from '../../../agent/tasks/cleanUpTestFailover/cleanUpTestFailover.ts'
import { failOver } from '../../../agent/tasks/failOver/failOver.ts'
import { prepareFailover } from '../../../agent/tasks/prepareFailover/prepareFailover.ts'
import { replicaState } from '../../../agent/tasks/replicaState/replicaState.ts'
import { reverseReplication } from '../../../agent/tasks/reverseReplication/reverseReplication.ts'
import { testFailover } from '../../../agent/tasks/testFailover/testFailover.ts'
import { documentsOf, inShort } from './documents.ts'

const vm = 'LAA-PARIS-SQL01'
const replicaServer = 'hv1.laa.example'
const thumbprint = '0123456789ABCDEF0123456789ABCDEF01234567'
const primary = {
  mode: 'Primary',
  state: 'Replicating',
  health: 'Normal',
  power: 'Running',
  primaryServer: 'hv1.laa.example',
  replicaServer: 'hv2.laa.example',
  lastReplicationAt: Date.UTC(2025, 10, 22, 1, 10),
  testVm: null,
}
const replica = { ...primary, mode: 'Replica', power: 'Off' }

/** Names of VMReplicationState. Source: reflection of the Hyper-V module 2.0.0.0. */
const states = [
  'ReadyForInitialReplication',
  'InitialReplicationInProgress',
  'WaitingForInitialReplication',
  'Replicating',
  'PreparedForFailover',
  'FailedOverWaitingCompletion',
  'FailedOver',
  'Suspended',
  'Error',
  'WaitingForStartResynchronize',
  'Resynchronizing',
  'ResynchronizeSuspended',
  'RecoveryInProgress',
  'FailbackInProgress',
  'FailbackComplete',
  'WaitingForUpdateCompletion',
  'UpdateError',
  'WaitingForRepurposeCompletion',
  'PreparedForSyncReplication',
  'PreparedForGroupReverseReplication',
  'FiredrillInProgress',
]

describe('what a host says of a guest’s replication', () => {
  it.each(states)('hands on the state %s by its name', (state) => {
    expect(inShort(replicaState, `state-${state}`, { vm })).toMatchObject({ state })
  })

  it.each([
    ['Error', 'Critical'],
    ['Suspended', 'Warning'],
    ['Replicating', 'Normal'],
  ])('hands on the health of %s as %s', (state, health) => {
    expect(inShort(replicaState, `state-${state}`, { vm })).toMatchObject({ health })
  })

  it.each(
    Object.entries({
      'state-Replicating': primary,
      replica,
      'third-host': { ...replica, mode: 'ExtendedReplica' },
      'to-a-third-host': replica,
      'test-copy-there': { ...replica, testVm: 'LAA-PARIS-SQL01 - Test' },
      'statistics-unreadable': primary,
      'not-replicated': {
        ...primary,
        mode: 'None',
        state: 'Disabled',
        health: 'NotApplicable',
        primaryServer: '',
        replicaServer: '',
        lastReplicationAt: null,
      },
      'numbers-for-names': 'unusable',
      'number-as-text': 'unusable',
      'module-missing': 'hyperV.moduleMissing → giveUp',
      'service-stopped': 'hyperV.notRunning → retry',
      'guest-not-found': 'hyperV.guestNotFound → giveUp',
      'two-of-one-name': 'hyperV.guestAmbiguous → giveUp',
    }),
  )('reads: %s', (document, expected) => {
    expect(inShort(replicaState, document, { vm })).toEqual(expected)
  })
})

describe('what the failover family says', () => {
  it.each(
    Object.entries({
      prepared: { ...primary, state: 'PreparedForFailover', power: 'Off' },
      'not-primary': 'hyperV.notPrimary → giveUp',
      'not-off': 'hyperV.guestNotOff → giveUp',
      'health-warning': 'hyperV.replicationHealth → retry',
      resynchronizing: 'hyperV.replicationState → retry',
      'no-way-back': 'hyperV.reverseNotAccepted → giveUp',
      'replica-unreachable': 'hyperV.replicaUnreachable → retry',
      'test-under-way': 'hyperV.testFailoverActive → giveUp',
      clustered: 'hyperV.clustered → giveUp',
      'third-host': 'hyperV.extendedReplication → giveUp',
      'not-replicated': 'hyperV.notReplicated → giveUp',
    }),
  )('prepared: %s', (document, expected) => {
    expect(inShort(prepareFailover, document, { vm })).toEqual(expected)
  })

  it.each(
    Object.entries({
      'failed-over': { ...replica, state: 'FailedOverWaitingCompletion' },
      'not-replica': 'hyperV.notReplica → giveUp',
      'not-connected': 'hyperV.adapterNotConnected → giveUp',
      'no-full-copy': 'hyperV.replicationState → retry',
      failed: 'hyperV.failoverFailed → giveUp',
    }),
  )('failed over: %s', (document, expected) => {
    expect(inShort(failOver, document, { vm, planned: true })).toEqual(expected)
  })

  it.each(
    Object.entries({
      reversed: {
        ...primary,
        power: 'Off',
        primaryServer: 'hv2.laa.example',
        replicaServer: 'hv1.laa.example',
      },
      'certificate-missing': 'hyperV.certificateMissing → giveUp',
      'certificate-expired': 'hyperV.certificateExpired → giveUp',
      'short-name': 'hyperV.fullNameWanted → giveUp',
      'not-failed-over': 'hyperV.replicationState → retry',
      elsewhere: 'hyperV.otherReplicaServer → giveUp',
    }),
  )('reversed: %s', (document, expected) => {
    expect(inShort(reverseReplication, document, { vm, replicaServer, thumbprint })).toEqual(expected)
  })

  it.each(
    Object.entries({
      resumed: { ...primary, power: 'Off' },
      'replica-again': replica,
      'still-running': 'hyperV.guestNotOff → giveUp',
      'completed-before': 'hyperV.replicationState → retry',
    }),
  )('cancelled: %s', (document, expected) => {
    expect(inShort(cancelFailover, document, { vm })).toEqual(expected)
  })

  it.each(
    Object.entries({
      answers: { ...replica, testVm: 'LAA-PARIS-SQL01 - Test' },
      silent: 'hyperV.testGuestSilent → giveUp',
      'no-copy': 'unusable',
      'switch-external': 'hyperV.switchNotIsolated → giveUp',
      'switch-missing': 'hyperV.switchNotFound → giveUp',
    }),
  )('tested: %s', (document, expected) => {
    expect(inShort(testFailover, document, { vm, switchName: 'Isolated' })).toEqual(expected)
  })

  it.each(
    Object.entries({
      cleaned: replica,
      'copy-left': 'hyperV.testCleanUpFailed → giveUp',
      'names-the-copy': 'hyperV.isTestCopy → giveUp',
    }),
  )('cleaned up: %s', (document, expected) => {
    expect(inShort(cleanUpTestFailover, document, { vm })).toEqual(expected)
  })

  it('has a document for each case and a case for each document', () => {
    const tasks = [
      replicaState,
      prepareFailover,
      failOver,
      reverseReplication,
      cancelFailover,
      testFailover,
      cleanUpTestFailover,
    ]
    expect(tasks.map(({ kind }) => documentsOf(kind).length)).toEqual([33, 11, 5, 7, 4, 5, 3])
  })
})
