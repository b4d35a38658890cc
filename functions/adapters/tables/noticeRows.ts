import { z } from 'zod'
import { Channel, Notice, NoticeKind } from '../../../orchestrations/contracts/api.ts'
import { CampaignId, ClientId, ServerId } from '../../../orchestrations/domain/ids.ts'
import { Reason } from '../../../orchestrations/domain/reasons.ts'

/** Rows of table `Fleet`, partition `notices`. */

/** `items`: the notices that a digest stands for. */
export const NoticeRow = z.object({ notice: Notice, items: z.array(z.string()).optional() })
export type NoticeRow = z.infer<typeof NoticeRow>

/** What one channel still has to send. Times are wire time, epoch ms. */
export const OutboxRow = z.object({
  id: z.string(),
  channel: Channel,
  kind: NoticeKind,
  at: z.number(),
  /** Sendings begun; written before each. */
  attempts: z.int(),
  /** Not before then. */
  nextAt: z.number(),
  /** Languages in which the mail is out already. */
  done: z.array(z.string()),
})
export type OutboxRow = z.infer<typeof OutboxRow>

/** A server that is being quarantined, or was: where the watch looks, without reading every client. Wire time. */
export const SuspectRow = z.object({ serverId: ServerId, at: z.number() })
export type SuspectRow = z.infer<typeof SuspectRow>

/** Whether a client was told before, or after, a campaign. `at`: when that was last tried, wire time. */
export const ClientMailRow = z.object({ attempts: z.int(), done: z.boolean(), at: z.number() })
export type ClientMailRow = z.infer<typeof ClientMailRow>

/** When a channel sent what counts against its cap, wire ms. */
export const RateRow = z.object({ sentAt: z.array(z.number()) })

/** What a server was last seen to need. `at` is plan time: when it became so. */
export const Fact = z.object({
  kind: z.enum(['needsOperator', 'unknown']),
  serverId: ServerId,
  host: z.string(),
  at: z.number(),
  reason: Reason,
})
export type Fact = z.infer<typeof Fact>

/** What is remembered of a campaign between two looks. */
export const WatchedCampaign = z.object({
  campaignId: CampaignId,
  /** Troubled clients as their partitions were, at the revision of their summary row. */
  clients: z.record(
    ClientId,
    z.object({ revision: z.int(), zone: z.string().optional(), facts: z.array(Fact) }),
  ),
  /** Since when nothing of it has changed, and what that was. */
  still: z.object({ mark: z.string(), wire: z.number(), plan: z.number() }),
})
export type WatchedCampaign = z.infer<typeof WatchedCampaign>

/**
 * What the watch saw and told last. It is also its heartbeat: `at` is the wire time of the last look that went well.
 * Written after the notices that follow from it: a crash in between makes the same notices again, by their ids.
 */
export const WatchRow = z.object({
  at: z.number(),
  planAt: z.number(),
  stop: z.object({ epoch: z.int(), raised: z.boolean() }).optional(),
  campaigns: z.array(WatchedCampaign),
  /** Keys of what holds now and was told. */
  told: z.array(z.string()),
  /** How often what can come again has come. */
  times: z.record(z.string(), z.int()),
})
export type WatchRow = z.infer<typeof WatchRow>
