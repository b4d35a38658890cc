import type { CampaignId, ClientId, RingNumber } from '../../orchestrations/domain/ids.ts'
import type { PlannedClient } from '../../orchestrations/domain/plan.ts'
import type { CampaignEnd, OpenedCampaign } from '../../orchestrations/steps/catalogue.ts'
import { cellLetters } from '../../orchestrations/contracts/board.ts'
import { freshRows } from '../board/freshRows.ts'
import { eachOf } from '../concurrency.ts'
import type { Services } from '../services.ts'
import { plannedClient } from './turnFacts.ts'

/** At most this many children a parent (architecture.md, section 5). */
const groupSize = 100
const clientsAtOnce = 16
const letter = cellLetters.carriedOver

export async function openCampaign(
  services: Services,
  { campaignId }: { campaignId: CampaignId },
): Promise<OpenedCampaign> {
  const plan = await services.campaigns.planHeader(campaignId)
  // A further pass: what was carried over is due.
  await services.campaigns.changeHead(campaignId, (head) => {
    if (head.state.kind !== 'carryingOver') return undefined
    const { endedAt, ...rest } = head
    void endedAt
    return { ...rest, state: { kind: 'running' } }
  })
  return { rings: plan.rings.map(({ ring, clients }) => ({ ring, groups: groupsOf(clients) })) }
}

/** At most 100 clients a group. */
export function groupsOf(clients: readonly ClientId[]): ClientId[][] {
  const groups: ClientId[][] = []
  for (let from = 0; from < clients.length; from += groupSize)
    groups.push(clients.slice(from, from + groupSize))
  return groups
}

/** A client that allows several servers at once gets a lane for each. */
export async function openClient(
  services: Services,
  { campaignId, clientId }: { campaignId: CampaignId; clientId: ClientId },
): Promise<{ lanes: number }> {
  const planned = await plannedClient(services, campaignId, clientId)
  return { lanes: planned?.maxParallelServers ?? 1 }
}

export async function startRing(
  services: Services,
  { campaignId, ring }: { campaignId: CampaignId; ring: RingNumber },
): Promise<void> {
  const now = services.clocks.plan()
  const head = await services.campaigns.head(campaignId)
  // It doesn't begin: its clients only record that they won't be started.
  if (head?.state.kind === 'cancelled') return
  await services.campaigns.changeRing(campaignId, ring, (row) => {
    const begun = { ...row, startedAt: row.startedAt ?? now }
    // Held or tripped since \`peek\` looked, or since this ran before: that stands.
    if (row.state.kind === 'held' || row.state.kind === 'tripped') return begun
    return row.state.kind === 'running' ? undefined : { ...begun, state: { kind: 'running' } }
  })
}

export async function endRing(
  services: Services,
  { campaignId, ring }: { campaignId: CampaignId; ring: RingNumber },
): Promise<void> {
  const now = services.clocks.plan()
  await services.campaigns.changeRing(campaignId, ring, (row) =>
    row.endedAt === undefined || row.state.kind === 'running' ? { ...row, endedAt: now } : undefined,
  )
}

export async function endCampaign(
  services: Services,
  { campaignId }: { campaignId: CampaignId },
): Promise<CampaignEnd> {
  const now = services.clocks.plan()
  const planned = await services.campaigns.plannedClients(campaignId)
  const clients = planned.map((client) => client.clientId)
  const rows = await freshRows(services, campaignId, clients)
  const carried = new Set(rows.flatMap(({ cells, clientId }) => (cells.includes(letter) ? [clientId] : [])))
  const waiting = planned.filter(({ clientId }) => carried.has(clientId))
  const nextAt = await firstReturn(services, campaignId, waiting, now)
  const head = await services.campaigns.changeHead(campaignId, (current) => {
    if (current.state.kind === 'cancelled') return { ...current, endedAt: now }
    if (nextAt === undefined) return { ...current, state: { kind: 'ended' }, endedAt: now }
    // A pause outlasts the wait for the next window.
    if (current.state.kind === 'paused') return undefined
    return { ...current, state: { kind: 'carryingOver', nextAt }, endedAt: now }
  })
  // What a cancelled campaign has carried over is told so in a further pass, at once.
  if (head.state.kind === 'cancelled' && waiting.length > 0) return { kind: 'carryOver', nextAt: now }
  if (nextAt === undefined || head.state.kind === 'cancelled') return { kind: 'ended' }
  return { kind: 'carryOver', nextAt }
}

/** When the first carried-over server can start: at its own date, else at its client's next window. */
async function firstReturn(
  services: Services,
  campaignId: CampaignId,
  clients: readonly PlannedClient[],
  now: number,
): Promise<number | undefined> {
  let first = Infinity
  await eachOf(clients, clientsAtOnce, async ({ clientId, windows }) => {
    const nextWindow = windows.find((window) => window.start > now)?.start ?? Infinity
    const dates = await services.clients.read(clientId, { campaign: campaignId }, (partition) =>
      partition
        .runs(campaignId)
        .flatMap(({ state }) =>
          state.kind === 'ended' && state.outcome === 'carriedOver' ? (state.nextAt ?? nextWindow) : [],
        ),
    )
    first = Math.min(first, ...dates)
  })
  return first === Infinity ? undefined : first
}
