import { z } from 'zod'
import { UpdateResult } from '../domain/outcomes.ts'
import { UpdateCategory } from '../domain/updates.ts'

/** Version of the closed list of task kinds; an agent that knows another list refuses. */
export const tasksVersion = 2

const HostName = z.string().min(1).max(255)
const UpdateIds = z.array(z.string().min(1).max(80)).max(200)
const CheckpointName = z.string().regex(/^atlas-[A-Za-z0-9._-]{1,200}$/)

/** What Windows Update offers a server now. `kb` reads `KB5068787`; empty where an update has none. */
export const OfferedUpdate = z.object({
  id: z.string().min(1).max(80),
  kb: z.string().max(40),
  title: z.string().max(500),
  category: UpdateCategory.optional(),
  sizeBytes: z.number().nonnegative().optional(),
  /** Whether its files lie on the server's disk already. */
  downloaded: z.boolean(),
})
export type OfferedUpdate = z.infer<typeof OfferedUpdate>

/** Parameters of each kind. No field carries code. */
export const taskParams = {
  /** Reads: state of this server, or (on a backup server) the newest restore point of another one. */
  inspect: z.discriminatedUnion('what', [
    z.object({ what: z.literal('server') }),
    z.object({ what: z.literal('backup'), target: HostName }),
  ]),
  /** On the Hyper-V host: a ProductionOnly checkpoint of a guest. */
  checkpoint: z.object({ vm: HostName, name: CheckpointName }),
  removeCheckpoint: z.object({ vm: HostName, name: CheckpointName }),
  restoreCheckpoint: z.object({ vm: HostName, name: CheckpointName }),
  /** Only the update ids that the plan approved; what is not offered any more is left out. */
  install: z.object({ updates: UpdateIds }),
  uninstall: z.object({ updates: UpdateIds }),
  reboot: z.object({ reason: z.string().max(200) }),
  /** Reads: healthy again, updates no longer offered, nothing pending. */
  verify: z.object({ updates: UpdateIds }),
  /** Fetches files of updates, so that the night doesn't wait for them. Changes nothing else; can be repeated. */
  download: z.object({ updates: UpdateIds, maxKilobitsPerSecond: z.int().positive().optional() }),
  /** Reads, on a host or a neighbour: how a silent server looks from there. `vm`: ask Hyper-V about it too. */
  probe: z.object({
    target: HostName,
    vm: z.boolean(),
    ports: z.array(z.int().min(1).max(65_535)).max(10).optional(),
  }),
} as const

export type TaskKind = keyof typeof taskParams
export const taskKinds = Object.keys(taskParams) as readonly TaskKind[]
export const TaskKind = z.enum(Object.keys(taskParams) as [TaskKind, ...TaskKind[]])

/** Kinds that change a machine. `inspect`, `verify` and `probe` only read; a download has nothing to undo. */
export const effectKinds: ReadonlySet<TaskKind> = new Set<TaskKind>([
  'checkpoint',
  'removeCheckpoint',
  'restoreCheckpoint',
  'install',
  'uninstall',
  'reboot',
])

/** A task as the saga asks for it. */
export const Task = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('inspect'), params: taskParams.inspect }),
  z.object({ kind: z.literal('checkpoint'), params: taskParams.checkpoint }),
  z.object({ kind: z.literal('removeCheckpoint'), params: taskParams.removeCheckpoint }),
  z.object({ kind: z.literal('restoreCheckpoint'), params: taskParams.restoreCheckpoint }),
  z.object({ kind: z.literal('install'), params: taskParams.install }),
  z.object({ kind: z.literal('uninstall'), params: taskParams.uninstall }),
  z.object({ kind: z.literal('reboot'), params: taskParams.reboot }),
  z.object({ kind: z.literal('verify'), params: taskParams.verify }),
  z.object({ kind: z.literal('download'), params: taskParams.download }),
  z.object({ kind: z.literal('probe'), params: taskParams.probe }),
])
export type Task = z.infer<typeof Task>

/** What each kind answers when it worked. Times are epoch milliseconds. */
export const taskResults = {
  inspect: z.discriminatedUnion('what', [
    z.object({
      what: z.literal('server'),
      os: z.object({ name: z.string(), build: z.string() }),
      bootedAt: z.number(),
      pendingReboot: z.array(z.string()),
      freeBytes: z.number(),
      /** Newest restore point known to the server's own backup (Windows Server Backup); null = none. */
      newestRestorePointAt: z.number().nullable(),
      /** A local HOLD file's text: the host asks to be left alone. */
      hold: z.string().optional(),
      /** Whether or not a plan approves them. */
      offered: z.array(OfferedUpdate).max(200),
      /** The machine's clock against its time source; positive when it is ahead. Absent when nobody can tell. */
      clockSkewSeconds: z.number().optional(),
    }),
    z.object({
      what: z.literal('backup'),
      target: HostName,
      newestRestorePointAt: z.number().nullable(),
      source: z.enum(['veeam', 'windowsServerBackup', 'none']),
    }),
  ]),
  checkpoint: z.object({ name: CheckpointName, checkpointId: z.string(), createdAt: z.number() }),
  removeCheckpoint: z.object({ name: CheckpointName, merged: z.boolean() }),
  restoreCheckpoint: z.object({ name: CheckpointName, restoredAt: z.number() }),
  install: z.object({ updates: z.array(UpdateResult), rebootRequired: z.boolean() }),
  uninstall: z.object({ removed: UpdateIds, notRemovable: UpdateIds, rebootRequired: z.boolean() }),
  reboot: z.object({ bootedBefore: z.number(), bootedAt: z.number(), reboots: z.int() }),
  verify: z.object({
    healthy: z.boolean(),
    problems: z.array(z.string().max(500)).max(50),
    build: z.string(),
    stillOffered: UpdateIds,
    pendingReboot: z.array(z.string()),
  }),
  /** `bytes`: fetched by this command; what lay there before counts as downloaded and costs none. */
  download: z.object({ downloaded: UpdateIds, missing: UpdateIds, bytes: z.number().nonnegative() }),
  /** `heartbeat`: Hyper-V's integration service. `answers`: ping or any of the ports. */
  probe: z.object({
    power: z.enum(['on', 'off', 'unknown']),
    heartbeat: z.enum(['ok', 'lost', 'unknown']),
    answers: z.boolean(),
  }),
} as const

export type TaskResult<K extends TaskKind = TaskKind> = { [P in K]: z.infer<(typeof taskResults)[P]> }[K]

/** Parses a result with its kind's schema; throws a ZodError when it isn't one. */
export function parseTaskResult<K extends TaskKind>(kind: K, result: unknown): TaskResult<K> {
  return taskResults[kind].parse(result) as TaskResult<K>
}
