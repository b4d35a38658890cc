import { z } from 'zod'

/** A client's id: the slug of its name, e.g. `boulangerie-ancay`. Partition key of everything about it. */
export const ClientId = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,60}[a-z0-9])?$/)
  .brand<'ClientId'>()
export type ClientId = z.infer<typeof ClientId>

/** Reserved: the ledger of what operators do to the whole fleet. No client has this id. */
export const fleetLedger = ClientId.parse('atlas-fleet')

/** A server's id: `<clientId>.<host name in lower case>`, so that two clients may each own a `DC01`. */
export const ServerId = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,60}[a-z0-9])?\.[a-z0-9](?:[a-z0-9._-]{0,126}[a-z0-9])?$/)
  .brand<'ServerId'>()
export type ServerId = z.infer<typeof ServerId>

export const CampaignId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/)
  .brand<'CampaignId'>()
export type CampaignId = z.infer<typeof CampaignId>

/** Owner of a client's lock while its due checkpoints are removed: no campaign has such an id. */
export const isCleanup = (id: CampaignId): boolean => id.startsWith('cleanup-')

/** Derived from orchestration instance, step and attempt: a repeated activity names the same command. */
export const CommandId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,219}$/)
  .brand<'CommandId'>()
export type CommandId = z.infer<typeof CommandId>

/** 0 internal, 1 pilot, 2 standard, 3 critical. */
export const RingNumber = z.int().min(0).max(3).brand<'RingNumber'>()
export type RingNumber = z.infer<typeof RingNumber>

/** The client whose server it is: the part of the id before the first dot. */
export function clientOf(serverId: ServerId): ClientId {
  return ClientId.parse(serverId.slice(0, serverId.indexOf('.')))
}

/** The client that a command is about. Its id reads `<campaign>.p<pass>.<client>.<host>.<step>.<attempt>`. */
export function subjectClientOf(commandId: CommandId): ClientId | undefined {
  return ClientId.safeParse(commandId.split('.')[2]).data
}

/**
 * The instance that updates a server: one for each pass, and one more each time that it got its place back. What
 * another instance does about it is of an older story.
 */
export function serverInstanceOf(run: {
  readonly campaignId: CampaignId
  readonly serverId: ServerId
  readonly pass: number
  readonly round?: number | undefined
}): string {
  const round = run.round === undefined || run.round === 0 ? '' : `r${run.round}`
  return `${run.campaignId}:p${run.pass}${round}:${run.serverId}`
}

/** Where messages to a server's agent go. */
export interface Mailbox {
  readonly serverId: ServerId
  /** How many agents of it were forgotten: whoever may still listen to their queue hears nothing more. */
  readonly agentsForgotten: number
}

/** The Service Bus queue of a host. Source: one queue per host, architecture.md section 1. */
export function queueOf({ serverId, agentsForgotten }: Mailbox): string {
  // No client's id has an underscore, so this is no other server's queue.
  return agentsForgotten === 0 ? `host-${serverId}` : `host-${agentsForgotten + 1}_${serverId}`
}
