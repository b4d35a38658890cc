import { z } from 'zod'
import { CampaignId, ClientId, ServerId } from '../../domain/ids.ts'
import { EndRange } from '../../domain/planned.ts'
import { Finding } from '../../domain/prepared.ts'

export { Finding } from '../../domain/prepared.ts'

/** `waiting`: not looked at yet. `unknown`: nobody could look (no agent, or none that answers). */
export const Verdict = z.enum(['waiting', 'go', 'noGo', 'unknown'])
export type Verdict = z.infer<typeof Verdict>

/** What prepare found on one server. Times are plan time, epoch ms. */
export const PreparedServer = z.object({
  serverId: ServerId,
  host: z.string(),
  verdict: Verdict,
  findings: z.array(Finding),
  lookedAt: z.number().optional(),
  build: z.string().optional(),
  freeBytes: z.number().optional(),
  newestRestorePointAt: z.number().nullable().optional(),
  pendingReboot: z.array(z.string()).optional(),
  /** Approved updates that it is offered, and those that lie on its disk. */
  offered: z.array(z.string()).optional(),
  downloaded: z.array(z.string()).optional(),
})
export type PreparedServer = z.infer<typeof PreparedServer>

export const PreparedClient = z.object({
  clientId: ClientId,
  name: z.string(),
  /** `noGo` when any of its servers is; `unknown` before `go`. */
  verdict: Verdict,
  counts: z.object({ waiting: z.int(), go: z.int(), noGo: z.int(), unknown: z.int() }),
  firstStart: z.number(),
  end: EndRange,
  servers: z.array(PreparedServer),
})
export type PreparedClient = z.infer<typeof PreparedClient>

/**
 * `POST /api/campaigns/{id}/prepare` → 202 and `GET /api/campaigns/{id}/preparation`: outside windows, without
 * disruption: scan, throttled download, disk, pending reboot, backup age, agent. Can be repeated until START.
 */
export const Preparation = z.object({
  campaignId: CampaignId,
  state: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('none') }),
    z.object({ kind: z.literal('running'), by: z.string(), startedAt: z.number() }),
    z.object({ kind: z.literal('ended'), by: z.string(), startedAt: z.number(), endedAt: z.number() }),
  ]),
  counts: z.object({ waiting: z.int(), go: z.int(), noGo: z.int(), unknown: z.int() }),
  clients: z.array(PreparedClient),
})
export type Preparation = z.infer<typeof Preparation>

export const PrepareBody = z.object({
  /** Whether approved updates are downloaded as well. */
  download: z.boolean().default(true),
  /** Cap of one client's line, in kilobits a second, for all of its servers together; absent = no cap. */
  maxKilobitsPerSecond: z.int().min(64).max(10_000_000).optional(),
})
