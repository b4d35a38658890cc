import { z } from 'zod'
import { IsoTime } from './document.ts'

const Name = z.string().max(250)

export const CheckpointResult = z.object({
  name: Name,
  checkpointId: z.string().max(80),
  createdAt: IsoTime,
  /** As Hyper-V made it: a Production checkpoint that fell back to Standard is refused by the script. */
  type: z.string().max(40),
})

/** `merged`: no differencing disk of it is left. */
export const RemoveCheckpointResult = z.object({ name: Name, existed: z.boolean(), merged: z.boolean() })

export const RestoreCheckpointResult = z.object({
  name: Name,
  restoredAt: IsoTime,
  state: z.string().max(40),
})

/** A guest as its host has it. */
export const PowerResult = z.object({
  state: z.string().max(40),
  heartbeat: z.string().max(60),
  uptimeSeconds: z.number().nonnegative(),
})

/** Mode, state and health by the names of the Hyper-V module, never its numbers. */
export const ReplicaStateResult = z.object({
  vm: Name,
  mode: z.string().max(40),
  state: z.string().max(60),
  health: z.string().max(40),
  power: z.string().max(40),
  primaryServer: z.string().max(255),
  replicaServer: z.string().max(255),
  lastReplicationAt: IsoTime.nullable(),
  /** Waiting to be replicated. */
  pendingBytes: z.number().nonnegative().nullable(),
  testVm: Name.nullable(),
  extended: z.boolean(),
})
