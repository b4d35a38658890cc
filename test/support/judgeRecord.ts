import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Inventory } from '../../orchestrations/domain/fleet.ts'

/**
 * A line of `<data>/fleet/effects.ndjson`. `at`: plan time; `wire`: when it was written, epoch ms. `seen` is a look
 * at the machine, before its turn (`inspect`) or after it (`verify`), with what was really there.
 */
export const Effect = z.object({
  at: z.iso.datetime().transform((iso) => Date.parse(iso)),
  server: z.string(),
  client: z.string(),
  kind: z.string(),
  commandId: z.string(),
  phase: z.enum(['begun', 'ended', 'seen']),
  wire: z.number(),
  /** `ended`: it did what was asked. */
  ok: z.boolean().optional(),
  code: z.string().optional(),
  reboots: z.int().optional(),
  /** `ended`: when the machine can be spoken to again, plan time; null: never. */
  backAt: z.number().nullable().optional(),
  /** An installation that begins: the newest restore point that there is, plan time; null: none. */
  backupAt: z.number().nullable().optional(),
  /** `verify`: how many updates were asked about, and how many of those or of reboots are left to do. */
  healthy: z.boolean().optional(),
  asked: z.int().optional(),
  left: z.int().optional(),
})
export type Effect = z.infer<typeof Effect>

/** A line of `<data>/operator.ndjson`: one call, before it (`asked`) and after it (`answered`). */
export const OperatorLine = z.object({
  phase: z.enum(['asked', 'answered']),
  action: z.string(),
  clientId: z.string().optional(),
  serverId: z.string().optional(),
  ring: z.int().optional(),
  /** Plan time until which it counts, epoch ms. */
  until: z.number().optional(),
  plan: z.number(),
  wire: z.number(),
  /** `answered`: whether it was done. */
  ok: z.boolean().optional(),
  settings: z.unknown().optional(),
})
export type OperatorLine = z.infer<typeof OperatorLine>

export type Rule =
  | 'unknownServer'
  | 'effectTwice'
  | 'endedTwice'
  | 'endedUnbegun'
  | 'tooManyAtOnce'
  | 'bothPartners'
  | 'allDomainControllers'
  | 'hostWithGuest'
  | 'outsideWindow'
  | 'startedTooLate'
  | 'ringTooEarly'
  | 'ringUnproven'
  | 'startedTripped'
  | 'noCheckpoint'
  | 'noBackup'
  | 'afterStop'
  | 'afterClientStop'
  | 'startedPaused'
  | 'startedHeld'
  | 'startedExcluded'
  | 'tooManyReboots'
  | 'jobsLeftHeld'
  | 'leftDrained'

export interface Violation {
  readonly rule: Rule
  readonly evidence: string
}

/** What the judge needs of a plan's settings; the defaults are operations.md's. */
export const JudgedSettings = z.object({
  rollbackReserveMinutes: z.number().default(30),
  serverMinutes: z.object({ p95: z.number() }).default({ p95: 90 }),
  backupMaxAgeHours: z.number().default(36),
  requireBackup: z.boolean().default(true),
  successRate: z.number().default(0.95),
  minimumSample: z.number().default(5),
  soakMinutes: z.array(z.number()).default([0, 120, 0, 0]),
  breakerShare: z.number().default(0.05),
  breakerCount: z.number().default(3),
  unknownTimeoutMinutes: z.number().default(240),
  maxRetries: z.number().default(2),
  checkpointKeepHours: z.number().default(72),
})
export type JudgedSettings = z.infer<typeof JudgedSettings>

/** What the rules need to know besides the record. */
export interface Terms {
  readonly inventory: Inventory
  /** Whether hosts, guests, pairs and domain controllers count: not in `even` and `instant`. */
  readonly topology: boolean
  /** What the operator did: wire times, epoch ms. No effect begins later than `boundMs` after a stop. */
  readonly stops?: readonly { readonly at: number; readonly boundMs: number; readonly releasedAt?: number }[]
  /** The operator's own record; with the settings of the plan that was started. */
  readonly operator?: readonly OperatorLine[]
  /** Everything has ended: nobody is at work any more. */
  readonly over?: boolean
  /** Plan time runs so many times faster than wire time. */
  readonly speed?: number
  /** Wire milliseconds in which what happened on a machine is known and acted upon. */
  readonly delayMs?: number
}

const linesOf = (file: string): unknown[] => {
  const text = readFileSync(file, 'utf8')
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line))
}

/** Reads the record of a data folder; a torn last line, as a kill leaves it, is left out. */
export function readRecord(data: string): Effect[] {
  return linesOf(join(data, 'fleet', 'effects.ndjson')).map((line) => Effect.parse(line))
}

/** The changes of the record alone. */
export function readEffects(data: string): Effect[] {
  return readRecord(data).filter(({ phase }) => phase !== 'seen')
}

/** Empty for a folder in which nobody did anything. */
export function readOperator(data: string): OperatorLine[] {
  try {
    return linesOf(join(data, 'operator.ndjson')).map((line) => OperatorLine.parse(line))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

/** The settings with which the campaign was planned, as the operator's record has them. */
export function settingsOf({ operator = [] }: Pick<Terms, 'operator'>): JudgedSettings {
  const planned = operator.find(({ settings }) => settings !== undefined)
  return JudgedSettings.parse(planned?.settings ?? {})
}

/** An effect's line for people. */
export const tell = ({ at, client, server, kind, phase, commandId }: Effect): string =>
  `${new Date(at).toISOString()} ${client} ${server} ${kind} ${phase} (${commandId})`
