import { z } from 'zod'
import {
  PrepareBody,
  Preparation,
  type Finding,
  type PreparedClient,
  type PreparedServer,
} from '../../../orchestrations/contracts/api.ts'
import type { CampaignHead } from '../../../orchestrations/contracts/board.ts'
import { prepareName, type PrepareInput } from '../../../orchestrations/campaign/prepare.ts'
import { ClientId, type CampaignId } from '../../../orchestrations/domain/ids.ts'
import type { PlannedClient } from '../../../orchestrations/domain/plan.ts'
import { withWaiver } from '../../../orchestrations/domain/prepared.ts'
import type { PreparationRow, PreparedRow } from '../../adapters/tables/rows.ts'
import { eachOf } from '../../concurrency.ts'
import { forgetActiveCampaigns } from '../../control/activeCampaigns.ts'
import { audit } from '../../control/audit.ts'
import { campaignProof } from '../../control/evidence.ts'
import { ensureInstance, instanceState } from '../../control/instances.ts'
import type { Services } from '../../services.ts'
import { json, Refusal } from '../respond.ts'
import { noSuchClient, requireWholeFleet } from './auth.ts'
import { headOf } from './campaigns.ts'
import { readers, type Call, type Route } from './route.ts'

const PreparationQuery = z.object({ client: ClientId.optional() })

export const preparationRoutes: readonly Route[] = [
  {
    name: 'prepareCampaign',
    method: 'POST',
    path: 'campaigns/{campaignId}/prepare',
    roles: ['operator'],
    summary:
      'Looks at every server of a plan and fetches its updates, outside windows; can be repeated until START.',
    body: PrepareBody,
    answers: { 202: Preparation },
    starts: true,
    handle: prepareCampaign,
  },
  {
    name: 'showPreparation',
    method: 'GET',
    path: 'campaigns/{campaignId}/preparation',
    roles: readers,
    summary: 'Shows which servers of a plan are ready, and why others are not.',
    query: PreparationQuery,
    answers: { 200: Preparation },
    handle: showPreparation,
  },
]

const clientsAtOnce = 16
const preparable: ReadonlySet<CampaignHead['state']['kind']> = new Set(['planned', 'approved'])

/** A preparation that is under way goes on; asked again it is started again when its caller had died. */
async function prepareCampaign(services: Services, call: Call) {
  requireWholeFleet(call.me)
  const asked = await call.body(PrepareBody)
  const head = await headOf(services, call.campaignId())
  const { campaignId } = head
  if (!preparable.has(head.state.kind))
    throw new Refusal('campaignNotPreparable', { campaignState: head.state.kind })
  const row = await begin(services, call, campaignId, asked)
  await services.campaigns.changeHead(campaignId, (current) =>
    current.preparing === true ? undefined : { ...current, preparing: true },
  )
  forgetActiveCampaigns(services)
  const { round, download, maxKilobitsPerSecond: cap } = row
  const input: PrepareInput = {
    campaignId,
    round,
    download,
    ...(cap === undefined ? {} : { maxKilobitsPerSecond: cap }),
  }
  await ensureInstance(call.durable, prepareName, instanceOf(campaignId, round), input)
  return json(await preparationOf(services, call, campaignId), 202)
}

const instanceOf = (campaignId: CampaignId, round: number): string => `${campaignId}:prepare${round}`

async function begin(
  services: Services,
  call: Call,
  campaignId: CampaignId,
  asked: z.infer<typeof PrepareBody>,
): Promise<PreparationRow> {
  const last = await services.campaigns.preparation(campaignId)
  if (last?.state.kind === 'running') {
    const state = await instanceState(call.durable, instanceOf(campaignId, last.round))
    if (state !== 'over') return last
  }
  if (asked.download) await requireFreeLines(services, call, campaignId)
  const round = (last?.round ?? 0) + 1
  await audit(services, {
    actor: call.me.name,
    action: 'campaign.prepared',
    object: campaignId,
    detail: { round, download: String(asked.download) },
  })
  const begun: PreparationRow = {
    round,
    state: { kind: 'running', by: call.me.name, startedAt: services.clocks.plan() },
    download: asked.download,
    ...(asked.maxKilobitsPerSecond === undefined ? {} : { maxKilobitsPerSecond: asked.maxKilobitsPerSecond }),
  }
  const changed = await services.campaigns.changePreparation(campaignId, (row) =>
    (row?.round ?? 0) < round ? begun : undefined,
  )
  // Undefined: somebody else was faster, and what they asked for goes on.
  return changed ?? (await services.campaigns.preparation(campaignId)) ?? begun
}

/** A client's line carries one download at a time, within its cap: two preparations would halve what the cap says. */
async function requireFreeLines(services: Services, call: Call, campaignId: CampaignId): Promise<void> {
  const mine = new Set(await clientsOf(services, campaignId))
  for (const head of await services.campaigns.heads()) {
    if (head.campaignId === campaignId || head.preparing !== true) continue
    const row = await services.campaigns.preparation(head.campaignId)
    if (row?.state.kind !== 'running' || !row.download) continue
    if ((await instanceState(call.durable, instanceOf(head.campaignId, row.round))) === 'over') continue
    const shared = (await clientsOf(services, head.campaignId)).filter((clientId) => mine.has(clientId))
    if (shared.length > 0)
      throw new Refusal('linesInUse', {
        campaignId: head.campaignId,
        clients: shared.slice(0, 20).join(', '),
      })
  }
}

async function clientsOf(services: Services, campaignId: CampaignId): Promise<readonly ClientId[]> {
  return (await services.campaigns.planHeader(campaignId)).rings.flatMap(({ clients }) => clients)
}

async function showPreparation(services: Services, call: Call) {
  const { client } = call.query(PreparationQuery)
  const { campaignId } = await headOf(services, call.campaignId())
  if (client !== undefined && !sees(call, client)) throw noSuchClient(client)
  return json(await preparationOf(services, call, campaignId, client))
}

const sees = ({ me }: Call, clientId: ClientId): boolean =>
  me.clients === 'all' || me.clients.includes(clientId)

async function preparationOf(
  services: Services,
  call: Call,
  campaignId: CampaignId,
  only?: ClientId,
): Promise<Preparation> {
  const row = await services.campaigns.preparation(campaignId)
  const planned = (await services.campaigns.plannedClients(campaignId)).filter(
    ({ clientId }) => sees(call, clientId) && (only === undefined || clientId === only),
  )
  const plan = await services.campaigns.planHeader(campaignId)
  const { findings } = await campaignProof(services, campaignId, plan, planned)
  const now = services.clocks.plan()
  const clients: PreparedClient[] = []
  await eachOf(planned, clientsAtOnce, async (client) => {
    const found = await services.clients.read(client.clientId, { prepared: campaignId }, (partition) =>
      partition
        .prepared(campaignId)
        .map((row) => withWaiver(shownOf(row), partition.server(row.serverId)?.waiver, plan.settings, now)),
    )
    const servers = found.map((one) => withProof(one, findings.get(one.serverId) ?? []))
    clients.push(clientOfPlan(client, new Map(servers.map((one) => [one.serverId, one]))))
  })
  clients.sort((a, b) => (a.clientId < b.clientId ? -1 : 1))
  const counts = clients.reduce((sum, client) => added(sum, client.counts), noCounts)
  return { campaignId, state: row?.state ?? { kind: 'none' }, counts, clients }
}

/** Without what only the preparation itself needs. */
function shownOf({ campaignId, round, open, ...server }: PreparedRow): PreparedServer {
  void [campaignId, round, open]
  return server
}

/** Judged anew at each look: evidence and waivers come after a preparation, not with it. */
function withProof(server: PreparedServer, proof: readonly Finding[]): PreparedServer {
  if (server.verdict === 'waiting') return server
  const blocked = proof.some(({ severity }) => severity === 'blocks')
  const verdict = server.verdict === 'go' && blocked ? 'noGo' : server.verdict
  return { ...server, verdict, findings: [...server.findings, ...proof] }
}

const noCounts = { waiting: 0, go: 0, noGo: 0, unknown: 0 }
type Counts = typeof noCounts
const added = (a: Counts, b: Counts): Counts => ({
  waiting: a.waiting + b.waiting,
  go: a.go + b.go,
  noGo: a.noGo + b.noGo,
  unknown: a.unknown + b.unknown,
})

function clientOfPlan(
  { clientId, name, servers: planned, firstStart, end }: PlannedClient,
  rows: ReadonlyMap<PreparedServer['serverId'], PreparedServer>,
): PreparedClient {
  const servers = planned.map(({ serverId, host }): PreparedServer => {
    return rows.get(serverId) ?? { serverId, host, verdict: 'waiting', findings: [] }
  })
  const counts = { ...noCounts }
  for (const { verdict } of servers) counts[verdict]++
  return { clientId, name, verdict: verdictOf(counts), counts, firstStart, end, servers }
}

/** The worst of its servers': what blocks, then what nobody knows, then what is still to come. */
function verdictOf(counts: Counts): PreparedClient['verdict'] {
  if (counts.noGo > 0) return 'noGo'
  if (counts.unknown > 0) return 'unknown'
  return counts.waiting > 0 ? 'waiting' : 'go'
}
