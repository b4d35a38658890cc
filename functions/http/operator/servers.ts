import { z } from 'zod'
import {
  PageQuery,
  ServerList,
  ServerShow,
  type ServerLine,
  type ServerRun,
} from '../../../orchestrations/contracts/api.ts'
import type { CampaignHead } from '../../../orchestrations/contracts/board.ts'
import {
  CampaignId,
  clientOf,
  ClientId,
  RingNumber,
  type ServerId,
} from '../../../orchestrations/domain/ids.ts'
import { OutcomeKind, type RunState } from '../../../orchestrations/domain/outcomes.ts'
import type { KnownClient } from '../../adapters/tables/fleetStore.ts'
import { serverLineOf, serverRunOf, waiverOf } from '../../board/serverViews.ts'
import { eachOf } from '../../concurrency.ts'
import { campaignHeads, newestOf } from '../../control/activeCampaigns.ts'
import type { Services } from '../../services.ts'
import { json } from '../respond.ts'
import { noSuchServer } from './auth.ts'
import { tagged } from './etag.ts'
import { shortHash } from './preconditions.ts'
import { compare, pageOf, positionIn } from './paging.ts'
import { readers, type Call, type Route } from './route.ts'

const ServersQuery = PageQuery.extend({
  client: ClientId.optional(),
  ring: z.coerce.number().pipe(RingNumber).optional(),
  /** A run state or an outcome. */
  state: z.union([z.enum(['pending', 'running', 'unknown']), OutcomeKind]).optional(),
  /** Part of the host's name, in any case. */
  q: z.string().max(100).optional(),
  campaign: CampaignId.optional(),
})
type ServersQuery = z.infer<typeof ServersQuery>
const ServerQuery = z.object({ campaign: CampaignId.optional() })

export const serverRoutes: readonly Route[] = [
  {
    name: 'listServers',
    method: 'GET',
    path: 'servers',
    roles: readers,
    summary: 'Lists servers of the inventory with their place in a campaign.',
    query: ServersQuery,
    answers: { 200: ServerList },
    handle: listServers,
  },
  {
    name: 'showServer',
    method: 'GET',
    path: 'servers/{serverId}',
    roles: readers,
    summary: 'Shows one server with all that was commanded there.',
    query: ServerQuery,
    answers: { 200: ServerShow },
    handle: showServer,
  },
]

const clientsAtOnce = 12

const positionOf = ({ clientId, serverId }: Pick<ServerLine, 'clientId' | 'serverId'>) => [clientId, serverId]

/** Clients are read one batch after the other, only until the page is full. */
async function listServers(services: Services, call: Call) {
  const query = call.query(ServersQuery)
  const campaignId = query.campaign ?? newestOf(await campaignHeads(services))?.campaignId
  const clients = await clientsAsked(services, call, query)
  const found: ServerLine[] = []
  for (let from = 0; from < clients.length && found.length <= query.limit; from += clientsAtOnce) {
    await eachOf(clients.slice(from, from + clientsAtOnce), clientsAtOnce, async (client) => {
      const lines = await linesOf(services, client.clientId, campaignId)
      found.push(...lines.filter((line) => isAsked(line, query)))
    })
  }
  found.sort((a, b) => compare(positionOf(a), positionOf(b)))
  const { items, next } = pageOf(found, query, positionOf)
  return json({ servers: items, ...(next === undefined ? {} : { next }) } satisfies ServerList)
}

/** The clients that may have a server of this page, in the list's order. */
async function clientsAsked(services: Services, call: Call, query: ServersQuery): Promise<KnownClient[]> {
  const { clients: scope } = call.me
  const [reached] = query.cursor === undefined ? [] : positionIn(query.cursor)
  return (await services.fleet.clients())
    .filter(({ clientId }) => scope === 'all' || scope.includes(clientId))
    .filter(({ clientId }) => query.client === undefined || clientId === query.client)
    .filter(({ ring }) => query.ring === undefined || ring === query.ring)
    .filter(({ clientId }) => reached === undefined || clientId >= String(reached))
    .sort((a, b) => compare([a.clientId], [b.clientId]))
}

function isAsked({ host, state }: ServerLine, query: ServersQuery): boolean {
  if (query.q !== undefined && !host.toLowerCase().includes(query.q.toLowerCase())) return false
  if (query.state === undefined) return true
  return state !== undefined && (state.kind === 'ended' ? state.outcome : state.kind) === query.state
}

/** A client's servers as lines of a list, with their places in a campaign. */
export async function linesOf(
  services: Services,
  clientId: ClientId,
  campaignId: CampaignId | undefined,
): Promise<ServerLine[]> {
  const needs = campaignId === undefined ? {} : { campaign: campaignId }
  const { config, rows, states } = await services.clients.read(clientId, needs, (partition) => ({
    config: partition.config(),
    rows: partition.servers(),
    states: statesOf(campaignId === undefined ? [] : partition.runs(campaignId)),
  }))
  if (!config) return []
  const ids = rows.flatMap((row) => (row.agent ? [row.server.serverId] : []))
  const heard = ids.length === 0 ? undefined : await services.heartbeats.of(clientId, ids, 1)
  const now = services.clocks.plan()
  return rows.map((row) => {
    const { serverId } = row.server
    const facts = { clientName: config.name, state: states.get(serverId), heard: heard?.get(serverId), now }
    return serverLineOf(row, facts)
  })
}

const statesOf = (runs: readonly { serverId: ServerId; state: RunState }[]): Map<ServerId, RunState> =>
  new Map(runs.map(({ serverId, state }) => [serverId, state]))

async function showServer(services: Services, call: Call) {
  const { campaign } = call.query(ServerQuery)
  const serverId = call.serverId()
  const clientId = clientOf(serverId)
  const found = await services.clients.read(clientId, {}, (partition) => ({
    row: partition.server(serverId),
    config: partition.config(),
    revision: partition.head.sequence,
    checkpoints: partition.checkpoints().filter((checkpoint) => checkpoint.serverId === serverId),
  }))
  if (!found.row || !found.config) throw noSuchServer(serverId)
  const { row, config } = found
  const runs = await runsOf(services, serverId, campaign)
  const heard = row.agent ? (await services.heartbeats.of(clientId, [serverId], 1)).get(serverId) : undefined
  const now = services.clocks.plan()
  const waiver = waiverOf(row, now)
  const { site, os, runsOn, backupServer, partner, probes } = row.server
  const version = heard?.version ?? row.agent?.version
  const build = runs.find((run) => run.build !== undefined)?.build
  const shown: ServerShow = {
    ...serverLineOf(row, { clientName: config.name, state: runs[0]?.state, heard, now }),
    ...(site === undefined ? {} : { site }),
    ...(os === undefined ? {} : { os }),
    ...(build === undefined ? {} : { build }),
    ...(version === undefined ? {} : { agentVersion: version }),
    ...(runsOn === undefined ? {} : { runsOn }),
    ...(backupServer === undefined ? {} : { backupServer }),
    ...(partner === undefined ? {} : { partner }),
    ...(probes === undefined ? {} : { probes }),
    ...(row.quarantined ? { quarantined: row.quarantined } : {}),
    ...(waiver ? { waiver } : {}),
    ...(row.machine ? { machine: row.machine } : {}),
    checkpoints: found.checkpoints,
    runs,
  }
  return tagged(call, json(shown), String(found.revision), shortHash([heard?.at, campaign]))
}

/** A server's places, newest campaign first; the commands of those that are shown. */
async function runsOf(
  services: Services,
  serverId: ServerId,
  campaign: CampaignId | undefined,
): Promise<ServerRun[]> {
  const clientId = clientOf(serverId)
  const created = new Map((await campaignHeads(services)).map((head) => [head.campaignId, createdAt(head)]))
  const runs = (await services.history.runs(clientId))
    .filter((run) => run.serverId === serverId && (campaign === undefined || run.campaignId === campaign))
    .sort((a, b) => (created.get(b.campaignId) ?? 0) - (created.get(a.campaignId) ?? 0))
  return Promise.all(
    runs.map(async (run) => serverRunOf(run, await services.history.commands(clientId, run.campaignId))),
  )
}

const createdAt = (head: CampaignHead): number => head.startedAt ?? head.createdAt
