import { z } from 'zod'
import { ServerKind } from '../../domain/fleet.ts'
import { CampaignId, ClientId, ServerId } from '../../domain/ids.ts'
import { OutcomeKind, RunState, UpdateResult } from '../../domain/outcomes.ts'
import { HealthProbes } from '../../domain/probes.ts'
import { Reason } from '../../domain/reasons.ts'
import { StepRow } from '../board.ts'
import { MachineFacts } from './machine.ts'
import { Next } from './paging.ts'

/** Kept out of campaigns by an operator; without `until` as long as nobody takes it back. Plan time, epoch ms. */
export const Exclusion = z.object({
  until: z.number().optional(),
  reason: z.string(),
  actor: z.string(),
  at: z.number(),
})
export type Exclusion = z.infer<typeof Exclusion>

/** One server in a list, `GET /api/servers`. `state` is that of the campaign asked about (the newest, without one). */
export const ServerLine = z.object({
  serverId: ServerId,
  clientId: ClientId,
  clientName: z.string(),
  host: z.string(),
  role: z.string(),
  kind: ServerKind,
  enrolled: z.boolean(),
  /** Wire time of the last heartbeat, epoch ms. */
  heardAt: z.number().optional(),
  state: RunState.optional(),
  excluded: Exclusion.optional(),
})
export type ServerLine = z.infer<typeof ServerLine>

/** Query: `client`, `ring`, `state` (a run state or outcome), `q` (part of the host's name), paging. */
export const ServerList = z.object({ servers: z.array(ServerLine), ...Next })
export type ServerList = z.infer<typeof ServerList>

/** A server's place in one campaign, with all that was commanded: `GET /api/servers/{serverId}`. */
export const ServerRun = z.object({
  campaignId: CampaignId,
  order: z.int(),
  state: RunState,
  attempts: z.int(),
  updates: z.array(UpdateResult),
  build: z.string().optional(),
  /** What somebody should know of how it went: updates left out, servers that were not probed. */
  notes: z.array(Reason).optional(),
  steps: z.array(StepRow),
})
export type ServerRun = z.infer<typeof ServerRun>

export const Waiver = z.object({
  serverId: ServerId,
  clientId: ClientId,
  host: z.string(),
  /** Plan time, epoch ms. */
  until: z.number(),
  reason: z.string(),
  actor: z.string(),
  at: z.number(),
})
export type Waiver = z.infer<typeof Waiver>

/** A checkpoint that stands on a host: written down before it is made, gone when its removal is confirmed. */
export const StandingCheckpoint = z.object({
  name: z.string(),
  serverId: ServerId,
  host: z.string(),
  /** The Hyper-V host. */
  on: ServerId,
  campaignId: CampaignId,
  /** Plan time, epoch ms. */
  createdAt: z.number(),
  /** When it is to be removed: CheckpointKeep after its creation. */
  dueAt: z.number(),
  /** Why it is still there although it was to go. */
  problem: Reason.optional(),
})
export type StandingCheckpoint = z.infer<typeof StandingCheckpoint>

/** Backup jobs held for a server: written down before they are disabled, gone when their release is confirmed. */
export const HeldJobs = z.object({
  serverId: ServerId,
  host: z.string(),
  /** The backup server. */
  on: ServerId,
  campaignId: CampaignId,
  jobs: z.array(z.object({ id: z.string(), name: z.string() })),
  /** Plan time, epoch ms. */
  heldAt: z.number(),
  /** When somebody must have forgotten them. */
  dueAt: z.number(),
  /** Why they are still held although its story is over. */
  problem: Reason.optional(),
})
export type HeldJobs = z.infer<typeof HeldJobs>

export const ServerShow = ServerLine.extend({
  site: z.string().optional(),
  os: z.string().optional(),
  build: z.string().optional(),
  agentVersion: z.string().optional(),
  runsOn: ServerId.optional(),
  backupServer: ServerId.optional(),
  partner: ServerId.optional(),
  /** What must answer before it counts as healthy. */
  probes: HealthProbes.optional(),
  /** A key that two machines seem to use, or a machine that was set back by nobody of us: no command goes there. */
  quarantined: Reason.optional(),
  waiver: Waiver.optional(),
  /** What its agent said of the machine in the last preparation. */
  machine: MachineFacts.optional(),
  checkpoints: z.array(StandingCheckpoint),
  /** Newest first; the one asked about, or all. */
  runs: z.array(ServerRun),
})
export type ServerShow = z.infer<typeof ServerShow>

/** `POST /api/servers/{serverId}/exclude`, `POST /api/clients/{clientId}/exclude`. */
export const ExcludeBody = z.object({
  reason: z.string().min(1).max(500),
  /** Plan time, epoch ms, in the future. */
  until: z.number().optional(),
  caller: z.string().max(200).optional(),
})
export type ExcludeBody = z.infer<typeof ExcludeBody>

/** `POST /api/servers/{serverId}/retry`: a server that ended otherwise than well gets its place back. */
export const RetryBody = z.object({
  /** Absent: the running campaign. */
  campaignId: CampaignId.optional(),
  reason: z.string().max(500).default(''),
})

/** `POST /api/servers/{serverId}/resolve`: what an operator found; only of needsOperator or unknown. */
export const ResolveBody = z.object({
  campaignId: CampaignId.optional(),
  outcome: OutcomeKind.extract(['succeeded', 'failed', 'rolledBack', 'skipped']),
  reason: z.string().min(1).max(500),
})

/** `POST /api/servers/{serverId}/forget-agent`: whoever reads the ledger learns why a key was taken back. */
export const ForgetBody = z.object({ reason: z.string().min(1).max(500) })

/** `POST /api/waivers`. */
export const WaiverBody = z.object({
  serverId: ServerId,
  reason: z.string().min(1).max(500),
  /** Plan time, epoch ms, in the future, at most 31 days ahead. */
  until: z.number(),
})
export const WaiverList = z.object({ waivers: z.array(Waiver) })
export type WaiverList = z.infer<typeof WaiverList>

/** What became of one server of an action on several. */
export const ServerAnswer = z.object({
  serverId: ServerId,
  state: RunState.optional(),
  excluded: Exclusion.optional(),
})
export type ServerAnswer = z.infer<typeof ServerAnswer>
