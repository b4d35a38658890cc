import { z } from 'zod'
import { CampaignId, ClientId, RingNumber, ServerId } from '../../domain/ids.ts'
import { Reason } from '../../domain/reasons.ts'

/** What may wait for a human (operations.md, "Hand-over"). */
export const todoKinds = [
  'needsOperator',
  'unknown',
  'quarantined',
  'ringWaits',
  'stopRaised',
  'clientPaused',
  'clientStopped',
  'lockTimeout',
  'checkpointLeft',
  'jobHeld',
  'vmOnPartner',
  'waiverEnding',
  'updateBlocked',
  'enrolmentWaiting',
  'approvalWaiting',
] as const
export const TodoKind = z.enum(todoKinds)
export type TodoKind = z.infer<typeof TodoKind>

/**
 * One open item. It exists as long as its cause does: nobody closes it, acting on the cause does. What people say of
 * it (taken, notes, next decision) is kept beside it. `at` and `since` are plan time, notes' times wire time.
 */
export const TodoItem = z.object({
  /** Derived from what it is about: `server.<campaign>.<server>`. */
  id: z.string().max(300),
  kind: TodoKind,
  reason: Reason,
  since: z.number(),
  /** When it ends by itself: a pause, a waiver. */
  until: z.number().optional(),
  campaignId: CampaignId.optional(),
  ring: RingNumber.optional(),
  clientId: ClientId.optional(),
  clientName: z.string().optional(),
  serverId: ServerId.optional(),
  host: z.string().optional(),
  takenBy: z.string().optional(),
  takenAt: z.number().optional(),
  /** Plan time: when somebody decides next. */
  decideAt: z.number().optional(),
  notes: z.array(z.object({ at: z.number(), by: z.string(), text: z.string() })),
  /** Send as If-Match with take and note. */
  etag: z.string(),
})
export type TodoItem = z.infer<typeof TodoItem>

/** `GET /api/todo?client=&kind=&mine=true`; the most urgent first. */
export const TodoList = z.object({ items: z.array(TodoItem) })
export type TodoList = z.infer<typeof TodoList>

/** `POST /api/todo/{id}/take`; `release`: gives it back. Taking what somebody else has needs `force`. */
export const TakeBody = z.object({ release: z.boolean().default(false), force: z.boolean().default(false) })

/** `POST /api/todo/{id}/note`. */
export const NoteBody = z.object({
  text: z.string().min(1).max(1000),
  /** Plan time, epoch ms. */
  decideAt: z.number().optional(),
})
