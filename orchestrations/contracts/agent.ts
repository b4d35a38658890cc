import { z } from 'zod'
import { ClientId, CommandId, ServerId } from '../domain/ids.ts'
import { JournalMark } from './report.ts'

/** Public half of an EC P-256 key (RFC 7517). */
export const PublicKey = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string().max(64),
  y: z.string().max(64),
  kid: z.string().max(80).optional(),
})
export type PublicKey = z.infer<typeof PublicKey>

/** `POST /api/agent/enrol`, no assertion: the token authenticates it. */
export const EnrolBody = z.object({
  token: z.string().min(20).max(200),
  host: z.string().min(1).max(255),
  publicKey: PublicKey,
  agentVersion: z.string().max(40),
})
export type EnrolBody = z.infer<typeof EnrolBody>

export const EnrolAnswer = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('enrolled'),
    clientId: ClientId,
    serverId: ServerId,
    /** Keys that sign commands; an agent trusts these and no others. */
    commandKeys: z.array(PublicKey),
    epoch: z.int(),
  }),
  z.object({ kind: z.literal('waitingForApproval'), message: z.string() }),
])
export type EnrolAnswer = z.infer<typeof EnrolAnswer>

/**
 * Every other agent request carries `Authorization: Bearer <compact JWS>` (ES256, the host's key), header
 * `kid` = serverId, payload below. `body` is the base64url SHA-256 of the request body.
 */
export const AgentAssertion = z.object({
  iss: ServerId,
  aud: z.literal('atlas'),
  jti: z.string().min(8).max(64),
  /** Wire time, epoch seconds; accepted ±120 s. */
  iat: z.int(),
  body: z.string().length(43),
})
export type AgentAssertion = z.infer<typeof AgentAssertion>

/** What an agent runs on, and with. */
export const RunningWindows = z.object({
  /** Release of Windows: `10.0.20348`. */
  build: z.string().max(40),
  /** Which scripts its tasks run: `scriptsDigest` of its manifest. */
  scripts: z.string().max(64),
})
export type RunningWindows = z.infer<typeof RunningWindows>

/** `POST /api/agent/heartbeat` */
export const HeartbeatBody = z.object({
  agentVersion: z.string().max(40),
  bootedAt: z.number(),
  /** Commands that it has accepted and not yet ended. */
  open: z.array(CommandId).max(50),
  epoch: z.int(),
  connected: z.boolean(),
  /** The agent's own wire clock, epoch ms: the skew is measured. */
  now: z.int(),
  journal: JournalMark.optional(),
  windows: RunningWindows.optional(),
})
export type HeartbeatBody = z.infer<typeof HeartbeatBody>

export const QueueAccess = z.object({
  /** Connection string of the namespace with a queue-scoped, listen-only SAS. */
  connectionString: z.string(),
  queue: z.string(),
  /** Wire time, epoch ms. */
  expiresAt: z.int(),
})
export type QueueAccess = z.infer<typeof QueueAccess>

export const HeartbeatAnswer = z.object({
  /** Wire time, epoch ms. */
  serverTime: z.int(),
  epoch: z.int(),
  nextHeartbeatSeconds: z.number().positive(),
  /** To an agent that ATLAS set back: its client's fence, which its journal has forgotten. */
  fence: z.int().optional(),
  /** Its server is quarantined: no command comes until an operator trusts it. The reason's code. */
  quarantined: z.string().max(80).optional(),
  /** Present: connect now (or stay connected); absent: disconnect after idling. */
  connect: QueueAccess.optional(),
})
export type HeartbeatAnswer = z.infer<typeof HeartbeatAnswer>
