import { z } from 'zod'
import { CampaignId, ClientId, CommandId, RingNumber, ServerId } from '../domain/ids.ts'
import { Reason } from '../domain/reasons.ts'
import { RunState, UpdateResult, UpdateStep } from '../domain/outcomes.ts'

/** One letter a server: a client's servers in plan order make a short string. */
export const cellLetters = {
  pending: 'p',
  running: 'r',
  unknown: 'u',
  succeeded: 's',
  failed: 'f',
  rolledBack: 'b',
  needsOperator: 'o',
  skipped: 'k',
  carriedOver: 'c',
  excluded: 'x',
  offlineBeforeStart: 'l',
  notEnrolled: 'n',
} as const
export type CellName = keyof typeof cellLetters
export type CellLetter = (typeof cellLetters)[CellName]
const letters = Object.values(cellLetters).join('')

export function cellOf(state: RunState): CellLetter {
  return cellLetters[state.kind === 'ended' ? state.outcome : state.kind]
}

const names: ReadonlyMap<string, CellName> = new Map(
  Object.entries(cellLetters).map(([name, letter]) => [letter, name as CellName]),
)

export function cellName(letter: string): CellName {
  const found = names.get(letter)
  if (!found) throw new Error(`"${letter}" is no cell letter; known: ${letters}`)
  return found
}

export const RingState = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('waiting'), reason: Reason.optional() }),
  z.object({ kind: z.literal('waitsForPromote') }),
  z.object({ kind: z.literal('running') }),
  z.object({ kind: z.literal('held'), reason: z.string(), actor: z.string() }),
  z.object({ kind: z.literal('tripped'), reason: Reason }),
  z.object({ kind: z.literal('gateHeld'), reason: Reason }),
  z.object({ kind: z.literal('soaking'), until: z.number() }),
  z.object({ kind: z.literal('passed'), at: z.number() }),
])
export type RingState = z.infer<typeof RingState>

const forSomebody: ReadonlySet<RingState['kind']> = new Set([
  'held',
  'gateHeld',
  'tripped',
  'waitsForPromote',
])
/** Whether a ring goes on only when an operator says so. */
export const waitsForSomebody = ({ state }: { readonly state: RingState }): boolean =>
  forSomebody.has(state.kind)

export const RingRow = z.object({
  ring: RingNumber,
  state: RingState,
  /** Who let it start or go on although its gate or breaker said otherwise. */
  promotedBy: z.string().optional(),
  /** Failures that an operator has seen and accepted: the breaker doesn't count them again. */
  acknowledged: z.int().default(0),
  /** Which ones: by client, places in its `cells`. One that is tried again is accepted no longer. */
  acknowledgedPlaces: z.record(ClientId, z.array(z.int())).optional(),
  clients: z.int(),
  servers: z.int(),
  startedAt: z.number().optional(),
  endedAt: z.number().optional(),
})
export type RingRow = z.infer<typeof RingRow>

export const ClientState = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('waiting') }),
  z.object({ kind: z.literal('running') }),
  z.object({ kind: z.literal('held'), reason: Reason, until: z.number().optional() }),
  z.object({
    kind: z.literal('paused'),
    until: z.number().optional(),
    reason: z.string(),
    actor: z.string(),
  }),
  z.object({ kind: z.literal('stopped'), reason: z.string(), actor: z.string() }),
  z.object({ kind: z.literal('ended') }),
])
export type ClientState = z.infer<typeof ClientState>

/** A client's line on the board. Times are plan time, epoch ms. `revision` = its ledger's sequence. */
export const ClientRow = z.object({
  clientId: ClientId,
  name: z.string(),
  ring: RingNumber,
  revision: z.int(),
  state: ClientState,
  /** One letter a server (cellLetters), in plan order. */
  cells: z.string().regex(new RegExp(`^[${letters}]*$`)),
  /** What happens now: at most maxParallelServers entries. */
  now: z.array(
    z.object({
      serverId: ServerId,
      host: z.string(),
      step: UpdateStep,
      stepAt: z.number(),
      startedAt: z.number(),
    }),
  ),
  /** The first server that needs somebody, and why. */
  trouble: z.object({ serverId: ServerId, host: z.string(), outcome: z.string(), reason: Reason }).optional(),
  startedAt: z.number().optional(),
  endedAt: z.number().optional(),
  /** Sum and count of measured durations (plan ms) of ended servers: estimates come from these. */
  spentMs: z.number(),
  measured: z.int(),
})
export type ClientRow = z.infer<typeof ClientRow>

export const CampaignState = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('planned') }),
  z.object({ kind: z.literal('approved'), by: z.string() }),
  z.object({ kind: z.literal('running') }),
  z.object({ kind: z.literal('paused'), reason: z.string(), actor: z.string() }),
  /** All that could be done is done; the rest waits for its next window. */
  z.object({ kind: z.literal('carryingOver'), nextAt: z.number().optional() }),
  z.object({ kind: z.literal('cancelled'), reason: z.string(), actor: z.string() }),
  z.object({ kind: z.literal('ended') }),
])
export type CampaignState = z.infer<typeof CampaignState>

export const CampaignHead = z.object({
  campaignId: CampaignId,
  name: z.string(),
  state: CampaignState,
  planHash: z.string(),
  requestedBy: z.string(),
  approvedBy: z.string().optional(),
  createdAt: z.number(),
  startedAt: z.number().optional(),
  endedAt: z.number().optional(),
  /** Its preparation is under way. */
  preparing: z.literal(true).optional(),
})
export type CampaignHead = z.infer<typeof CampaignHead>

export const Clocks = z.object({
  /** Epoch ms. */
  wire: z.number(),
  plan: z.number(),
  /** 1 on Azure; more in a rehearsal. */
  speed: z.number(),
})
export type Clocks = z.infer<typeof Clocks>

/** The emergency stop as everybody sees it. */
export const StopState = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('clear'), epoch: z.int() }),
  z.object({
    kind: z.literal('raised'),
    epoch: z.int(),
    /** Wire time, epoch ms. */
    at: z.number(),
    actor: z.string(),
    reason: z.string(),
    /** Commands issued and not yet ended: each goes on to its safe point. */
    open: z.int(),
    clientsToGo: z.int(),
  }),
])
export type StopState = z.infer<typeof StopState>

/** `GET /api/campaigns/{id}`: the whole board in one answer. */
export const Board = z.object({
  campaign: CampaignHead,
  clocks: Clocks,
  stop: StopState,
  rings: z.array(RingRow),
  clients: z.array(ClientRow),
})
export type Board = z.infer<typeof Board>

export const StepRow = z.object({
  commandId: CommandId,
  step: UpdateStep,
  kind: z.string(),
  attempt: z.int(),
  /** The machine that carried it out. */
  on: ServerId,
  issuedAt: z.number(),
  acceptedAt: z.number().optional(),
  endedAt: z.number().optional(),
  outcome: z.string().optional(),
  message: z.string().optional(),
})
export type StepRow = z.infer<typeof StepRow>

export const ServerRow = z.object({
  serverId: ServerId,
  host: z.string(),
  role: z.string(),
  kind: z.string(),
  runsOn: ServerId.optional(),
  order: z.int(),
  state: RunState,
  attempts: z.int(),
  updates: z.array(UpdateResult),
  notes: z.array(Reason).optional(),
  steps: z.array(StepRow),
})
export type ServerRow = z.infer<typeof ServerRow>

export const LedgerLine = z.object({
  clientId: ClientId,
  sequence: z.int(),
  /** Wire and plan time, epoch ms. */
  at: z.number(),
  planAt: z.number(),
  actor: z.string(),
  action: z.string(),
  object: z.string(),
  detail: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
})
export type LedgerLine = z.infer<typeof LedgerLine>

/** `GET /api/campaigns/{id}/clients/{clientId}` */
export const ClientDetail = z.object({
  row: ClientRow,
  zone: z.string(),
  contact: z.string().optional(),
  servers: z.array(ServerRow),
  ledger: z.array(LedgerLine),
})
export type ClientDetail = z.infer<typeof ClientDetail>

/**
 * Live frames (Web PubSub). A client's group gets `client`, the fleet group `fleet`; each gets a `digest` every 5 s
 * of its own clients. That of a client's group brings the campaign and its rings too; who watches several clients
 * gets several, and none of them says anything about a client that it doesn't name.
 * A viewer keeps the row with the highest revision; a digest that names a higher one than it has, for 2 s,
 * makes it fetch that client again.
 */
export const Frame = z.discriminatedUnion('type', [
  z.object({ type: z.literal('client'), clientId: ClientId, row: ClientRow, ledger: z.array(LedgerLine) }),
  z.object({
    type: z.literal('fleet'),
    campaign: CampaignHead,
    clocks: Clocks,
    stop: StopState,
    rings: z.array(RingRow),
    rows: z.array(ClientRow),
    ledger: z.array(LedgerLine),
  }),
  z.object({
    type: z.literal('digest'),
    campaignId: CampaignId.optional(),
    clocks: Clocks,
    stop: StopState,
    revisions: z.record(z.string(), z.int()),
    campaign: CampaignHead.optional(),
    rings: z.array(RingRow).optional(),
  }),
])
export type Frame = z.infer<typeof Frame>
