import { z } from 'zod'
import { taskKinds } from '../../../orchestrations/contracts/tasks.ts'
import { UpdateCategory } from '../../../orchestrations/domain/updates.ts'

/** Log-normal around a median, cut at both ends. Seconds of plan time. */
const Spread = z.object({
  median: z.number().nonnegative(),
  sigma: z.number().nonnegative().default(0),
  min: z.number().nonnegative(),
  max: z.number().nonnegative(),
})
export type Spread = z.infer<typeof Spread>

const probability = z.number().min(0).max(1)
const chance = probability.default(0)

/** What takes time: the task kinds, and the look-up of a restore point on a backup server. */
export const timedKinds = [...taskKinds, 'inspectBackup'] as const
export const TimedKind = z.enum(timedKinds)
export type TimedKind = z.infer<typeof TimedKind>

const short = { median: 5, sigma: 0.4, min: 1, max: 60 }
const middling = { median: 30, sigma: 0.5, min: 5, max: 300 }

/** Kinds that a scenario need not mention: what they take where it doesn't. */
const lateKinds = {
  repair: { median: 900, sigma: 0.5, min: 240, max: 2 * 3600 },
  download: { median: 420, sigma: 0.6, min: 60, max: 2 * 3600 },
  probe: { median: 8, sigma: 0.4, min: 2, max: 30 },
  scan: { median: 60, sigma: 0.5, min: 15, max: 900 },
  drain: { median: 300, sigma: 0.5, min: 30, max: 3600 },
  undrain: short,
  holdJobs: { median: 30, sigma: 1, min: 5, max: 3600 },
  releaseJobs: short,
  startVm: { median: 90, sigma: 0.4, min: 20, max: 600 },
  stopVm: { median: 60, sigma: 0.5, min: 10, max: 330 },
  replicaState: short,
  prepareFailover: middling,
  failOver: middling,
  reverseReplication: middling,
  cancelFailover: middling,
  testFailover: middling,
  cleanUpTestFailover: middling,
} as const

const Durations = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('drawn'),
    seconds: z.preprocess(
      (given) => (typeof given === 'object' && given !== null ? { ...lateKinds, ...given } : given),
      z.record(TimedKind, Spread),
    ),
    /** Other spreads for the OS builds that contain this, e.g. `14393` for Server 2016. */
    byBuild: z.record(z.string(), z.partialRecord(TimedKind, Spread)).default({}),
  }),
  z.object({
    /** Every server's update takes the same time, shared out among the steps that it has. */
    kind: z.literal('shared'),
    totalSeconds: z.number().nonnegative(),
    weights: z.object({
      inspect: z.number().positive(),
      checkpoint: z.number().positive(),
      install: z.number().positive(),
      reboot: z.number().positive(),
      verify: z.number().positive(),
      removeCheckpoint: z.number().positive(),
    }),
  }),
])
export type Durations = z.infer<typeof Durations>

/** A way for an installation to fail, as Windows Update says it; what helps is for the agent to know. */
const InstallFailure = z.object({
  hresult: z.string().regex(/^0x[0-9A-F]{8}$/),
  message: z.string(),
  weight: z.number().positive(),
})
export type InstallFailure = z.infer<typeof InstallFailure>

const Update = z.object({
  id: z.string(),
  kb: z.string(),
  title: z.string(),
  /** OS builds that it is for; all when missing. */
  builds: z.array(z.string()).optional(),
  category: UpdateCategory.default('security'),
  sizeBytes: z
    .number()
    .nonnegative()
    .default(400 * 1024 ** 2),
})
export type Update = z.infer<typeof Update>
export type UpdateGiven = z.input<typeof Update>

/** What may be behind a server whose agent is silent, as weights: see task kind `probe`. */
const Silences = z
  .object({
    /** The system runs and answers; its agent doesn't. */
    agent: z.number().nonnegative().default(6),
    off: z.number().nonnegative().default(1),
    hung: z.number().nonnegative().default(2),
    /** Hyper-V sees it run, its network doesn't. */
    cutOff: z.number().nonnegative().default(1),
  })
  .prefault({})
export const silences = ['agent', 'off', 'hung', 'cutOff'] as const satisfies (keyof z.infer<
  typeof Silences
>)[]
export type Silence = (typeof silences)[number]

/** An update that is bad in itself: drawn once a seed, it fails on the same machines at every attempt. */
const BrokenUpdate = z.object({
  /** How likely a seed has one. */
  chance,
  /** On how many of the machines that are offered it. */
  fails: chance,
  hresult: z.string().regex(/^0x[0-9A-F]{8}$/),
})

/** Probabilities. The first six are drawn once a machine, the others once an attempt. */
const Chances = z.object({
  notEnrolled: chance,
  offlineBeforeStart: chance,
  backupTooOld: chance,
  backupMissing: chance,
  diskLow: chance,
  pendingReboot: chance,
  checkpointFails: chance,
  installFails: chance,
  installHalfFails: chance,
  falseSuccess: chance,
  serviceDown: chance,
  doubleReboot: chance,
  agentLost: chance,
  lateAfterReboot: chance,
  neverReturns: chance,
  uninstallFails: chance,
  // Once a machine.
  clockSkewed: chance,
  slowLine: chance,
  holdFile: chance,
  restoredByHand: chance,
  /** Its backup job begins at weekends too: inside the windows. */
  weekendJobs: chance,
  /** Somebody's session outlasts any wait. */
  sessionsStay: chance,
  // Once an attempt.
  checkpointUnusable: chance,
  rollbackFails: chance,
  repairFails: chance,
  /** What a plan probes on it doesn't answer after an installation. */
  probeFails: chance,
})

/** How the simulated machines behave. */
export const ScenarioDefinition = z.object({
  name: z.string().min(1).max(60),
  durations: Durations,
  chances: Chances.prefault({}),
  /** Other probabilities of single hosts, by name: what must go wrong, or must not, whatever the seed. */
  hosts: z.record(z.string(), z.partialRecord(Chances.keyof(), probability)).default({}),
  /** How long an agent that went away stays away, in seconds of plan time. */
  away: Spread.default({ median: 1200, sigma: 1, min: 60, max: 6 * 3600 }),
  installFailures: z.array(InstallFailure).default([]),
  silences: Silences,
  brokenUpdate: BrokenUpdate.optional(),
  updates: z.array(Update).min(1),
})
export type ScenarioDefinition = z.infer<typeof ScenarioDefinition>
