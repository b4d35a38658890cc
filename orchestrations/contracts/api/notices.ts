import { z } from 'zod'
import { CampaignId, ClientId, RingNumber, ServerId } from '../../domain/ids.ts'
import { Reason } from '../../domain/reasons.ts'
import { Next } from './paging.ts'

/** What people are woken for (operations.md, "The night"); `digest` stands for those that the cap held back. */
export const noticeKinds = [
  'needsOperator',
  'unknownLong',
  'ringWaits',
  'breakerTripped',
  'stopRaised',
  'stopReleased',
  'campaignEnded',
  'lockTimeout',
  'quarantined',
  'silence',
  'silenceOver',
  'digest',
] as const
export const NoticeKind = z.enum(noticeKinds)
export type NoticeKind = z.infer<typeof NoticeKind>

export const Channel = z.enum(['mail', 'webhook'])
export type Channel = z.infer<typeof Channel>

/** Times are wire time, epoch ms. */
export const Delivery = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('waiting'), channel: Channel, attempts: z.int() }),
  z.object({ kind: z.literal('sent'), channel: Channel, at: z.number() }),
  z.object({
    kind: z.literal('failed'),
    channel: Channel,
    at: z.number(),
    attempts: z.int(),
    error: z.string(),
  }),
  /** Its content went out in a digest. */
  z.object({ kind: z.literal('capped'), channel: Channel }),
])
export type Delivery = z.infer<typeof Delivery>

export const Notice = z.object({
  /** Derived from what it is about: nothing is told twice. */
  id: z.string().max(300),
  kind: NoticeKind,
  at: z.number(),
  planAt: z.number(),
  reason: Reason.optional(),
  campaignId: CampaignId.optional(),
  campaignName: z.string().optional(),
  ring: RingNumber.optional(),
  clientId: ClientId.optional(),
  clientName: z.string().optional(),
  serverId: ServerId.optional(),
  host: z.string().optional(),
  /** The client's time zone; absent: the provider's. */
  zone: z.string().optional(),
  deliveries: z.array(Delivery),
})
export type Notice = z.infer<typeof Notice>

/** At most so many notices are named in a digest; it says how many there were. */
export const mostInDigest = 200

/**
 * Body of the webhook, JSON in UTF-8. `id` is the notice's: whoever gets it twice has seen it. Header
 * `atlas-signature: t=<unix seconds>,v1=<hex>`: HMAC-SHA256 of `<t>.<body>` under the shared secret; refuse what is
 * older than five minutes. Header `atlas-notice-id` repeats the id. 2xx takes it; everything else is tried again.
 */
export const NoticeEvent = z.object({
  version: z.literal(1),
  id: z.string(),
  test: z.boolean(),
  notice: Notice.omit({ deliveries: true }),
  /** What a person would read, by language. */
  text: z.object({ en: z.string(), fr: z.string() }),
  /** The page, where it is known. */
  link: z.string().optional(),
  /** Only of a digest: what it stands for. */
  items: z.array(Notice.omit({ deliveries: true })).optional(),
})
export type NoticeEvent = z.infer<typeof NoticeEvent>

/** `GET /api/notices`, newest first. `channels`: those that are configured; none = nobody is woken. */
export const NoticeList = z.object({ notices: z.array(Notice), channels: z.array(Channel), ...Next })
export type NoticeList = z.infer<typeof NoticeList>

/** `POST /api/notices/test`: sends one test notice through each channel. */
export const NoticeTest = z.object({ deliveries: z.array(Delivery) })
export type NoticeTest = z.infer<typeof NoticeTest>
