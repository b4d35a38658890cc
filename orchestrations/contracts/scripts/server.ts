import { z } from 'zod'
import { IsoTime, ScriptError } from './document.ts'

/** Why a reboot is due. Source: windows-workflows, "Pending reboot"; a rename of files alone is often noise. */
export const rebootCauses = [
  'componentBasedServicing',
  'windowsUpdate',
  'updateAgent',
  'computerRename',
  'fileRename',
] as const
export const RebootCause = z.enum(rebootCauses)
export type RebootCause = z.infer<typeof RebootCause>

/** Where Windows Update gets its updates from, and what policies say about it. */
export const UpdateSource = z.object({
  kind: z.enum(['windowsUpdate', 'microsoftUpdate', 'wsus', 'unknown']),
  /** Only `wsus`. */
  server: z.string().max(500).optional(),
  /** Policy `NoAutoUpdate`/`AUOptions`: whether Windows installs and reboots by itself. */
  automatic: z.enum(['off', 'notify', 'download', 'install', 'unknown']),
  deliveryOptimization: z
    .object({
      mode: z.string().max(60),
      /** Of background downloads; absent = no limit set. */
      maxKilobitsPerSecond: z.int().nonnegative().optional(),
      maxPercent: z.int().min(0).max(100).optional(),
    })
    .optional(),
})
export type UpdateSource = z.infer<typeof UpdateSource>

/** An update as the Windows Update Agent offers it. */
export const ScriptUpdate = z.object({
  id: z.string().min(1).max(80),
  /** Without `KB`; an update can have several or none. */
  kbArticles: z.array(z.string().max(20)).max(20),
  title: z.string().max(500),
  categoryIds: z.array(z.string().max(80)).max(50),
  type: z.enum(['software', 'driver']),
  maxDownloadBytes: z.number().nonnegative(),
  isDownloaded: z.boolean(),
  browseOnly: z.boolean(),
  canRequestUserInput: z.boolean(),
  /** By which WSUS has it installed, with a reboot, whatever ATLAS plans; null = none. */
  deadline: IsoTime.nullable(),
})
export type ScriptUpdate = z.infer<typeof ScriptUpdate>

export const ScanResult = z.object({
  source: UpdateSource,
  searchedAt: IsoTime,
  updates: z.array(ScriptUpdate).max(500),
})

/** `inspect.ps1`, about the own server. What can't be read on this version is null, never invented. */
export const InspectServerResult = z.object({
  what: z.literal('server'),
  os: z.object({
    name: z.string().max(200),
    /** With the revision: `10.0.20348.2849`. */
    build: z.string().max(40),
    language: z.string().max(20),
    installation: z.string().max(40),
  }),
  now: IsoTime,
  bootedAt: IsoTime,
  pendingReboot: z.array(z.object({ cause: RebootCause, detail: z.string().max(500).optional() })).max(10),
  systemDrive: z.object({ freeBytes: z.number().nonnegative(), sizeBytes: z.number().nonnegative() }),
  /** Names of installed features, as Get-WindowsFeature has them. */
  roles: z.array(z.string().max(100)).max(300).nullable(),
  virtualMachine: z.boolean(),
  hyperV: z
    .object({
      guests: z.array(z.object({ name: z.string().max(200), state: z.string().max(40) })).max(1000),
      replicas: z
        .array(
          z.object({
            vm: z.string().max(200),
            mode: z.string().max(40),
            state: z.string().max(60),
            health: z.string().max(40),
          }),
        )
        .max(1000),
    })
    .nullable(),
  veeam: z.object({ version: z.string().max(60) }).nullable(),
  /** Newest version that Windows Server Backup knows; null = none or not installed. */
  newestRestorePointAt: IsoTime.nullable(),
  source: UpdateSource,
  /** What else could patch or reboot this server by itself. */
  otherPatchers: z
    .array(z.object({ name: z.string().max(200), how: z.enum(['service', 'task', 'policy']) }))
    .max(50),
  sessions: z.object({ active: z.int().nonnegative(), disconnected: z.int().nonnegative() }).nullable(),
  bitLocker: z
    .array(
      z.object({ mountPoint: z.string().max(10), protection: z.enum(['on', 'off', 'suspended', 'unknown']) }),
    )
    .max(30)
    .nullable(),
  /** Text of the local HOLD file; null = none. */
  hold: z.string().max(500).nullable(),
  /** The clock against its time source, positive when it is ahead; null when nobody can tell. */
  clockSkewSeconds: z.number().nullable(),
  /** The search of offered updates: what `scan.ps1` answers, or why it could not. */
  offered: z.union([ScanResult, z.object({ failed: ScriptError })]),
})

/** `inspect.ps1`, about another server's backups: asked on the backup server. */
export const InspectBackupResult = z.object({
  what: z.literal('backup'),
  target: z.string().max(255),
  source: z.enum(['veeam', 'windowsServerBackup', 'none']),
  newestRestorePointAt: IsoTime.nullable(),
  /** Jobs that have the target in them; null where the source has no jobs that can be held. */
  jobs: z
    .array(
      z.object({
        id: z.string().max(80),
        name: z.string().max(200),
        enabled: z.boolean(),
        running: z.boolean(),
        /** When it begins next; null = nothing is scheduled. Absent: Veeam doesn't say, or not in a known form. */
        nextRunAt: IsoTime.nullable().optional(),
        /** Disabled by ATLAS, for whichever server, and not enabled again yet. */
        held: z.boolean(),
      }),
    )
    .max(200)
    .nullable(),
})

export const InspectResult = z.discriminatedUnion('what', [InspectServerResult, InspectBackupResult])

/** `reboot.ps1` answers before the machine goes down; that it has booted is seen by the agent's next life. */
export const RebootResult = z.object({
  bootedBefore: IsoTime,
  bitLockerSuspended: z.array(z.string().max(10)),
})

export const VerifyResult = z.object({
  build: z.string().max(40),
  bootedAt: IsoTime,
  pendingReboot: z.array(z.object({ cause: RebootCause, detail: z.string().max(500).optional() })).max(10),
  /** Ids of those asked for that are offered still. */
  stillOffered: z.array(z.string().max(80)).max(200),
  /** Services that ran before, or start by themselves, and don't run. */
  servicesDown: z.array(z.object({ name: z.string().max(256), display: z.string().max(256) })).max(100),
  /** Critical and error events of System since the boot, most frequent first. */
  events: z
    .array(
      z.object({
        provider: z.string().max(256),
        id: z.int(),
        count: z.int().positive(),
        newest: z.string().max(500),
      }),
    )
    .max(20),
  probes: z
    .array(z.object({ name: z.string().max(200), ok: z.boolean(), detail: z.string().max(300) }))
    .max(50),
  /** Whether services have been the same for the stability wait. */
  stable: z.boolean(),
})

export const ProbeResult = z.object({
  ping: z.boolean(),
  ports: z.array(z.object({ port: z.int(), open: z.boolean() })).max(10),
  /** Only where Hyper-V was asked: the guest's state and heartbeat by their names; null = no such guest here. */
  guest: z.object({ state: z.string().max(40), heartbeat: z.string().max(60) }).nullable(),
})

/** Sessions on an RDS host: `remaining` after the notice and the wait. */
export const DrainResult = z.object({
  connectionBroker: z.string().max(255).nullable(),
  newConnections: z.enum(['allowed', 'refused']),
  remaining: z.int().nonnegative(),
})
