import { joiners } from '../../orchestrations/domain/join.ts'
import { clientOf, type ServerId } from '../../orchestrations/domain/ids.ts'
import { reason } from '../../orchestrations/domain/reasons.ts'
import { plannedClient } from '../activities/turnFacts.ts'
import { putRun } from '../activities/runs.ts'
import type { Partition } from '../adapters/tables/partition.ts'
import type { RunRow } from '../adapters/tables/rows.ts'
import type { Durable, Services } from '../services.ts'
import { campaignsUnderWay, type ActiveCampaign } from './activeCampaigns.ts'
import { nextStory, passOf, startStory } from './story.ts'
import { wakeClient } from './wake.ts'

/**
 * A server that was enrolled: campaigns under way whose plan takes late joiners and whose selection means it give
 * it a place. A client that isn't in the plan waits for the next campaign.
 */
export async function joinCampaigns(services: Services, durable: Durable, serverId: ServerId): Promise<void> {
  for (const campaign of await campaignsUnderWay(services))
    await joinOne(services, durable, campaign, serverId)
}

async function joinOne(
  services: Services,
  durable: Durable,
  { campaignId }: ActiveCampaign,
  serverId: ServerId,
): Promise<void> {
  const clientId = clientOf(serverId)
  const planned = await plannedClient(services, campaignId, clientId)
  if (!planned) return
  const { selection, settings, refused, rings: inPlan } = await services.campaigns.planHeader(campaignId)
  const ring = inPlan.find(({ clients }) => clients.includes(clientId))?.ring
  if (ring === undefined) return
  const now = services.clocks.plan()
  const entering = (partition: Partition) => {
    const client = partition.config()
    if (!client) return []
    const rows = partition.servers()
    const runs = partition.runs(campaignId)
    const places = [...planned.servers, ...runs]
    return joiners({
      client,
      servers: rows.map(({ server }) => server),
      enrolled: new Set(rows.flatMap(({ agent, server }) => (agent ? [server.serverId] : []))),
      known: new Set([...places, ...refused].map((one) => one.serverId)),
      lastOrder: Math.max(0, ...places.map(({ order }) => order)),
      planned,
      ring,
      selection,
      settings,
      now,
    })
  }
  const joined = await services.clients.transact(clientId, { campaign: campaignId }, (partition) => {
    const servers = entering(partition)
    if (servers.length === 0) return { kind: 'nothing', value: undefined }
    const name = nextStory(partition)
    const pass = passOf(partition.runs(campaignId))
    const runs = servers.map((server): RunRow => ({
      campaignId,
      serverId: server.serverId,
      order: server.order,
      state: { kind: 'pending', reason: reason('joinedLate'), since: now },
      attempts: 0,
      updates: [],
      pass,
      joined: server,
      story: name,
    }))
    return {
      kind: 'write',
      rows: runs.map((run) => ({ ...putRun(run), mode: 'insert' })),
      ledger: {
        actor: 'atlas',
        action: 'server.joined',
        object: servers
          .map((server) => server.serverId)
          .join(' ')
          .slice(0, 1000),
        detail: { campaign: campaignId, servers: servers.length },
      },
      value: { name, pass, servers: servers.length },
    }
  })
  if (!joined) return
  const row = await services.campaigns.changeRing(campaignId, ring, (current) => ({
    ...current,
    servers: current.servers + joined.servers,
  }))
  // Before its ring begins, the client's own story takes it up with the others.
  if (row.startedAt !== undefined)
    await startStory(services, durable, { campaignId, clientId, pass: joined.pass, name: joined.name })
  await wakeClient(services, durable, campaignId, clientId)
}
