import { z } from 'zod'
import { ClientId, RingNumber, ServerId } from '../../../../orchestrations/domain/ids.ts'
import { OutcomeKind } from '../../../../orchestrations/domain/outcomes.ts'

/** Plan minutes. */
const Minutes = z.number().nonnegative()
const Name = z.string().min(1).max(60)

/** When somebody at the desk does something. */
export const When = z.discriminatedUnion('kind', [
  /** So many plan minutes after START. */
  z.object({ kind: z.literal('at'), minutes: Minutes }),
  z.object({
    kind: z.literal('ring'),
    ring: RingNumber,
    state: z.enum(['running', 'tripped', 'gateHeld', 'waitsForPromote', 'soaking', 'passed', 'held']),
  }),
  /** So many of the client's servers have begun. */
  z.object({ kind: z.literal('begun'), clientId: ClientId, servers: z.int().min(1) }),
  /** Some server, of this client where one is named, is in such a state: the action is then about it. */
  z.object({
    kind: z.literal('server'),
    state: z.union([z.literal('unknown'), OutcomeKind]),
    reason: z.string().optional(),
    clientId: ClientId.optional(),
  }),
  /** After another action of the script was answered: plan minutes, and wire seconds where a stop must reach all. */
  z.object({
    kind: z.literal('after'),
    action: Name,
    minutes: Minutes.default(0),
    seconds: z.number().nonnegative().default(0),
  }),
])
export type When = z.infer<typeof When>

const reason = z.string().min(1).max(500).default('Rehearsed by script')
/** Without an id: the server that the condition found. */
const server = ServerId.optional()

/** What can be done over the API. `minutes`: plan minutes from then on. */
export const Deed = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('pauseCampaign'), reason }),
  z.object({ kind: z.literal('resumeCampaign'), reason }),
  z.object({
    kind: z.literal('pauseClient'),
    clientId: ClientId,
    minutes: Minutes.optional(),
    caller: z.string().optional(),
    reason,
  }),
  z.object({ kind: z.literal('stopClient'), clientId: ClientId, reason }),
  z.object({ kind: z.literal('resumeClient'), clientId: ClientId, reason }),
  z.object({ kind: z.literal('excludeClient'), clientId: ClientId, minutes: Minutes.optional(), reason }),
  z.object({ kind: z.literal('includeClient'), clientId: ClientId, reason }),
  z.object({ kind: z.literal('holdRing'), ring: RingNumber, reason }),
  z.object({ kind: z.literal('promoteRing'), ring: RingNumber, reason }),
  z.object({ kind: z.literal('stop'), reason }),
  z.object({ kind: z.literal('release'), reason }),
  z.object({ kind: z.literal('excludeServer'), serverId: server, minutes: Minutes.optional(), reason }),
  z.object({ kind: z.literal('includeServer'), serverId: server, reason }),
  z.object({ kind: z.literal('retryServer'), serverId: server, reason }),
  z.object({
    kind: z.literal('resolveServer'),
    serverId: server,
    outcome: OutcomeKind.extract(['succeeded', 'failed', 'rolledBack', 'skipped']),
    reason,
  }),
  z.object({ kind: z.literal('waive'), serverId: server, minutes: Minutes, reason }),
])
export type Deed = z.infer<typeof Deed>

/** One action: done once, when its condition is met, by its name. */
export const Action = z.object({ name: Name, when: When, do: Deed })
export type Action = z.infer<typeof Action>

/** An operator's evening as a list: `npm start -- --operator script.json`. */
export const OperatorScript = z
  .object({ actions: z.array(Action).max(200) })
  .refine(({ actions }) => new Set(actions.map(({ name }) => name)).size === actions.length, {
    message: 'two actions have the same name',
  })
export type OperatorScript = z.infer<typeof OperatorScript>
export type OperatorScriptGiven = z.input<typeof OperatorScript>
