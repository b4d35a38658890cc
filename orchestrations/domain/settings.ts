import { z } from 'zod'

/** Settings of a campaign; defaults from the seeds and operations.md. Durations are plan time. */
export const CampaignSettings = z.object({
  /** Further attempts of a step after its first one. */
  maxRetries: z.int().min(0).max(10).default(2),
  /** Longest pause between two looks at an open command. */
  checkIntervalSeconds: z.int().min(10).max(3600).default(120),
  /** After this the agent is asked what became of a command; nothing is killed. */
  updateTimeoutSeconds: z
    .int()
    .min(60)
    .max(6 * 3600)
    .default(3600),
  /** How long a client's lock may be another campaign's before a human is asked; a lock never expires. */
  lockTimeoutSeconds: z.int().min(0).default(300),
  createSnapshots: z.boolean().default(true),
  autoRollback: z.boolean().default(true),
  requireBackup: z.boolean().default(true),
  backupMaxAgeHours: z.number().positive().default(36),
  minimumFreeBytes: z
    .number()
    .nonnegative()
    .default(10 * 1024 ** 3),
  /** Share of counted servers that must have succeeded before the next ring may start. */
  successRate: z.number().min(0).max(1).default(0.95),
  /** Fewest counted servers that prove a ring (or its size, when it is smaller). */
  minimumSample: z.int().min(1).default(5),
  /** The breaker trips at this share of the ring or this many failures, whichever is more. */
  breakerShare: z.number().min(0).max(1).default(0.05),
  breakerCount: z.int().min(1).default(3),
  /** Observation after each ring, in minutes, before the next may start. */
  soakMinutes: z.tuple([z.number(), z.number(), z.number(), z.number()]).default([0, 120, 0, 0]),
  /** Whether a ring that passed its gate starts the next one without an operator. */
  autoPromote: z.boolean().default(true),
  onFailure: z.enum(['stopClient', 'continue']).default('stopClient'),
  /** Kept free at a window's end for a rollback. */
  rollbackReserveMinutes: z.number().min(0).default(30),
  /** Expected and pessimistic duration of one server, until measured ones exist. */
  serverMinutes: z.object({ p50: z.number(), p95: z.number() }).default({ p50: 45, p95: 90 }),
  /** How long a server may stay unknown before a human is asked; a late report is welcome until then. */
  unknownTimeoutMinutes: z.number().positive().default(240),
  /** Wire seconds without a heartbeat after which a server counts as offline. */
  offlineAfterSeconds: z.number().positive().default(300),
  /** What becomes of servers that enter the inventory during the campaign and fit its selection. */
  lateJoiners: z.enum(['join', 'ignore']).default('join'),
  /** When a checkpoint goes: once its server is verified, or CheckpointKeep later. */
  releaseCheckpoints: z.enum(['afterVerify', 'afterKeep']).default('afterVerify'),
  /** CheckpointKeep: a checkpoint older than this is removed, or listed when that fails. */
  checkpointKeepHours: z.number().min(0).default(72),
  /** Whether a ring gets only what the rings before it installed with success. */
  requireProof: z.boolean().default(true),
  /** An update that failed at so many clients is blocked for everybody. */
  blockAfterClients: z.int().min(1).default(3),
  /** Whether what depends on a SQL server or a domain controller is probed again after it. */
  probeDependents: z.boolean().default(true),
  /** Somebody is woken when a server has been unknown for so long. */
  wakeUnknownMinutes: z.number().positive().default(15),
  /** How long people on a remote desktop host are told and waited for before it is updated. */
  drainMinutes: z.int().min(0).max(240).default(15),
  /** Whether sessions that remain then are ended; otherwise the server is not changed now. */
  logOffSessions: z.boolean().default(true),
  /** How long a backup job that runs is waited for, once each try: `maxRetries` further ones. */
  jobWaitMinutes: z.int().min(0).max(240).default(30),
  /** `false` only for rehearsals without topology: hosts, guests, pairs and roles are then not looked at. */
  topology: z.boolean().default(true),
})
export type CampaignSettings = z.infer<typeof CampaignSettings>

export const defaultSettings: CampaignSettings = CampaignSettings.parse({})
