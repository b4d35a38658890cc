import { z } from 'zod'
import { CampaignId, ServerId } from '../../domain/ids.ts'
import { Reason } from '../../domain/reasons.ts'
import { BuildWaiverRow } from '../scripts/evidence.ts'
import { TaskKind } from '../tasks.ts'

/** One lab run, in short. Times are wire time, epoch ms. */
export const EvidenceLine = z.object({
  id: z.guid(),
  host: z.string(),
  /** Windows' build with its revision: `10.0.20348.2849`. */
  build: z.string(),
  os: z.string(),
  endedAt: z.number(),
  /** Whether it ran as agents do; what ran as somebody proves nothing. */
  asSystem: z.boolean(),
  confirmed: z.int(),
  notExercised: z.int(),
  /** Ids of the contracts that it found broken. */
  broken: z.array(z.string()),
  /** What has to be cleaned up by hand on that host. */
  left: z.array(z.string()),
  addedBy: z.string(),
  addedAt: z.number(),
})
export type EvidenceLine = z.infer<typeof EvidenceLine>

/** `GET /api/evidence`. `required`: whether START asks for it (ATLAS_EVIDENCE). */
export const EvidenceList = z.object({ required: z.boolean(), evidence: z.array(EvidenceLine) })
export type EvidenceList = z.infer<typeof EvidenceList>

/** Somebody answers for kinds of task on a release of Windows (`10.0.20348`) that no lab has proven. */
export const BuildWaiver = BuildWaiverRow
export type BuildWaiver = z.infer<typeof BuildWaiver>

/** `POST /api/build-waivers`; `until`: plan time, epoch ms, in the future, at most 31 days ahead. */
export const BuildWaiverBody = BuildWaiverRow.omit({ by: true, at: true })
export type BuildWaiverBody = z.infer<typeof BuildWaiverBody>

export const BuildWaiverList = z.object({ waivers: z.array(BuildWaiver) })
export type BuildWaiverList = z.infer<typeof BuildWaiverList>

/** Kinds of task that a plan would run on a release of Windows, without the proof of a lab. */
export const LackingEvidence = z.object({
  build: z.string(),
  kinds: z.array(TaskKind),
  /** Names build and kinds too: a sentence by itself. */
  reason: Reason,
  /** How many machines of the plan that is about, and the first of them. */
  servers: z.int(),
  examples: z.array(ServerId),
})
export type LackingEvidence = z.infer<typeof LackingEvidence>

/** `GET /api/campaigns/{id}/evidence`: what START would ask for now. Nothing is lacking where nothing is required. */
export const CampaignEvidence = z.object({
  campaignId: CampaignId,
  required: z.boolean(),
  lacking: z.array(LackingEvidence),
  /** Machines whose Windows nobody knows. */
  unknown: z.object({ servers: z.int(), examples: z.array(ServerId) }),
  waived: z.array(z.object({ build: z.string(), kinds: z.array(TaskKind) })),
})
export type CampaignEvidence = z.infer<typeof CampaignEvidence>
