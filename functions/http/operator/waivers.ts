import { Waiver, WaiverBody, WaiverList } from '../../../orchestrations/contracts/api.ts'
import { clientOf, type ServerId } from '../../../orchestrations/domain/ids.ts'
import { dayMs } from '../../../orchestrations/domain/time.ts'
import type { LedgerEntry } from '../../adapters/tables/ledger.ts'
import type { Partition } from '../../adapters/tables/partition.ts'
import { rowKeys, type ServerRow } from '../../adapters/tables/rows.ts'
import { waiverOf } from '../../board/serverViews.ts'
import { standingFacts } from '../../control/standing.ts'
import type { Services } from '../../services.ts'
import { json, nothing, Refusal } from '../respond.ts'
import { noSuchServer, requireServer } from './auth.ts'
import { readers, type Call, type Route } from './route.ts'

/** Waivers of the backup gate: per server, with reason and expiry (operations.md, "Thursday"). */
export const waiverRoutes: readonly Route[] = [
  {
    name: 'listWaivers',
    method: 'GET',
    path: 'waivers',
    roles: readers,
    summary: 'Lists the servers whose backup is waived, with reason and end.',
    answers: { 200: WaiverList },
    handle: listWaivers,
  },
  {
    name: 'addWaiver',
    method: 'POST',
    path: 'waivers',
    roles: ['operator'],
    summary: 'Waives the backup of one server until a time; replaces an earlier waiver.',
    body: WaiverBody,
    answers: { 201: Waiver },
    twoPerson: 'addWaiver',
    handle: addWaiver,
  },
  {
    name: 'removeWaiver',
    method: 'DELETE',
    path: 'waivers/{serverId}',
    roles: ['operator'],
    summary: 'Takes a waiver back: the backup is asked for again.',
    answers: { 204: null },
    handle: removeWaiver,
  },
]

const longestDays = 31

async function listWaivers(services: Services, call: Call) {
  const { clients: scope } = call.me
  const facts = await standingFacts(services)
  const waivers = facts
    .filter(({ clientId }) => scope === 'all' || scope.includes(clientId))
    .flatMap((client) => client.waivers)
    .filter((waiver) => waiver.until > services.clocks.plan())
    .sort((a, b) => a.until - b.until)
  return json({ waivers } satisfies WaiverList)
}

async function addWaiver(services: Services, call: Call) {
  const { serverId, reason, until } = await call.body(WaiverBody)
  requireServer(call.me, serverId)
  const now = services.clocks.plan()
  if (until <= now || until > now + longestDays * dayMs)
    throw new Refusal('badWaiverEnd', { mostDays: longestDays })
  const waiver = { until, reason, actor: call.me.name, at: now }
  const row = await changeServer(services, serverId, (current) => ({
    row: { ...current, waiver },
    ledger: { actor: call.me.name, action: 'waiver.added', object: serverId, detail: { reason, until } },
  }))
  return json(waiverOf(row, now), 201)
}

async function removeWaiver(services: Services, call: Call) {
  const serverId = call.serverId()
  await changeServer(services, serverId, ({ waiver, ...row }, partition) => {
    call.unchanged(partition)
    if (!waiver) throw noWaiver(serverId)
    return { row, ledger: { actor: call.me.name, action: 'waiver.removed', object: serverId } }
  })
  return nothing()
}

const noWaiver = (serverId: string) => new Refusal('noSuchWaiver', { serverId })

async function changeServer(
  services: Services,
  serverId: ServerId,
  change: (row: ServerRow, partition: Partition) => { row: ServerRow; ledger: LedgerEntry },
): Promise<ServerRow> {
  const changed = await services.clients.transact(clientOf(serverId), {}, (partition) => {
    const current = partition.server(serverId)
    if (!current) throw noSuchServer(serverId)
    const { row, ledger } = change(current, partition)
    return { kind: 'write', rows: [{ rowKey: rowKeys.server(serverId), value: row }], ledger, value: row }
  })
  standingFacts.forget(services)
  return changed
}
