import { z } from 'zod'
import { PreparedServer, Preparation } from '../../../orchestrations/contracts/api/preparation.ts'
import { MachineFacts } from '../../../orchestrations/contracts/api/machine.ts'
import { Exclusion } from '../../../orchestrations/contracts/api/servers.ts'
import { PublicKey } from '../../../orchestrations/contracts/agent.ts'
import { Report } from '../../../orchestrations/contracts/report.ts'
import { HeldJobs, StandingCheckpoint } from '../../../orchestrations/contracts/api.ts'
import { TaskKind } from '../../../orchestrations/contracts/tasks.ts'
import { ClientControl } from '../../../orchestrations/domain/control.ts'
import { Client, Server } from '../../../orchestrations/domain/fleet.ts'
import { CampaignId, ClientId, CommandId, RingNumber, ServerId } from '../../../orchestrations/domain/ids.ts'
import { Plan, PlannedRing, PlannedServer } from '../../../orchestrations/domain/plan.ts'
import { Reason } from '../../../orchestrations/domain/reasons.ts'
import { RunState, UpdateResult, UpdateStep } from '../../../orchestrations/domain/outcomes.ts'

/** Rows of table `Clients`, PartitionKey = clientId (architecture.md, section 4). */
export const Head = z.object({ sequence: z.int(), hash: z.string() })
export type Head = z.infer<typeof Head>

export const ConfigRow = Client

/** `emergency`: the fleet-wide stop has reached this client and is not released. */
export const ControlRow = z.object({
  control: ClientControl,
  epoch: z.int(),
  emergency: z.boolean(),
  /** All of its servers; each may have an exclusion of its own. */
  excluded: Exclusion.optional(),
})
export type ControlRow = z.infer<typeof ControlRow>

/** `fence` outlives the owner: it only ever grows. */
export const LockRow = z.object({
  owner: CampaignId.optional(),
  fence: z.int(),
  since: z.number().optional(),
})
export type LockRow = z.infer<typeof LockRow>

/** A host of another client that is about to be worked on, or is: no guest on it starts here. */
export const ReservationRow = z.object({
  hostServerId: ServerId,
  campaignId: CampaignId,
  /** Which turn, and of the host's how manieth story, reserved it: a repeated turn finds its own. */
  turn: z.string(),
  round: z.int(),
  /** Plan time, epoch ms. */
  since: z.number(),
})
export type ReservationRow = z.infer<typeof ReservationRow>

export const ServerRow = z.object({
  server: Server,
  agent: z.object({ publicKey: PublicKey, enrolledAt: z.number(), version: z.string() }).optional(),
  excluded: Exclusion.optional(),
  /** Its backup is not asked for until then. Plan time, epoch ms. */
  waiver: z.object({ until: z.number(), reason: z.string(), actor: z.string(), at: z.number() }).optional(),
  machine: MachineFacts.optional(),
  /** No command goes to its agent: two machines use its key, or it was set back by others. */
  quarantined: Reason.optional(),
  /** A checkpoint of it is being applied by ATLAS itself: its agent may come back with an older journal, once. */
  restoring: z.object({ commandId: CommandId }).optional(),
  /** How many agents of it operators have forgotten: each time its queue gets another name. */
  agentsForgotten: z.int().optional(),
  /** Wire time: what its agent said of itself before then says nothing against it, epoch ms. */
  acceptedAt: z.number().optional(),
})
export type ServerRow = z.infer<typeof ServerRow>

/** One server's place in a campaign. */
export const RunRow = z.object({
  campaignId: CampaignId,
  serverId: ServerId,
  order: z.int(),
  state: RunState,
  attempts: z.int(),
  updates: z.array(UpdateResult),
  /** What somebody should know of how it went, beside why it ended so: updates left out, servers not probed. */
  notes: z.array(Reason).optional(),
  build: z.string().optional(),
  /** Which pass and turn of the client's story started it last: a repeated turn finds its own start. */
  pass: z.int(),
  turn: z.string().optional(),
  /** How often it got its place back: each time has an instance of its own. */
  round: z.int().optional(),
  /** It entered the inventory after the plan was made: what the plan would say of it. */
  joined: PlannedServer.optional(),
  /** The client's story that was started to take it up again. */
  story: z.string().optional(),
  /** The command issued last: at most one is open at a time. */
  command: z.object({ commandId: CommandId, on: ServerId }).optional(),
  /** How often others were asked how it looks, while it was unknown, and whom last. */
  probe: z.object({ count: z.int(), on: ServerId }).optional(),
})
export type RunRow = z.infer<typeof RunRow>

/** A checkpoint that ATLAS has made, or may have: written before its command, gone once its removal is sure. */
export const CheckpointRow = StandingCheckpoint.extend({
  /** When its removal was last tried in vain, plan time, epoch ms. */
  triedAt: z.number().optional(),
})
export type CheckpointRow = z.infer<typeof CheckpointRow>

/** Jobs that ATLAS has disabled on a backup server, or may have: in the books as checkpoints are. */
export const HeldJobsRow = HeldJobs.extend({
  /** The command that held them first. */
  heldBy: CommandId,
  /** When their release was last tried in vain, plan time, epoch ms. */
  triedAt: z.number().optional(),
})
export type HeldJobsRow = z.infer<typeof HeldJobsRow>

/** How often each KB went well and badly on a client's servers: written with the end that it counts. */
export const CountsRow = z.record(
  z.string(),
  z.object({ title: z.string(), succeeded: z.int(), failed: z.int() }),
)
export type CountsRow = z.infer<typeof CountsRow>

/** How a command ended: what the agent reported, kept as it came. */
export const CommandRow = z.object({
  commandId: CommandId,
  campaignId: CampaignId,
  kind: TaskKind,
  step: UpdateStep,
  attempt: z.int(),
  /** The server that it is about, and the one whose agent carries it out. */
  subject: ServerId,
  on: ServerId,
  jws: z.string(),
  epoch: z.int(),
  fence: z.int(),
  instanceId: z.string(),
  /** Reads or fetches only, outside the client's lock: a preparation's. */
  lockFree: z.boolean().optional(),
  /** Name of the checkpoint that it is about. */
  checkpoint: z.string().optional(),
  /** Wire time, epoch ms. */
  issuedAt: z.number(),
  startBy: z.number(),
  /** Plan time, epoch ms. */
  issuedPlanAt: z.number(),
  endedPlanAt: z.number().optional(),
  acceptedAt: z.number().optional(),
  end: Report.optional(),
  /** Hashes of what was said after the end, so that each is written down once. */
  late: z.array(z.string()).optional(),
})
export type CommandRow = z.infer<typeof CommandRow>

/** What prepare found on one server, in its client's partition. */
export const PreparedRow = PreparedServer.extend({
  campaignId: CampaignId,
  /** Which preparation looked last. */
  round: z.int(),
  /** The command that is open on its behalf, and where. */
  open: z.object({ commandId: CommandId, on: ServerId }).optional(),
})
export type PreparedRow = z.infer<typeof PreparedRow>

/** A campaign's preparation; `round` counts them. */
export const PreparationRow = z.object({
  round: z.int(),
  state: Preparation.shape.state,
  /** What was asked for, so that it can be started again after its caller died. */
  download: z.boolean(),
  maxKilobitsPerSecond: z.int().optional(),
})
export type PreparationRow = z.infer<typeof PreparationRow>

export const LedgerRow = z.object({
  sequence: z.int(),
  writeId: z.string(),
  previous: z.string(),
  hash: z.string(),
  payload: z.string(),
  at: z.number(),
  planAt: z.number(),
  actor: z.string(),
  action: z.string(),
  object: z.string(),
  detail: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
})
export type LedgerRow = z.infer<typeof LedgerRow>

/** Updates, by id, that went well on a server of a ring: the next ring may have them. */
export const ProofRow = z.object({ ring: RingNumber, updates: z.array(z.string()) })
export type ProofRow = z.infer<typeof ProofRow>

/** A plan without what its clients do: those have rows of their own. */
export const PlanHeader = Plan.omit({ rings: true }).extend({
  rings: z.array(PlannedRing.omit({ clients: true }).extend({ clients: z.array(ClientId) })),
})
export type PlanHeader = z.infer<typeof PlanHeader>

export const rowKeys = {
  head: 'head',
  config: 'config',
  control: 'control',
  lock: 'lock',
  /** In the range that is read for the lock: no request more. */
  reservation: (host: ServerId) => `lock:${host}`,
  /** In the same range. */
  heldJobs: (server: ServerId, on: ServerId) => `locked:${server}:${on}`,
  counts: 'counts',
  checkpoint: (name: string) => `checkpoint:${name}`,
  server: (id: ServerId) => `server:${id}`,
  run: (campaign: CampaignId, order: number, id: ServerId) =>
    `run:${campaign}:${String(order).padStart(5, '0')}:${id}`,
  prepared: (campaign: CampaignId, id: ServerId) => `prepared:${campaign}:${id}`,
  preparedOf: (campaign: CampaignId) => `prepared:${campaign}:`,
  runsOf: (campaign: CampaignId) => `run:${campaign}:`,
  command: (id: CommandId) => `command:${id}`,
  ledger: (sequence: number) => `ledger:${String(sequence).padStart(12, '0')}`,
} as const
