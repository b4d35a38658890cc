import { z } from 'zod'
import { ClientList, LedgerLines, LedgerVerdict, PageQuery } from '../../../orchestrations/contracts/api.ts'
import { ClientDetail, type ServerRow } from '../../../orchestrations/contracts/board.ts'
import { controlNow } from '../../../orchestrations/domain/control.ts'
import { fleetLedger } from '../../../orchestrations/domain/ids.ts'
import { verifyChain, genesis } from '../../adapters/tables/ledger.ts'
import type { CommandRow, RunRow } from '../../adapters/tables/rows.ts'
import { clientRowOf } from '../../board/clientRow.ts'
import { plannedRuns } from '../../board/plannedRuns.ts'
import { lineOf } from '../../board/live.ts'
import { stepRowOf } from '../../board/serverViews.ts'
import { eachOf } from '../../concurrency.ts'
import type { Services } from '../../services.ts'
import { json } from '../respond.ts'
import { noSuchClient } from './auth.ts'
import { cursorAt, pageOf, positionIn } from './paging.ts'
import { readers, type Call, type Route } from './route.ts'

/** All of them are read at once where nobody asks for pages: a provider has some hundreds. */
const ClientsQuery = PageQuery.extend({ limit: z.coerce.number().int().min(1).max(1000).default(1000) })
const LedgerQuery = z.object({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce
    .number()
    .int()
    .min(0)
    .default(200)
    .transform((limit) => Math.min(limit, 1000)),
  cursor: PageQuery.shape.cursor,
})

export const clientRoutes: readonly Route[] = [
  {
    name: 'listClients',
    method: 'GET',
    path: 'clients',
    roles: readers,
    summary: 'Lists the clients that the caller may see.',
    query: ClientsQuery,
    answers: { 200: ClientList },
    handle: listClients,
  },
  {
    name: 'showClient',
    method: 'GET',
    path: 'campaigns/{campaignId}/clients/{clientId}',
    roles: readers,
    summary: 'Shows a client in a campaign: servers in order, their steps, the latest ledger lines.',
    answers: { 200: ClientDetail },
    handle: showClient,
  },
  {
    name: 'showLedger',
    method: 'GET',
    path: 'ledger/{clientId}',
    roles: readers,
    summary: "Reads a client's ledger, oldest first; atlas-fleet is that of the fleet.",
    query: LedgerQuery,
    answers: { 200: LedgerLines },
    handle: showLedger,
  },
  {
    name: 'verifyLedger',
    method: 'GET',
    path: 'ledger/{clientId}/verify',
    roles: readers,
    summary: "Follows a ledger's hash chain from its first row to its head.",
    answers: { 200: LedgerVerdict },
    handle: verifyLedger,
  },
]

const linesShown = 50

const clientsAtOnce = 12

/** Every client of the inventory that the operator may see. */
async function listClients(services: Services, call: Call) {
  const { clients: scope } = call.me
  const known = (await services.fleet.clients())
    .filter(({ clientId }) => scope === 'all' || scope.includes(clientId))
    .sort((a, b) => (a.clientId < b.clientId ? -1 : 1))
  const { items, next } = pageOf(known, call.query(ClientsQuery), ({ clientId }) => [clientId])
  const clients: ClientList['clients'] = []
  await eachOf(items, clientsAtOnce, async ({ clientId }) => {
    const line = await services.clients.read(clientId, {}, (partition) => {
      const config = partition.config()
      const servers = partition.servers()
      const enrolled = servers.filter((row) => row.agent !== undefined).length
      const control = controlNow(partition.control().control, services.clocks.plan())
      return (
        config && {
          clientId,
          name: config.name,
          ring: config.ring,
          servers: servers.length,
          enrolled,
          control,
        }
      )
    })
    if (line) clients.push(line)
  })
  clients.sort((a, b) => (a.clientId < b.clientId ? -1 : 1))
  return json({ clients, ...(next === undefined ? {} : { next }) } satisfies ClientList)
}

async function showClient(services: Services, call: Call) {
  const campaignId = call.campaignId()
  const clientId = call.clientId()
  const steps = await services.history.commands(clientId, campaignId)
  // A plan's places are only shown until its client's are written; those never go again.
  const begun = services.clients.glance(clientId, (partition) => partition.runs(campaignId).length > 0)
  const plan = begun === true ? undefined : await services.campaigns.plannedClient(campaignId, clientId)
  const planned = plannedRuns(campaignId, plan)
  const detail = await services.clients.read(clientId, { campaign: campaignId }, (partition) => {
    const config = partition.config()
    const row = clientRowOf(
      partition,
      campaignId,
      services.clocks.plan(),
      services.live.holdOf(campaignId, clientId),
      planned,
    )
    if (!config || !row) return undefined
    const written = partition.runs(campaignId)
    const servers = (written.length > 0 ? written : planned).map((run) => {
      const stored = partition.server(run.serverId)?.server
      return serverRow(run, stored, steps)
    })
    return { config, row, servers, head: partition.head }
  })
  if (!detail) throw noSuchClient(`${clientId} in campaign ${campaignId}`)
  const from = Math.max(0, detail.head.sequence - linesShown)
  const lines = await services.history.read(clientId, from, linesShown)
  return json({
    row: detail.row,
    zone: detail.config.zone,
    ...(detail.config.contact === undefined ? {} : { contact: detail.config.contact }),
    servers: detail.servers,
    ledger: lines.map((line) => lineOf(clientId, line)),
  } satisfies ClientDetail)
}

function serverRow(
  run: RunRow,
  stored: { host: string; role: string; kind: string; runsOn?: ServerRow['runsOn'] } | undefined,
  commands: readonly CommandRow[],
): ServerRow {
  return {
    serverId: run.serverId,
    host: stored?.host ?? run.serverId,
    role: stored?.role ?? 'other',
    kind: stored?.kind ?? 'physical',
    ...(stored?.runsOn === undefined ? {} : { runsOn: stored.runsOn }),
    order: run.order,
    state: run.state,
    attempts: run.attempts,
    updates: run.updates,
    steps: commands.filter((command) => command.subject === run.serverId).map(stepRowOf),
  }
}

async function showLedger(services: Services, call: Call) {
  const clientId = call.clientId()
  const { after, limit, cursor } = call.query(LedgerQuery)
  const from = cursor === undefined ? after : Number(positionIn(cursor)[0])
  const lines = (await services.history.read(clientId, from, limit + 1)).map((line) => lineOf(clientId, line))
  const page = lines.slice(0, limit)
  const last = page.at(-1)
  const next = lines.length > limit && last ? { next: cursorAt([last.sequence]) } : {}
  return json({ lines: page, ...next } satisfies LedgerLines)
}

async function verifyLedger(services: Services, call: Call) {
  const clientId = call.clientId()
  const head = await services.clients.read(clientId, {}, (partition) => partition.head)
  if (head.sequence === genesis.sequence && clientId !== fleetLedger) throw noSuchClient(clientId)
  // Rows committed after the head was read are not judged now.
  const rows = (await services.history.read(clientId, 0, head.sequence)).filter(
    (row) => row.sequence <= head.sequence,
  )
  const verdict = verifyChain(clientId, rows, head)
  return json({
    clientId,
    ...verdict,
    head: head.hash,
    message:
      verdict.kind === 'intact' ? `${verdict.rows} rows follow one another up to the head` : verdict.message,
  })
}
