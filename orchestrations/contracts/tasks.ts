import { z } from 'zod'
import { UpdateResult } from '../domain/outcomes.ts'
import { HealthProbe } from '../domain/probes.ts'
import { UpdateCategory } from '../domain/updates.ts'
import { UpdateSource } from './scripts/server.ts'

/** Version of the closed list of task kinds; an agent that knows another list refuses. */
export const tasksVersion = 4

const HostName = z.string().min(1).max(255)
const UpdateId = z.string().min(1).max(80)
const UpdateIds = z.array(UpdateId).max(200)
const GuestName = z.string().min(1).max(250)
const JobId = z.string().min(1).max(80)
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
  /** Reads: what Windows Update offers now, and where it asks. */
  scan: z.object({}),
  /** On the Hyper-V host: a ProductionOnly checkpoint of a guest. */
  checkpoint: z.object({ vm: HostName, name: CheckpointName }),
  removeCheckpoint: z.object({ vm: HostName, name: CheckpointName }),
  restoreCheckpoint: z.object({ vm: HostName, name: CheckpointName }),
  /** Only the update ids that the plan approved; what is not offered any more is left out. */
  install: z.object({ updates: UpdateIds }),
  uninstall: z.object({ updates: UpdateIds }),
  /** The store that updates are installed from, damaged: from the source that policy names. */
  repair: z.object({}),
  reboot: z.object({ reason: z.string().max(200) }),
  /** Reads: healthy again, updates no longer offered, nothing pending. */
  verify: z.object({ updates: UpdateIds, probes: z.array(HealthProbe).max(20).optional() }),
  /** Fetches files of updates, so that the night doesn't wait for them. Changes nothing else; can be repeated. */
  download: z.object({ updates: UpdateIds, maxKilobitsPerSecond: z.int().positive().optional() }),
  /** Reads, on a host or a neighbour: how a silent server looks from there. `vm`: ask Hyper-V about it too. */
  probe: z.object({
    target: HostName,
    vm: z.boolean(),
    ports: z.array(z.int().min(1).max(65_535)).max(10).optional(),
  }),
  /** A remote desktop host takes no new sessions; who works there is told and waited for. */
  drain: z.object({
    notice: z.string().min(1).max(500),
    waitMinutes: z.int().min(0).max(240),
    forceLogoff: z.boolean(),
  }),
  undrain: z.object({}),
  /** On the backup server: no job of the target's begins; sessions that run are waited for, never killed. */
  holdJobs: z.object({ target: HostName, waitMinutes: z.int().min(0).max(240) }),
  releaseJobs: z.object({ target: HostName, jobs: z.array(JobId).max(200) }),
  /** The rest: on a Hyper-V host, about one guest. Sequences: windows-workflows.md, sections 1 to 3. */
  startVm: z.object({ vm: GuestName }),
  stopVm: z.object({ vm: GuestName }),
  replicaState: z.object({ vm: GuestName }),
  prepareFailover: z.object({ vm: GuestName }),
  failOver: z.object({ vm: GuestName, planned: z.boolean() }),
  /** `thumbprint`: of this host's own certificate; the original relationship's is the other host's. */
  reverseReplication: z.object({
    vm: GuestName,
    replicaServer: HostName,
    thumbprint: z.string().regex(/^[0-9A-Fa-f]{40}$/),
  }),
  cancelFailover: z.object({ vm: GuestName }),
  testFailover: z.object({ vm: GuestName, switchName: z.string().min(1).max(250) }),
  cleanUpTestFailover: z.object({ vm: GuestName }),
} as const

export type TaskKind = keyof typeof taskParams
export const taskKinds = Object.keys(taskParams) as readonly TaskKind[]
export const TaskKind = z.enum(Object.keys(taskParams) as [TaskKind, ...TaskKind[]])

/** Kinds that change a machine. `inspect`, `scan`, `verify`, `replicaState` and `probe` only read; a download has nothing to undo. */
export const effectKinds: ReadonlySet<TaskKind> = new Set<TaskKind>([
  'checkpoint',
  'removeCheckpoint',
  'restoreCheckpoint',
  'install',
  'uninstall',
  'repair',
  'reboot',
  'drain',
  'undrain',
  'holdJobs',
  'releaseJobs',
  'startVm',
  'stopVm',
  'prepareFailover',
  'failOver',
  'reverseReplication',
  'cancelFailover',
  'testFailover',
  'cleanUpTestFailover',
])

/** A task as the saga asks for it. */
export const Task = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('inspect'), params: taskParams.inspect }),
  z.object({ kind: z.literal('checkpoint'), params: taskParams.checkpoint }),
  z.object({ kind: z.literal('removeCheckpoint'), params: taskParams.removeCheckpoint }),
  z.object({ kind: z.literal('restoreCheckpoint'), params: taskParams.restoreCheckpoint }),
  z.object({ kind: z.literal('install'), params: taskParams.install }),
  z.object({ kind: z.literal('uninstall'), params: taskParams.uninstall }),
  z.object({ kind: z.literal('repair'), params: taskParams.repair }),
  z.object({ kind: z.literal('reboot'), params: taskParams.reboot }),
  z.object({ kind: z.literal('verify'), params: taskParams.verify }),
  z.object({ kind: z.literal('download'), params: taskParams.download }),
  z.object({ kind: z.literal('probe'), params: taskParams.probe }),
  z.object({ kind: z.literal('scan'), params: taskParams.scan }),
  z.object({ kind: z.literal('drain'), params: taskParams.drain }),
  z.object({ kind: z.literal('undrain'), params: taskParams.undrain }),
  z.object({ kind: z.literal('holdJobs'), params: taskParams.holdJobs }),
  z.object({ kind: z.literal('releaseJobs'), params: taskParams.releaseJobs }),
  z.object({ kind: z.literal('startVm'), params: taskParams.startVm }),
  z.object({ kind: z.literal('stopVm'), params: taskParams.stopVm }),
  z.object({ kind: z.literal('replicaState'), params: taskParams.replicaState }),
  z.object({ kind: z.literal('prepareFailover'), params: taskParams.prepareFailover }),
  z.object({ kind: z.literal('failOver'), params: taskParams.failOver }),
  z.object({ kind: z.literal('reverseReplication'), params: taskParams.reverseReplication }),
  z.object({ kind: z.literal('cancelFailover'), params: taskParams.cancelFailover }),
  z.object({ kind: z.literal('testFailover'), params: taskParams.testFailover }),
  z.object({ kind: z.literal('cleanUpTestFailover'), params: taskParams.cleanUpTestFailover }),
])
export type Task = z.infer<typeof Task>

const BackupJob = z.object({ id: JobId, name: z.string().max(200) })

const Power = z.object({
  /** Hyper-V's own words: `Running`, `Off`, `Saved`, … */
  state: z.string().max(40),
  heartbeat: z.enum(['ok', 'lost', 'unknown']),
})

/** A guest's replication by the Hyper-V module's names. Source: windows-workflows.md, section 3. */
const Replica = z.object({
  mode: z.string().max(40),
  state: z.string().max(60),
  health: z.string().max(40),
  power: z.string().max(40),
  primaryServer: z.string().max(255),
  replicaServer: z.string().max(255),
  lastReplicationAt: z.number().nullable(),
  testVm: z.string().max(250).nullable(),
})

/** One guest's replication as its host lists it. Source: windows-workflows.md, section 3. */
export const ListedReplica = z.object({
  vm: z.string().max(200),
  mode: z.string().max(40),
  state: z.string().max(60),
  health: z.string().max(40),
})

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
      source: UpdateSource.optional(),
      /** What else could patch or reboot it by itself. */
      otherPatchers: z.array(z.string().max(200)).max(50).optional(),
      roles: z.array(z.string().max(100)).max(300).optional(),
      /** People logged on now; absent when nobody can tell. */
      sessions: z.object({ active: z.int().nonnegative(), disconnected: z.int().nonnegative() }).optional(),
      /** Drives whose protection would ask for a key at the next boot unless it is suspended. */
      bitLocker: z.array(z.string().max(10)).max(30).optional(),
      /** Only of a Hyper-V host. */
      replicas: z.array(ListedReplica).max(200).optional(),
      /** Version of Veeam Backup & Replication, where its console is installed. */
      veeam: z.string().max(60).optional(),
    }),
    z.object({
      what: z.literal('backup'),
      target: HostName,
      newestRestorePointAt: z.number().nullable(),
      source: z.enum(['veeam', 'windowsServerBackup', 'none']),
      /** Jobs that have the target in them; absent where nothing can be held. */
      jobs: z
        .array(
          z.object({
            ...BackupJob.shape,
            enabled: z.boolean(),
            running: z.boolean(),
            /** When it begins next; null = nothing is scheduled, absent = nobody can tell. */
            nextRunAt: z.number().nullable().optional(),
            /** ATLAS has disabled it, for this or another server, and will enable it again. */
            held: z.boolean().optional(),
          }),
        )
        .max(200)
        .optional(),
    }),
  ]),
  checkpoint: z.object({ name: CheckpointName, checkpointId: z.string(), createdAt: z.number() }),
  removeCheckpoint: z.object({ name: CheckpointName, merged: z.boolean() }),
  restoreCheckpoint: z.object({ name: CheckpointName, restoredAt: z.number() }),
  install: z.object({ updates: z.array(UpdateResult), rebootRequired: z.boolean() }),
  /** `why`: in the machine's words. */
  uninstall: z.object({
    removed: UpdateIds,
    notRemovable: z.array(z.object({ id: UpdateId, why: z.string().max(300) })).max(200),
    rebootRequired: z.boolean(),
  }),
  repair: z.object({ rebootRequired: z.boolean() }),
  reboot: z.object({ bootedBefore: z.number(), bootedAt: z.number(), reboots: z.int() }),
  verify: z.object({
    healthy: z.boolean(),
    problems: z.array(z.string().max(500)).max(50),
    /** Where probes were asked: of its problems, those of probes that were not answered. */
    unanswered: z.array(z.string().max(500)).max(20).optional(),
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
  scan: z.object({ source: UpdateSource, searchedAt: z.number(), offered: z.array(OfferedUpdate).max(200) }),
  /** `remaining`: sessions that are still there. */
  drain: z.object({ newConnections: z.literal('refused'), remaining: z.int().nonnegative() }),
  undrain: z.object({ newConnections: z.literal('allowed') }),
  /** `held`: enabled before and disabled now. `running`: their sessions outlasted the wait. */
  holdJobs: z.object({ held: z.array(BackupJob).max(200), running: z.array(BackupJob).max(200) }),
  releaseJobs: z.object({ released: z.array(BackupJob).max(200), missing: z.array(JobId).max(200) }),
  startVm: Power,
  stopVm: Power,
  replicaState: Replica,
  prepareFailover: Replica,
  failOver: Replica,
  reverseReplication: Replica,
  cancelFailover: Replica,
  testFailover: Replica,
  cleanUpTestFailover: Replica,
} as const

export type TaskResult<K extends TaskKind = TaskKind> = { [P in K]: z.infer<(typeof taskResults)[P]> }[K]

/** Parses a result with its kind's schema; throws a ZodError when it isn't one. */
export function parseTaskResult<K extends TaskKind>(kind: K, result: unknown): TaskResult<K> {
  return taskResults[kind].parse(result) as TaskResult<K>
}
