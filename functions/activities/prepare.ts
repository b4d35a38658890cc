import { MachineFacts } from '../../orchestrations/contracts/api/machine.ts'
import type { ClientId, ServerId } from '../../orchestrations/domain/ids.ts'
import { judgePrepared, notAsked, type KnownBefore } from '../../orchestrations/domain/prepared.ts'
import type { PlannedClient, PlannedServer } from '../../orchestrations/domain/plan.ts'
import { chooseUpdates, type Approval } from '../../orchestrations/domain/updates.ts'
import type { PreparationRound, PreparedInput, ToPrepare } from '../../orchestrations/steps/catalogue.ts'
import { maxRowsPerTransaction, type Write } from '../adapters/tables/clientStore.ts'
import type { Heartbeat } from '../adapters/tables/heartbeats.ts'
import type { Partition } from '../adapters/tables/partition.ts'
import { rowKeys, type PlanHeader, type PreparedRow, type ServerRow } from '../adapters/tables/rows.ts'
import { exclusionOf, waiverOf } from '../board/serverViews.ts'
import type { Services } from '../services.ts'
import { groupsOf } from './rings.ts'
import { plannedClient } from './turnFacts.ts'

/** See the steps of the same names. */
export async function openPreparation(services: Services, { campaignId }: PreparationRound) {
  const plan = await services.campaigns.planHeader(campaignId)
  return { groups: groupsOf(plan.rings.flatMap(({ clients }) => clients)) }
}

export async function openPreparedClient(
  services: Services,
  { campaignId, clientId, round }: PreparationRound & { clientId: ClientId },
): Promise<{ servers: ToPrepare[]; checkSeconds: number }> {
  const { plan, planned, heard } = await around(services, campaignId, clientId)
  const { settings } = plan
  const asked: ToPrepare[] = []
  for (let from = 0; from < planned.servers.length; from += maxRowsPerTransaction) {
    const servers = planned.servers.slice(from, from + maxRowsPerTransaction)
    const needs = { campaign: campaignId, prepared: campaignId }
    const due = await services.clients.transact(clientId, needs, (partition) => {
      const rows: PreparedRow[] = []
      const toAsk: ToPrepare[] = []
      for (const server of servers) {
        // It is under way, or was: it needs no preparation any more.
        const run = partition.run(campaignId, server.serverId)
        if (run !== undefined && run.state.kind !== 'pending') continue
        const before = knownBefore(services, partition, planned, server, heard)
        const row: PreparedRow = emptyRow(server, campaignId, round)
        if (notAsked(before, settings)) {
          const judged = judgePrepared(
            { before, inspected: '' },
            settings,
            noApproval,
            services.clocks.plan(),
          )
          rows.push({ ...row, ...judged, lookedAt: services.clocks.plan() })
        } else {
          rows.push(row)
          toAsk.push(toPrepare(server))
        }
      }
      if (rows.length === 0) return { kind: 'nothing', value: toAsk }
      return {
        kind: 'write',
        rows: rows.map((row) => ({ rowKey: rowKeys.prepared(campaignId, row.serverId), value: row })),
        ledger: {
          actor: 'atlas',
          action: 'client.preparing',
          object: campaignId,
          detail: { servers: servers.length, asked: toAsk.length },
        },
        value: toAsk,
      }
    })
    asked.push(...due)
  }
  return { servers: asked, checkSeconds: settings.checkIntervalSeconds }
}

const noApproval: Approval = { named: [], categories: [], blocked: [] }

const emptyRow = (
  { serverId, host }: PlannedServer,
  campaignId: PreparedRow['campaignId'],
  round: number,
) => ({
  campaignId,
  serverId,
  host,
  round,
  verdict: 'waiting' as const,
  findings: [],
})

const toPrepare = ({ serverId, host, backupServer }: PlannedServer): ToPrepare => ({
  serverId,
  host,
  ...(backupServer === undefined ? {} : { backupServer }),
})

export async function recordPrepared(
  services: Services,
  input: PreparedInput,
): Promise<{ updates: readonly string[] }> {
  const { campaignId, clientId, serverId, round, inspected, backup, download } = input
  const { plan, planned, heard } = await around(services, campaignId, clientId)
  const server = planned.servers.find((one) => one.serverId === serverId)
  if (!server) throw new Error(`Server ${serverId} is not in the plan of campaign ${campaignId}`)
  const approval = await approvalOf(services, plan)
  const facts =
    inspected.kind === 'answer' && inspected.result.what === 'server' ? inspected.result : undefined
  const { install } = chooseUpdates(facts?.offered ?? [], approval)
  const newest = server.backupServer === undefined ? facts?.newestRestorePointAt : newestOf(backup)
  await services.clients.transact(clientId, { prepared: campaignId }, (partition) => {
    const now = services.clocks.plan()
    const judged = judgePrepared(
      {
        before: knownBefore(services, partition, planned, server, heard),
        inspected:
          facts ?? (inspected.kind === 'none' ? inspected.message : 'an answer about something else'),
        newestRestorePointAt: newest,
        download: download && (download.kind === 'answer' ? download.result : download.message),
      },
      plan.settings,
      approval,
      now,
    )
    const row: PreparedRow = {
      ...emptyRow(server, campaignId, round),
      ...judged,
      lookedAt: now,
      ...(facts
        ? {
            build: facts.os.build,
            freeBytes: facts.freeBytes,
            pendingReboot: facts.pendingReboot,
            offered: install.map(({ id }) => id),
            downloaded:
              download?.kind === 'answer'
                ? download.result.downloaded
                : install.flatMap((one) => (one.downloaded ? [one.id] : [])),
          }
        : {}),
      ...(newest === undefined ? {} : { newestRestorePointAt: newest }),
    }
    return {
      kind: 'write',
      rows: [
        { rowKey: rowKeys.prepared(campaignId, serverId), value: row },
        ...(facts ? machineTo(partition, serverId, { ...facts, lookedAt: now }) : []),
      ],
      ledger: {
        actor: 'atlas',
        action: 'server.prepared',
        object: serverId,
        detail: { verdict: judged.verdict },
      },
      value: undefined,
    }
  })
  const missing = install.filter((update) => !update.downloaded)
  return { updates: missing.map(({ id }) => id) }
}

/** What it said of its machine stands with the server too, whatever becomes of the campaign. */
function machineTo(partition: Partition, serverId: ServerId, facts: MachineFacts): Write[] {
  const row = partition.server(serverId)
  if (!row) return []
  const value: ServerRow = { ...row, machine: MachineFacts.parse(facts) }
  return [{ rowKey: rowKeys.server(serverId), value }]
}

export async function endPreparation(
  services: Services,
  { campaignId, round }: PreparationRound,
): Promise<void> {
  const endedAt = services.clocks.plan()
  await services.campaigns.changePreparation(campaignId, (row) =>
    row?.round === round && row.state.kind === 'running'
      ? { ...row, state: { ...row.state, kind: 'ended', endedAt } }
      : undefined,
  )
  await services.campaigns.changeHead(campaignId, ({ preparing, ...head }) =>
    preparing === undefined ? undefined : head,
  )
}

function newestOf(backup: PreparedInput['backup']): number | null | undefined {
  return backup?.kind === 'answer' ? backup.result.newestRestorePointAt : undefined
}

/** What the plan approves and nobody has blocked. What is proven by then is seen in the night. */
async function approvalOf(services: Services, plan: PlanHeader): Promise<Approval> {
  return {
    named: plan.updates.ids,
    categories: plan.updates.categories,
    blocked: [...(await services.updates.blocked()).keys()],
  }
}

async function around(services: Services, campaignId: PreparationRound['campaignId'], clientId: ClientId) {
  const plan = await services.campaigns.planHeader(campaignId)
  const planned = await plannedClient(services, campaignId, clientId)
  if (!planned) throw new Error(`Client ${clientId} is not in the plan of campaign ${campaignId}`)
  const servers = planned.servers.map(({ serverId }) => serverId)
  return { plan, planned, heard: await services.heartbeats.of(clientId, servers, 1) }
}

function knownBefore(
  services: Services,
  partition: Partition,
  planned: PlannedClient,
  { serverId }: PlannedServer,
  heard: ReadonlyMap<ServerId, Heartbeat>,
): KnownBefore {
  const row: ServerRow | undefined = partition.server(serverId)
  const beat = heard.get(serverId)
  const now = services.clocks.plan()
  const excluded = (row && exclusionOf(row, now)) ?? exclusionOf(partition.control(), now)
  return {
    enrolled: row?.agent !== undefined,
    heardAgoSeconds: beat && (services.clocks.wire() - beat.at) / 1000,
    skewMs: beat?.skewMs,
    quarantined: row?.quarantined,
    excluded,
    waiver: row && waiverOf(row, now),
    carriedOver: planned.doesNotFit.includes(serverId),
    firstStart: planned.firstStart,
  }
}
