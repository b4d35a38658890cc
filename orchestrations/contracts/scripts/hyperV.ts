import { z } from 'zod'
import { IsoTime } from './document.ts'

const Name = z.string().max(250)

/** A member of an enumeration by its name: a number would mean something else in WMI or in another version. */
const EnumName = z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,59}$/)

export const CheckpointResult = z.object({
  name: Name,
  checkpointId: z.guid(),
  createdAt: IsoTime,
  /** `Offline`: the guest was off. One with the guest's memory, which Production falls back to, is refused. */
  type: z.enum(['Production', 'Offline']),
})

/** `merged`: no differencing disk of it is left. */
export const RemoveCheckpointResult = z.object({ name: Name, existed: z.boolean(), merged: z.boolean() })

/** The guest runs again; its heartbeat may not have come within the time. */
export const RestoreCheckpointResult = z.object({
  name: Name,
  restoredAt: IsoTime,
  state: EnumName,
  heartbeat: EnumName,
})

/** A guest as its host has it: names of VMState and VMHeartbeatStatus. */
export const PowerResult = z.object({
  state: EnumName,
  heartbeat: EnumName,
  uptimeSeconds: z.number().nonnegative(),
})
export type PowerResult = z.infer<typeof PowerResult>

/** A guest's replication as one host has it, after every task of the failover family as well. */
export const ReplicaStateResult = z.object({
  vm: Name,
  mode: EnumName,
  state: EnumName,
  health: EnumName,
  power: EnumName,
  primaryServer: z.string().max(255),
  replicaServer: z.string().max(255),
  lastReplicationAt: IsoTime.nullable(),
  /** Waiting to be replicated; null where the statistics can't be read. */
  pendingBytes: z.number().nonnegative().nullable(),
  testVm: Name.nullable(),
  /** A third host has a copy of the copy: planned steps are refused. */
  extended: z.boolean(),
})
export type ReplicaStateResult = z.infer<typeof ReplicaStateResult>

/** `testPower`: of the test copy, once its start was waited for. */
export const TestFailoverResult = ReplicaStateResult.extend({ testVm: Name, testPower: PowerResult })
