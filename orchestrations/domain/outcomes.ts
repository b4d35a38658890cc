import { z } from 'zod'
import { Failure, Remedy } from './failures.ts'
import { Reason } from './reasons.ts'

/** How a server's place in a campaign can end. Names and meaning: operations.md, "The night". */
export const outcomeKinds = [
  'succeeded',
  'failed',
  'rolledBack',
  'skipped',
  'needsOperator',
  'notEnrolled',
  'offlineBeforeStart',
  'carriedOver',
  'excluded',
] as const
export const OutcomeKind = z.enum(outcomeKinds)
export type OutcomeKind = z.infer<typeof OutcomeKind>

/** Outcomes outside success rate, breaker and gate: the server was never started. */
export const uncountedOutcomes: ReadonlySet<OutcomeKind> = new Set([
  'notEnrolled',
  'offlineBeforeStart',
  'carriedOver',
  'excluded',
])

/** The steps of a server's update, in order; the names that operators see in status and history. */
export const updateSteps = [
  'inspect',
  'backupGate',
  'holdJobs',
  'checkpoint',
  'drain',
  'install',
  'reboot',
  'verify',
  'release',
  'undrain',
  'releaseJobs',
  'uninstall',
  'restore',
  'prepare',
  'probe',
  'dependents',
  'repair',
] as const
export const UpdateStep = z.enum(updateSteps)
export type UpdateStep = z.infer<typeof UpdateStep>

/** One update as it ended on one server. */
export const updateResults = ['succeeded', 'succeededWithErrors', 'failed', 'aborted', 'notStarted'] as const
export const UpdateResult = z.object({
  id: z.string(),
  kb: z.string(),
  title: z.string(),
  result: z.enum(updateResults),
  hresult: z.string().optional(),
  /** What its HRESULT is called, or why it was not begun. */
  code: z.string().max(80).optional(),
  /** What helps, where it didn't succeed: the agent's judgement. Absent: nobody has judged it, so it is given up. */
  remedy: Remedy.optional(),
})
export type UpdateResult = z.infer<typeof UpdateResult>

/** A server's place in a campaign. Times are plan time, epoch milliseconds. */
export const RunState = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('pending'),
    /** Why it waits although it had ended, or came late; and since when. */
    reason: Reason.optional(),
    since: z.number().optional(),
  }),
  z.object({ kind: z.literal('running'), step: UpdateStep, startedAt: z.number(), stepAt: z.number() }),
  z.object({
    kind: z.literal('unknown'),
    step: UpdateStep,
    startedAt: z.number(),
    since: z.number(),
    reason: Reason,
  }),
  z.object({
    kind: z.literal('ended'),
    outcome: OutcomeKind,
    startedAt: z.number().optional(),
    endedAt: z.number(),
    reason: Reason.optional(),
    failure: Failure.optional(),
    /** Only carriedOver: the next occurrence's start, when it is known. */
    nextAt: z.number().optional(),
  }),
])
export type RunState = z.infer<typeof RunState>

/** Started and not ended: it holds its client's place, and nobody may take it for done. */
export function isUnderWay(
  state: RunState | undefined,
): state is Extract<RunState, { kind: 'running' | 'unknown' }> {
  return state?.kind === 'running' || state?.kind === 'unknown'
}
