import { z } from 'zod'
import { Role, ServerKind } from './fleet.ts'
import { ClientId, RingNumber, ServerId } from './ids.ts'
import { Reason } from './reasons.ts'
import { CampaignSettings } from './settings.ts'
import { HealthProbes } from './probes.ts'
import { Occurrence } from './occurrence.ts'
import { Selection } from './selection.ts'

/** What may be installed: ids frozen with the plan, categories for what the scan may add. */
export const ApprovedUpdates = z.object({ ids: z.array(z.string()), categories: z.array(z.string()) })
export type ApprovedUpdates = z.infer<typeof ApprovedUpdates>

/** When something is expected to end, plan time: one in five earlier than p20, one in five later than p80. */
export const EndRange = z.object({ p20: z.number(), p50: z.number(), p80: z.number() })
export type EndRange = z.infer<typeof EndRange>

export const PlannedServer = z.object({
  serverId: ServerId,
  host: z.string(),
  /** Place among the client's servers of this plan, from 1. */
  order: z.int().min(1),
  role: Role,
  kind: ServerKind,
  runsOn: ServerId.optional(),
  backupServer: ServerId.optional(),
  partner: ServerId.optional(),
  /** What must answer before it counts as healthy. */
  probes: HealthProbes.optional(),
  /** Of a host that carries other clients' servers: those clients. None of those servers is under way beside it. */
  sharedWith: z.array(ClientId).optional(),
  /** When it may be worked on, where that is less than its client's windows. */
  windows: z.array(Occurrence).optional(),
  estimateMinutes: z.number(),
  /** Plan time after which it isn't started in the occurrence that it is planned for. */
  latestStart: z.number(),
})
export type PlannedServer = z.infer<typeof PlannedServer>

export const PlannedClient = z.object({
  clientId: ClientId,
  name: z.string(),
  zone: z.string(),
  maxParallelServers: z.int().min(1),
  /** From the plan's start to five weeks after the ring's. */
  windows: z.array(Occurrence),
  servers: z.array(PlannedServer),
  firstStart: z.number(),
  /** With what is carried over to later occurrences. */
  end: EndRange,
  /** Servers that the first occurrence has no room for: carried over. */
  doesNotFit: z.array(ServerId),
  why: Reason.optional(),
})
export type PlannedClient = z.infer<typeof PlannedClient>

export const PlannedRing = z.object({
  ring: RingNumber,
  soakMinutes: z.number(),
  clients: z.array(PlannedClient),
  firstStart: z.number(),
  /** When its slowest client has done what fits its first occurrence; carried-over servers aren't awaited. */
  end: EndRange,
})
export type PlannedRing = z.infer<typeof PlannedRing>

export const RefusedServer = z.object({ serverId: ServerId, reason: Reason })
export type RefusedServer = z.infer<typeof RefusedServer>

export const Plan = z.object({
  name: z.string(),
  start: z.number(),
  settings: CampaignSettings,
  updates: ApprovedUpdates,
  /** Whom it was asked for: who enters the inventory later and is meant by it joins, where the settings say so. */
  selection: Selection.optional(),
  /** `remove`: the updates are taken off the servers instead. */
  purpose: z.enum(['install', 'remove']).default('install'),
  rings: z.array(PlannedRing),
  refused: z.array(RefusedServer),
  end: EndRange,
})
export type Plan = z.infer<typeof Plan>
