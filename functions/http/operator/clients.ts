import type { ClientList } from '../../../orchestrations/contracts/api.ts'
import type { ClientDetail, ServerRow } from '../../../orchestrations/contracts/board.ts'
import { controlNow } from '../../../orchestrations/domain/control.ts'
import { fleetLedger } from '../../../orchestrations/domain/ids.ts'
import { verifyChain, genesis } from '../../adapters/tables/ledger.ts'
import type { CommandRow, RunRow } from '../../adapters/tables/rows.ts'
import { clientRowOf } from '../../board/clientRow.ts'
import { lineOf } from '../../board/live.ts'
import { stepRowOf } from '../../board/serverViews.ts'
import { eachOf } from '../../concurrency.ts'
import type { Services } from '../../services.ts'
import { json, Refusal } from '../respond.ts'
import { noSuchClient } from './auth.ts'
import { readers, type Call, type Route } from './route.ts'

export const clientRoutes: readonly Route[] = [
  { name: 'listClients', method: 'GET', path: 'clients', roles: readers, handle: listClients },
  {
    name: 'showClient',
    method: 'GET',
    path: 'campaigns/{campaignId}/clients/{clientId}',
    roles: readers,
    handle: showClient,
  },
  { name: 'showLedger', method: 'GET', path: 'ledger/{clientId}', roles: readers, handle: showLedger },
  {
    name: 'verifyLedger',
    method: 'GET',
    path: 'ledger/{clientId}/verify',
    roles: readers,
    handle: verifyLedger,
  },
]

const linesShown = 50
const clientsAtOnce = 12

/** Every client of the inventory that the operator may see. */
async function listClients(services: Services, call: Call) {
  const { clients: scope } = call.me
  const known = (await services.fleet.clients()).filter(
    ({ clientId }) => scope === 'all' || scope.includes(clientId),
  )
  const clients: ClientList['clients'] = []
  await eachOf(known, clientsAtOnce, async ({ clientId }) => {
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
  return json({ clients } satisfies ClientList)
}

async function showClient(services: Services, call: Call) {
  const campaignId = call.campaignId()
  const clientId = call.clientId()
  const steps = await services.history.commands(clientId, campaignId)
  const detail = await services.clients.read(clientId, { campaign: campaignId }, (partition) => {
    const config = partition.config()
    const row = clientRowOf(
      partition,
      campaignId,
      services.clocks.plan(),
      services.live.holdOf(campaignId, clientId),
    )
    if (!config || !row) return undefined
    const servers = partition.runs(campaignId).map((run) => {
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

const count = (text: string | null, fallback: number, most: number): number => {
  if (text === null) return fallback
  const value = Number(text)
  if (!Number.isInteger(value) || value < 0)
    throw new Refusal(400, `"${text}" is no count`, { fix: 'after and limit are whole numbers from 0.' })
  return Math.min(value, most)
}

async function showLedger(services: Services, call: Call) {
  const clientId = call.clientId()
  const after = count(call.request.query.get('after'), 0, Number.MAX_SAFE_INTEGER)
  const limit = count(call.request.query.get('limit'), 200, 1000)
  const lines = await services.history.read(clientId, after, limit)
  return json({ lines: lines.map((line) => lineOf(clientId, line)) })
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
