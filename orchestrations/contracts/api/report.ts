import { z } from 'zod'
import { CampaignHead } from '../board.ts'
import { ClientId, RingNumber, ServerId } from '../../domain/ids.ts'
import { OutcomeKind, RunState, UpdateResult } from '../../domain/outcomes.ts'
import { Reason } from '../../domain/reasons.ts'

/** One server in a report. Times are plan time, epoch ms. */
export const ReportedServer = z.object({
  serverId: ServerId,
  host: z.string(),
  role: z.string(),
  os: z.string().optional(),
  state: RunState,
  updates: z.array(UpdateResult),
  buildBefore: z.string().optional(),
  build: z.string().optional(),
  attempts: z.int(),
  /** From the start of each restart or restore to its end. */
  downtimeMs: z.number().optional(),
  /** Not done: when it is tried next. */
  nextAt: z.number().optional(),
})
export type ReportedServer = z.infer<typeof ReportedServer>

export const ReportedClient = z.object({
  clientId: ClientId,
  name: z.string(),
  ring: RingNumber,
  zone: z.string(),
  contact: z.string().optional(),
  counts: z.partialRecord(OutcomeKind, z.int()),
  servers: z.array(ReportedServer),
  /** Checkpoints left, waivers used, what needs an operator: whatever is still open. */
  open: z.array(z.object({ serverId: ServerId.optional(), host: z.string().optional(), reason: Reason })),
})
export type ReportedClient = z.infer<typeof ReportedClient>

/** `GET /api/campaigns/{id}/report?client=&format=html|csv|json&language=en|fr` */
export const CampaignReport = z.object({
  campaign: CampaignHead,
  generatedAt: z.number(),
  /** The client that it is for; absent: the whole fleet. */
  clientId: ClientId.optional(),
  counts: z.partialRecord(OutcomeKind, z.int()),
  servers: z.int(),
  /** Each KB with how it went, over all clients of the report. */
  updates: z.array(
    z.object({ kb: z.string(), title: z.string(), succeeded: z.int(), failed: z.int(), clients: z.int() }),
  ),
  clients: z.array(ReportedClient),
})
export type CampaignReport = z.infer<typeof CampaignReport>
