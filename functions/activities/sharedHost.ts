import { controlNow } from '../../orchestrations/domain/control.ts'
import { clientOf, type CampaignId, type ClientId, type ServerId } from '../../orchestrations/domain/ids.ts'
import type { PlannedClient, PlannedServer } from '../../orchestrations/domain/plan.ts'
import { reason, type Reason } from '../../orchestrations/domain/reasons.ts'
import type { Decision } from '../adapters/tables/clientStore.ts'
import type { Partition } from '../adapters/tables/partition.ts'
import { rowKeys, type ReservationRow, type RunRow } from '../adapters/tables/rows.ts'
import type { Services } from '../services.ts'
import { campaignPlan } from './turnFacts.ts'

/**
 * A host that carries other clients' servers is reserved in each of those clients' partitions before it starts, and
 * until it has ended: their turns start no guest of it meanwhile, and it isn't reserved while one is under way.
 */
export interface Claim {
  readonly campaignId: CampaignId
  readonly hostServerId: ServerId
  /** Which of the host's stories; a later one takes over what an earlier one left. */
  readonly round: number
  /** Unique in the campaign; undefined for one that only looks. */
  readonly turn?: string
}

/** Reserves a host with every other client, or with none; answers why not. A repeated turn finds its own. */
export async function reserve(
  services: Services,
  claim: Claim & { readonly turn: string },
  others: readonly ClientId[],
): Promise<Reason | undefined> {
  for (const clientId of others) {
    const why = await reserveWith(services, claim, clientId)
    if (!why) continue
    await release(services, others, (row) => row.turn === claim.turn && isOf(claim, row))
    return why
  }
  return undefined
}

async function reserveWith(
  services: Services,
  claim: Claim & { readonly turn: string },
  clientId: ClientId,
): Promise<Reason | undefined> {
  const { campaignId, hostServerId, round, turn } = claim
  const guests = await plannedGuests(services, claim, clientId)
  return services.clients.transact(clientId, { campaign: campaignId }, (partition) => {
    const since = services.clocks.plan()
    const why = inTheWay(partition, claim, guests, since)
    const standing = partition.reservations().find((row) => row.hostServerId === hostServerId)
    if (why || (standing?.turn === turn && isOf(claim, standing))) return { kind: 'nothing', value: why }
    const value: ReservationRow = { hostServerId, campaignId, turn, round, since }
    return {
      kind: 'write',
      rows: [{ rowKey: rowKeys.reservation(hostServerId), value }],
      ledger: {
        actor: 'atlas',
        action: 'host.reserved',
        object: hostServerId,
        detail: { campaign: campaignId },
      },
      value: undefined,
    }
  })
}

/** Why a host would not be reserved with one of its other clients now. */
export async function whyNotReserved(
  services: Services,
  claim: Claim,
  others: readonly ClientId[],
): Promise<Reason | undefined> {
  for (const clientId of others) {
    const guests = await plannedGuests(services, claim, clientId)
    const why = await services.clients.read(clientId, { campaign: claim.campaignId }, (partition) =>
      inTheWay(partition, claim, guests, services.clocks.plan()),
    )
    if (why) return why
  }
  return undefined
}

const isOf = ({ campaignId, hostServerId, round }: Claim, row: ReservationRow): boolean =>
  row.campaignId === campaignId && row.hostServerId === hostServerId && row.round === round

/** Guests that the plan has on a host, of one of its other clients. */
async function plannedGuests(
  services: Services,
  { campaignId, hostServerId }: Claim,
  clientId: ClientId,
): Promise<ServerId[]> {
  const plan = await campaignPlan(services, campaignId, clientId)
  const servers = plan?.planned.servers ?? []
  return servers.filter(({ runsOn }) => runsOn === hostServerId).map(({ serverId }) => serverId)
}

/** Anything of a client that keeps a host back: what may be done to its guests, or has yet to be. */
function inTheWay(
  partition: Partition,
  claim: Claim,
  planned: readonly ServerId[],
  now: number,
): Reason | undefined {
  const { campaignId, hostServerId } = claim
  const { control, emergency } = partition.control()
  const { owner } = partition.lock()
  const standing = partition.reservations().find((row) => row.hostServerId === hostServerId)
  const free =
    !emergency &&
    controlNow(control, now).kind === 'running' &&
    (owner === undefined || owner === campaignId) &&
    !isOthers(standing, claim) &&
    guestsHaveEnded(partition.runs(campaignId), guestsOf(partition, claim, planned))
  if (free) return undefined
  return reason('waitsForOtherClients', { clients: partition.config()?.name ?? '' })
}

function isOthers(row: ReservationRow | undefined, claim: Claim): boolean {
  if (!row) return false
  if (row.campaignId !== claim.campaignId) return true
  // Of an earlier story of the host, which is over: nobody gets another before.
  if (row.round < claim.round) return false
  return !(row.turn === claim.turn && row.round === claim.round)
}

function guestsOf(partition: Partition, { hostServerId }: Claim, planned: readonly ServerId[]) {
  const stored = partition
    .servers()
    .flatMap(({ server }) => (server.runsOn === hostServerId ? server.serverId : []))
  return { planned, all: new Set([...planned, ...stored]) }
}

/** A guest that is planned and has no place yet has its turn to come. */
function guestsHaveEnded(
  runs: readonly RunRow[],
  { planned, all }: { planned: readonly ServerId[]; all: ReadonlySet<ServerId> },
): boolean {
  const known = new Set(runs.map(({ serverId }) => serverId))
  return (
    planned.every((serverId) => known.has(serverId)) &&
    runs.every(({ serverId, state }) => !all.has(serverId) || state.kind === 'ended')
  )
}

/** Takes reservations back. Safe to repeat. */
async function release(
  services: Services,
  others: readonly ClientId[],
  isMeant: (row: ReservationRow) => boolean,
): Promise<void> {
  for (const clientId of others)
    await services.clients.transact(clientId, {}, (partition) => releaseIn(partition, isMeant))
}

/** What takes a client's reservations back that are meant. */
export function releaseIn(
  partition: Partition,
  isMeant: (row: ReservationRow) => boolean,
): Decision<undefined> {
  const meant = partition.reservations().filter(isMeant)
  if (meant.length === 0) return { kind: 'nothing', value: undefined }
  return {
    kind: 'write',
    rows: meant.map((value) => ({ rowKey: rowKeys.reservation(value.hostServerId), value, mode: 'delete' })),
    ledger: {
      actor: 'atlas',
      action: 'host.released',
      object: meant
        .map(({ hostServerId }) => hostServerId)
        .join(' ')
        .slice(0, 1000),
    },
    value: undefined,
  }
}

/** Takes back what a turn has reserved and, on second thoughts, not started. */
export async function releaseUnused(
  services: Services,
  { campaignId, turn }: { readonly campaignId: CampaignId; readonly turn: string },
  planned: Pick<PlannedClient, 'servers'>,
  started: ServerId | undefined,
): Promise<void> {
  for (const { serverId, sharedWith = [] } of planned.servers) {
    if (serverId === started) continue
    await release(
      services,
      sharedWith,
      (row) => row.hostServerId === serverId && row.campaignId === campaignId && row.turn === turn,
    )
  }
}

/** A host has ended: its guests of other clients may start again. */
export async function releaseHost(
  services: Services,
  campaignId: CampaignId,
  serverId: ServerId,
  round: number,
): Promise<void> {
  const host = await plannedServer(services, campaignId, serverId)
  await release(
    services,
    host?.sharedWith ?? [],
    (row) => row.hostServerId === serverId && row.campaignId === campaignId && row.round <= round,
  )
}

/** Clients whose turns may decide otherwise now that a server has ended: of its guests, or of its host. */
export async function otherClientsOf(
  services: Services,
  campaignId: CampaignId,
  serverId: ServerId,
): Promise<readonly ClientId[]> {
  const server = await plannedServer(services, campaignId, serverId)
  const host = server?.runsOn && clientOf(server.runsOn)
  return [...(server?.sharedWith ?? []), ...(host && host !== clientOf(serverId) ? [host] : [])]
}

async function plannedServer(
  services: Services,
  campaignId: CampaignId,
  serverId: ServerId,
): Promise<PlannedServer | undefined> {
  const plan = await campaignPlan(services, campaignId, clientOf(serverId))
  return plan?.planned.servers.find((server) => server.serverId === serverId)
}
