import { z } from 'zod'
import { Failure } from '../domain/failures.ts'
import { CommandId } from '../domain/ids.ts'
import { TaskKind } from './tasks.ts'

/** Largest body of a report, in bytes. */
export const maxReportBytes = 256 * 1024

/** Why an agent did not begin a command: nothing happened, a new attempt is allowed. */
export const RefusalReason = z.enum([
  'wrongAudience',
  'staleEpoch',
  'staleFence',
  'expired',
  'pastLatestStart',
  'kindNotAllowed',
  'tombstoned',
  'busy',
  'journalUnwritable',
])
export type RefusalReason = z.infer<typeof RefusalReason>

const about = { commandId: CommandId, kind: TaskKind, /** wire time, epoch ms */ at: z.int() }

/** What an agent says of a command. `succeeded`, `failed`, `interrupted`, `refused`, `tombstone` end it. */
export const Report = z.discriminatedUnion('type', [
  z.object({ type: z.literal('accepted'), ...about, progress: z.string().max(500).optional() }),
  z.object({ type: z.literal('succeeded'), ...about, acceptedAt: z.int(), result: z.unknown() }),
  z.object({ type: z.literal('failed'), ...about, acceptedAt: z.int(), failure: Failure }),
  /** The agent died during the effect and the machine doesn't tell whether it happened. */
  z.object({ type: z.literal('interrupted'), ...about, acceptedAt: z.int(), message: z.string().max(2000) }),
  z.object({ type: z.literal('refused'), ...about, reason: RefusalReason, message: z.string().max(2000) }),
  /** Answer to an inquiry for an id never seen: it will never be carried out. */
  z.object({ type: z.literal('tombstone'), commandId: CommandId, at: z.int() }),
])
export type Report = z.infer<typeof Report>

/** An agent's journal: made with a random id, and how many commands it has ever taken on. Tells clones and set-backs. */
export const JournalMark = z.object({ id: z.string().min(8).max(64), sequence: z.int().nonnegative() })
export type JournalMark = z.infer<typeof JournalMark>

export const ReportBody = z.object({
  reports: z.array(Report).min(1).max(100),
  journal: JournalMark.optional(),
  /** The agent's own wire clock, epoch ms: a heartbeat that was said before and heard after isn't held against it. */
  now: z.int().optional(),
})
export type ReportBody = z.infer<typeof ReportBody>

/** `recorded`: now stored. `known`: was stored before. `late`: the command had ended otherwise; kept beside. */
export const ReportAnswer = z.object({
  results: z.array(
    z.object({
      commandId: CommandId,
      verdict: z.enum(['recorded', 'known', 'late', 'unknownCommand', 'invalid']),
      message: z.string().optional(),
    }),
  ),
  epoch: z.int(),
})
export type ReportAnswer = z.infer<typeof ReportAnswer>
