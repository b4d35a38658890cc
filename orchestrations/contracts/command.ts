import { z } from 'zod'
import { ClientId, CommandId, ServerId } from '../domain/ids.ts'
import { Task, tasksVersion } from './tasks.ts'

/** Largest compact JWS that an agent looks at, in bytes. */
export const maxEnvelopeBytes = 64 * 1024

const audience = {
  /** The agent that must carry it out, and the client that the agent belongs to. */
  clientId: ClientId,
  serverId: ServerId,
}

/** One signed instruction to one host. architecture.md, section 6. */
export const Command = z.object({
  type: z.literal('command'),
  version: z.literal(tasksVersion),
  commandId: CommandId,
  audience: z.object(audience),
  /** Whose ledger and lock it is under, and the server that it is about (a guest, when the host acts). */
  subject: z.object({ clientId: ClientId, serverId: ServerId }),
  task: Task,
  epoch: z.int().nonnegative(),
  fence: z.int().nonnegative(),
  /** Wire time, epoch ms. */
  issuedAt: z.int(),
  /** Wire time, epoch ms, at most five minutes after issuedAt: not accepted later. */
  startBy: z.int(),
  /** Plan time, epoch ms: latest start of the work. */
  notAfter: z.int(),
  /** Plan time, milliseconds: after this the agent is asked, never killed. */
  timeoutMs: z.int().positive(),
})
export type Command = z.infer<typeof Command>

/** Raises the agent's epoch: running work goes on to its next safe point, nothing older starts. */
export const StopOrder = z.object({
  type: z.literal('stop'),
  version: z.literal(tasksVersion),
  audience: z.object(audience),
  epoch: z.int().nonnegative(),
  issuedAt: z.int(),
})
export type StopOrder = z.infer<typeof StopOrder>

/** Asks what became of a command; an agent that never saw it writes a tombstone. */
export const Inquiry = z.object({
  type: z.literal('inquire'),
  version: z.literal(tasksVersion),
  audience: z.object(audience),
  commandId: CommandId,
  issuedAt: z.int(),
})
export type Inquiry = z.infer<typeof Inquiry>

/** Payload of every signed message to an agent (compact JWS, ES256, header `kid` and `typ: atlas+jws`). */
export const Envelope = z.discriminatedUnion('type', [Command, StopOrder, Inquiry])
export type Envelope = z.infer<typeof Envelope>
