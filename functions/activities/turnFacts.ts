import type { CampaignHead, RingRow } from '../../orchestrations/contracts/board.ts'
import { controlNow } from '../../orchestrations/domain/control.ts'
import type { CampaignId, ClientId, RingNumber, ServerId } from '../../orchestrations/domain/ids.ts'
import type { Plan, PlannedClient, PlannedServer } from '../../orchestrations/domain/plan.ts'
import { reason, type Reason } from '../../orchestrations/domain/reasons.ts'
import type { RingStatus } from '../../orchestrations/domain/ring.ts'
import type { CampaignSettings } from '../../orchestrations/domain/settings.ts'
import type { TurnFacts, TurnServer } from '../../orchestrations/domain/turn.ts'
import { nameOf } from '../../orchestrations/domain/turnTopology.ts'
import type { Partition } from '../adapters/tables/partition.ts'
import type { RunRow } from '../adapters/tables/rows.ts'
import { unprovenServers } from '../control/evidence.ts'
import type { Services } from '../services.ts'

/** What a turn depends on beside the client's own partition. */
export interface Surroundings {
  readonly head: CampaignHead
  readonly ring: RingRow
  readonly planned: PlannedClient
  readonly settings: CampaignSettings
  readonly online: ReadonlySet<ServerId>
  /** Servers that would run what no lab has proven, and why. */
  readonly unproven?: ReadonlyMap<ServerId, Reason>
  /** Hosts that other clients keep back, as far as that was looked at. */
  readonly waits?: ReadonlyMap<ServerId, Reason>
}

/** What a plan says of one client. */
export interface CampaignPlan {
  readonly planned: PlannedClient
  readonly settings: CampaignSettings
  readonly updates: Plan['updates']
  readonly purpose: Plan['purpose']
  readonly rings: readonly RingNumber[]
}

const plans = new Map<string, CampaignPlan>()
const plansKept = 500

/** A plan never changes once it has a hash, so it is read once. */
export async function campaignPlan(
  services: Services,
  campaignId: CampaignId,
  clientId: ClientId,
): Promise<CampaignPlan | undefined> {
  const key = `${campaignId} ${clientId}`
  const known = plans.get(key)
  if (known) return known
  const [header, planned] = await Promise.all([
    services.campaigns.planHeader(campaignId),
    services.campaigns.plannedClient(campaignId, clientId),
  ])
  if (!planned) return undefined
  const { settings, updates, purpose } = header
  const plan = { planned, settings, updates, purpose, rings: header.rings.map(({ ring }) => ring) }
  plans.set(key, plan)
  for (const oldest of plans.keys()) {
    if (plans.size <= plansKept) break
    plans.delete(oldest)
  }
  return plan
}

/** What a plan has of a client; undefined when it isn't in it. */
export async function plannedClient(
  services: Services,
  campaignId: CampaignId,
  clientId: ClientId,
): Promise<PlannedClient | undefined> {
  return (await campaignPlan(services, campaignId, clientId))?.planned
}

/** Servers that joined after the plan was made; read from the truth once this process knows nothing of the client. */
async function joinedOf(
  services: Services,
  campaignId: CampaignId,
  clientId: ClientId,
): Promise<PlannedServer[]> {
  const look = (partition: Partition) => {
    const runs = partition.runs(campaignId)
    return { known: runs.length > 0, joined: runs.flatMap((run) => run.joined ?? []) }
  }
  const seen = services.clients.glance(clientId, look)
  if (seen?.known === true) return seen.joined
  return (await services.clients.read(clientId, { campaign: campaignId }, look)).joined
}

export async function surroundingsOf(
  services: Services,
  campaignId: CampaignId,
  clientId: ClientId,
  ring: RingRow['ring'],
): Promise<Surroundings> {
  const plan = await campaignPlan(services, campaignId, clientId)
  if (!plan) throw new Error(`Client ${clientId} is not in the plan of campaign ${campaignId}`)
  const since = services.clocks.wire() - plan.settings.offlineAfterSeconds * 1000
  const all = [...plan.planned.servers, ...(await joinedOf(services, campaignId, clientId))]
  const servers = all.map((server) => server.serverId)
  const [head, ringRow, heartbeats] = await Promise.all([
    services.campaigns.head(campaignId),
    services.campaigns.ring(campaignId, ring),
    services.heartbeats.of(clientId, servers, since),
  ])
  if (!head) throw new Error(`Campaign ${campaignId} doesn't exist`)
  const { settings } = plan
  const planned = { ...plan.planned, servers: all }
  const unproven = await unprovenServers(services, campaignId, plan, planned)
  return { head, ring: ringRow, planned, settings, online: new Set(heartbeats.keys()), unproven }
}

function campaignState(head: CampaignHead): TurnFacts['campaign'] {
  switch (head.state.kind) {
    case 'paused':
    case 'cancelled':
    case 'ended':
      return head.state.kind
    default:
      return 'running'
  }
}

function ringStatus({ state }: RingRow): RingStatus {
  switch (state.kind) {
    case 'waiting':
      return { kind: 'waiting' }
    case 'gateHeld':
      // It keeps the next ring back, and all turns of this one are over: what is pending again, an operator asked
      // for. The gate waits for it, so it may not wait for the gate.
      return { kind: 'running' }
    default:
      return state
  }
}

export function turnFacts(
  partition: Partition,
  campaignId: CampaignId,
  around: Surroundings,
  now: number,
): TurnFacts {
  const { control, emergency, excluded } = partition.control()
  const lock = partition.lock()
  const runs = new Map(partition.runs(campaignId).map((run) => [run.serverId, run]))
  return {
    campaign: campaignState(around.head),
    stopped: emergency,
    control: controlNow(control, now),
    excluded,
    ring: ringStatus(around.ring),
    lock:
      lock.owner === undefined
        ? { kind: 'free' }
        : lock.owner === campaignId
          ? { kind: 'mine', fence: lock.fence }
          : { kind: 'other', owner: lock.owner },
    windows: around.planned.windows.filter((window) => window.end > now),
    maxParallel: around.planned.maxParallelServers,
    servers: around.planned.servers.map((server) => turnServer(partition, server, { runs, around, now })),
  }
}

/** Its host, by plan or as it is now, is another client's and being worked on. */
function hostReserved(partition: Partition, { serverId, runsOn }: PlannedServer): Reason | undefined {
  const hosts = [runsOn, partition.server(serverId)?.server.runsOn]
  const standing = partition.reservations().find(({ hostServerId }) => hosts.includes(hostServerId))
  return standing && reason('hostUnderWay', { server: nameOf({ serverId: standing.hostServerId }) })
}

function turnServer(
  partition: Partition,
  server: PlannedClient['servers'][number],
  { runs, around, now }: { runs: ReadonlyMap<ServerId, RunRow>; around: Surroundings; now: number },
): TurnServer {
  const stored = partition.server(server.serverId)
  return {
    serverId: server.serverId,
    order: server.order,
    role: server.role,
    kind: server.kind,
    runsOn: server.runsOn,
    partner: server.partner,
    state: runs.get(server.serverId)?.state ?? { kind: 'pending' },
    enrolled: stored?.agent !== undefined,
    quarantined: stored?.quarantined !== undefined,
    online: around.online.has(server.serverId),
    unproven: around.unproven?.get(server.serverId),
    windows: server.windows?.filter((window) => window.end > now),
    waits: around.waits?.get(server.serverId) ?? hostReserved(partition, server),
    // Retired: it left the inventory after the plan was made.
    excluded: stored ? stored.excluded : {},
    p95Ms: around.settings.serverMinutes.p95 * 60_000,
  }
}
