import type { CampaignId, ClientId, RingNumber } from '../../orchestrations/domain/ids.ts'
import type { CampaignEnd, OpenedCampaign } from '../../orchestrations/steps/catalogue.ts'
import { freshRows } from '../board/freshRows.ts'
import type { Services } from '../services.ts'
import { plannedClient } from './turnFacts.ts'

/** At most this many children a parent (architecture.md, section 5). */
const groupSize = 100

export async function openCampaign(
  services: Services,
  { campaignId }: { campaignId: CampaignId },
): Promise<OpenedCampaign> {
  const plan = await services.campaigns.planHeader(campaignId)
  return { rings: plan.rings.map(({ ring, clients }) => ({ ring, groups: groupsOf(clients) })) }
}

function groupsOf(clients: readonly ClientId[]): ClientId[][] {
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
  const waiting = new Set(rows.filter((row) => row.cells.includes('c')).map((row) => row.clientId))
  const nextStarts = planned
    .filter((client) => waiting.has(client.clientId))
    .flatMap((client) => client.windows.filter((window) => window.start > now).map((window) => window.start))
  const nextAt = nextStarts.length > 0 ? Math.min(...nextStarts) : undefined
  const head = await services.campaigns.changeHead(campaignId, (current) => {
    if (current.state.kind === 'cancelled') return { ...current, endedAt: now }
    if (nextAt === undefined) return { ...current, state: { kind: 'ended' }, endedAt: now }
    return { ...current, state: { kind: 'carryingOver', nextAt }, endedAt: now }
  })
  return head.state.kind === 'carryingOver' && nextAt !== undefined
    ? { kind: 'carryOver', nextAt }
    : { kind: 'ended' }
}
