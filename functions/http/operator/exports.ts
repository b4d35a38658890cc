import { z } from 'zod'
import { cellLetters, type RingRow } from '../../../orchestrations/contracts/board.ts'
import { csvFile, type CsvCell } from '../../../orchestrations/contracts/csv.ts'
import { writeWindows } from '../../../orchestrations/contracts/inventory/windowText.ts'
import { sentence } from '../../../orchestrations/contracts/words/index.ts'
import type { Client } from '../../../orchestrations/domain/fleet.ts'
import { CampaignId, type ServerId } from '../../../orchestrations/domain/ids.ts'
import { isUnderWay, type RunState } from '../../../orchestrations/domain/outcomes.ts'
import { reason } from '../../../orchestrations/domain/reasons.ts'
import type { RunRow, ServerRow } from '../../adapters/tables/rows.ts'
import { eachOf } from '../../concurrency.ts'
import { campaignHeads, newestOf } from '../../control/activeCampaigns.ts'
import type { Services } from '../../services.ts'
import { file } from '../respond.ts'
import { headOf } from './campaigns.ts'
import { readers, type Call, type Route } from './route.ts'

const ExportQuery = z.object({ campaign: CampaignId.optional() })
const ListName = z.enum(['orchestration', 'globalstatus', 'clientconfig'])
const csvType = 'text/csv; charset=utf-8'

export const exportRoutes: readonly Route[] = [
  {
    name: 'exportList',
    method: 'GET',
    path: 'exports/{list}',
    roles: readers,
    summary: 'Exports orchestration, globalstatus or clientconfig as CSV.',
    query: ExportQuery,
    answers: { 200: { media: ['text/csv'] } },
    handle: exportList,
  },
]

/** The three lists that ATLAS took over, with their columns' names (architecture.md, section 4). Times are UTC. */
async function exportList(services: Services, call: Call) {
  const list = call.param('list', ListName, 'export')
  const { campaign } = call.query(ExportQuery)
  if (campaign !== undefined) await headOf(services, campaign)
  const campaignId = campaign ?? newestOf(await campaignHeads(services))?.campaignId
  const name = list === 'clientconfig' || campaignId === undefined ? list : `${list}-${campaignId}`
  return file(await textOf(list, services, call, campaignId), csvType, `atlas-${name}.csv`)
}

function textOf(
  list: z.infer<typeof ListName>,
  services: Services,
  call: Call,
  campaignId: CampaignId | undefined,
): Promise<string> {
  switch (list) {
    case 'orchestration':
      return orchestration(services, call, campaignId)
    case 'globalstatus':
      return globalStatus(services, campaignId)
    case 'clientconfig':
      return clientConfig(services, call)
  }
}

interface ClientRows {
  readonly config: Client
  readonly servers: ReadonlyMap<ServerId, ServerRow>
  readonly runs: readonly RunRow[]
}

const clientsAtOnce = 12

async function clientRows(
  services: Services,
  { me }: Call,
  campaignId: CampaignId | undefined,
): Promise<ClientRows[]> {
  const found: ClientRows[] = []
  const known = (await services.fleet.clients()).filter(
    ({ clientId }) => me.clients === 'all' || me.clients.includes(clientId),
  )
  const needs = campaignId === undefined ? {} : { campaign: campaignId }
  await eachOf(known, clientsAtOnce, async ({ clientId }) => {
    const rows = await services.clients.read(clientId, needs, (partition) => ({
      config: partition.config(),
      servers: new Map(partition.servers().map((row) => [row.server.serverId, row])),
      runs: campaignId === undefined ? [] : partition.runs(campaignId),
    }))
    if (rows.config) found.push({ ...rows, config: rows.config })
  })
  return found.sort((a, b) => (a.config.clientId < b.config.clientId ? -1 : 1))
}

const timeText = (at: number | undefined): string | undefined =>
  at === undefined ? undefined : new Date(at).toISOString()

const orchestrationColumns = [
  'ClientName',
  'SiteName',
  'ServerName',
  'UpdateOrder',
  'UpdateStatus',
  'UpdateStartTime',
  'UpdateEndTime',
  'UpdateLocked',
  'LastError',
]

async function orchestration(services: Services, call: Call, campaignId: CampaignId | undefined) {
  const clients = await clientRows(services, call, campaignId)
  return csvFile(
    orchestrationColumns,
    clients.flatMap(({ config, servers, runs }) =>
      runs.map((run) => placeOf(config, servers.get(run.serverId), run)),
    ),
  )
}

function placeOf(config: Client, row: ServerRow | undefined, { order, serverId, state }: RunRow): CsvCell[] {
  return [
    config.name,
    row?.server.site,
    row?.server.host ?? serverId,
    order,
    statusOf(state),
    timeText(state.kind === 'pending' ? undefined : state.startedAt),
    timeText(state.kind === 'ended' ? state.endedAt : undefined),
    String(isUnderWay(state)),
    errorOf(state, config.zone),
  ]
}

/** Of a server that was never started nothing is completed or failed. */
function statusOf(state: RunState): 'Pending' | 'InProgress' | 'Completed' | 'Failed' {
  if (state.kind === 'pending') return 'Pending'
  if (state.kind !== 'ended') return 'InProgress'
  switch (state.outcome) {
    case 'succeeded':
    case 'skipped':
      return 'Completed'
    case 'failed':
    case 'rolledBack':
    case 'needsOperator':
      return 'Failed'
    case 'notEnrolled':
    case 'offlineBeforeStart':
    case 'carriedOver':
    case 'excluded':
      return 'Pending'
  }
}

/** Why it is not done, in English; times in it name the client's zone. */
function errorOf(state: RunState, zone: string): string | undefined {
  if (state.kind === 'pending' || state.kind === 'running') return undefined
  if (state.kind === 'ended' && statusOf(state) === 'Completed') return undefined
  return sentence(state.reason ?? reason('internalError'), 'en', { zone, showZone: true })
}

const statusColumns = [
  'RingName',
  'Status',
  'ServersTotal',
  'ServersCompleted',
  'StartTime',
  'CompletionTime',
]
const open: ReadonlySet<string> = new Set([cellLetters.pending, cellLetters.running, cellLetters.unknown])

async function globalStatus(services: Services, campaignId: CampaignId | undefined): Promise<string> {
  if (campaignId === undefined) return csvFile(statusColumns, [])
  const [rings, clients] = await Promise.all([
    services.campaigns.rings(campaignId),
    services.campaigns.clients(campaignId),
  ])
  const rows = rings.map((ring): CsvCell[] => {
    const cells = clients.filter((row) => row.ring === ring.ring).flatMap((row) => row.cells.split(''))
    const completed = cells.filter((letter) => !open.has(letter)).length
    const { servers, startedAt, endedAt } = ring
    return [`Ring ${ring.ring}`, ringStatus(ring), servers, completed, timeText(startedAt), timeText(endedAt)]
  })
  return csvFile(statusColumns, rows)
}

function ringStatus({ state, startedAt }: RingRow): 'Waiting' | 'Active' | 'Completed' {
  if (state.kind === 'passed') return 'Completed'
  return startedAt === undefined ? 'Waiting' : 'Active'
}

const configColumns = ['ClientName', 'MaintenanceWindow', 'MaxParallelServers', 'Priority', 'ContactEmail']

async function clientConfig(services: Services, call: Call): Promise<string> {
  const clients = await clientRows(services, call, undefined)
  return csvFile(
    configColumns,
    clients.map(({ config }) => [
      config.name,
      `${writeWindows(config.windows)} (${config.zone})`,
      config.maxParallelServers,
      config.priority,
      config.contact,
    ]),
  )
}
