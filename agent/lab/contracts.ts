import { z } from 'zod'
import { ScriptDocument } from '../../orchestrations/contracts/scripts/document.ts'
import { EvidenceFile } from '../../orchestrations/contracts/scripts/evidence.ts'
import { scriptResults } from '../../orchestrations/contracts/scripts/results.ts'

const hyperV = (type: string): string => `Microsoft.HyperV.PowerShell.${type}`

/** Names on which scripts and parsers decide; the module of each version of Windows must know them. */
const names = [
  {
    id: 'startVm.stateNames',
    type: hyperV('VMState'),
    names: [
      'Running',
      'Off',
      'Saved',
      'Paused',
      'Starting',
      'Stopping',
      'Saving',
      'Pausing',
      'Resuming',
      'Reset',
    ],
  },
  {
    id: 'probe.heartbeatNames',
    type: hyperV('VMHeartbeatStatus'),
    names: ['OkApplicationsHealthy', 'OkApplicationsUnknown', 'NoContact', 'LostCommunication', 'Error'],
  },
  {
    id: 'checkpoint.busyNames',
    type: hyperV('VMOperationalStatus'),
    names: [
      'ApplyingSnapshot',
      'CreatingSnapshot',
      'DeletingSnapshot',
      'MergingDisks',
      'ExportingVirtualMachine',
      'MigratingVirtualMachine',
      'BackingUpVirtualMachine',
      'StorageMigrationPhaseOne',
      'StorageMigrationPhaseTwo',
    ],
  },
  {
    id: 'checkpoint.typeNames',
    type: hyperV('CheckpointType'),
    names: ['Disabled', 'Production', 'ProductionOnly', 'Standard'],
  },
  { id: 'removeCheckpoint.typeNames', type: hyperV('SnapshotType'), names: ['Standard', 'Recovery'] },
  {
    id: 'replicaState.modeNames',
    type: hyperV('VMReplicationMode'),
    names: ['None', 'Primary', 'Replica', 'TestReplica', 'ExtendedReplica'],
  },
  {
    id: 'replicaState.stateNames',
    type: hyperV('VMReplicationState'),
    names: [
      'Disabled',
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
    ],
  },
  {
    id: 'replicaState.healthNames',
    type: hyperV('VMReplicationHealthState'),
    names: ['NotApplicable', 'Normal', 'Warning', 'Critical'],
  },
  {
    id: 'replicaState.relationshipNames',
    type: hyperV('VMReplicationRelationshipType'),
    names: ['Simple', 'Extended'],
  },
  {
    id: 'testFailover.switchNames',
    type: hyperV('VMSwitchType'),
    names: ['Private', 'Internal', 'External'],
  },
]

/** What `verify.ps1` checks documents against: the schemas that the agent and the server parse with. */
export function labContracts(): unknown {
  const schemaOf = (schema: z.ZodType): unknown => z.toJSONSchema(schema, { target: 'draft-7', io: 'input' })
  return {
    names,
    document: schemaOf(ScriptDocument),
    results: Object.fromEntries(
      Object.entries(scriptResults).map(([kind, schema]) => [kind, schemaOf(schema)]),
    ),
    evidence: schemaOf(EvidenceFile),
  }
}
