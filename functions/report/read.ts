import type { CampaignReport, ReportedClient } from '../../orchestrations/contracts/api.ts'
import type { CampaignHead } from '../../orchestrations/contracts/board.ts'
import {
  namesIn,
  reportedClient,
  reportOf,
  withoutNames,
  type ReportedCommand,
  type ReportedRun,
} from '../../orchestrations/contracts/reportOf.ts'
import { parseTaskResult } from '../../orchestrations/contracts/tasks.ts'
import type { ClientId } from '../../orchestrations/domain/ids.ts'
import type { PlannedClient } from '../../orchestrations/domain/plan.ts'
import { waiverOf } from '../board/serverViews.ts'
import { eachOf } from '../concurrency.ts'
import type { CommandRow, RunRow } from '../adapters/tables/rows.ts'
import type { Services } from '../services.ts'

export interface ReportScope {
  /** The client that it is for; its report names no other. */
  readonly clientId?: ClientId
  /** The clients that its reader may see. */
  readonly clients: 'all' | readonly ClientId[]
}

const clientsAtOnce = 12
const over: ReadonlySet<string> = new Set(['ended', 'cancelled'])

/**
 * A campaign as its rows stand. Each client is read once, and what it did is reduced to its part of the report before
 * the next one is: only the report itself grows with the fleet.
 */
export async function readReport(
  services: Services,
  head: CampaignHead,
  { clientId, clients: scope }: ReportScope,
): Promise<CampaignReport> {
  const now = services.clocks.plan()
  const planned = await services.campaigns.plannedClients(head.campaignId)
  const wanted = planned.filter(
    (client) =>
      (clientId === undefined || client.clientId === clientId) &&
      (scope === 'all' || scope.includes(client.clientId)),
  )
  const found: ReportedClient[] = []
  await eachOf(wanted, clientsAtOnce, async (client) => {
    const commands = (await services.history.commands(client.clientId, head.campaignId)).map(commandOf)
    const part = await services.clients.read(client.clientId, { campaign: head.campaignId }, (partition) => {
      const config = partition.config()
      if (!config) return undefined
      const rows = partition.servers()
      return reportedClient(
        {
          config,
          servers: rows.map(({ server }) => server),
          runs: runsOf(client, partition.runs(head.campaignId)),
          commands,
          waivers: rows.flatMap((row) => waiverOf(row, now) ?? []),
          checkpoints: partition.checkpoints(),
          heldJobs: partition.heldJobs(),
          quarantined: new Map(
            rows.flatMap(({ server, quarantined }) => (quarantined ? [[server.serverId, quarantined]] : [])),
          ),
          windows: over.has(head.state.kind) ? [] : client.windows,
        },
        now,
      )
    })
    if (part) found.push(part)
  })
  found.sort((a, b) => a.ring - b.ring || (a.name < b.name ? -1 : 1))
  if (found.length === planned.length) return reportOf(head, found, now, clientId)
  const shown = new Set(found.map((client) => client.clientId))
  const others = planned.filter((client) => !shown.has(client.clientId))
  const names = namesIn(others.flatMap((client) => [client.name, client.clientId]))
  const title = names.test(head.name) ? { ...head, name: head.campaignId } : head
  return reportOf(
    title,
    found.map((client) => withoutNames(client, names)),
    now,
    clientId,
  )
}

/** Before its first turn a client has no places yet: what is planned waits. */
function runsOf(planned: PlannedClient, runs: readonly RunRow[]): ReportedRun[] {
  const entered = new Set(runs.map(({ serverId }) => serverId))
  const waiting = planned.servers
    .filter(({ serverId }) => !entered.has(serverId))
    .map(({ serverId }): ReportedRun => ({ serverId, state: { kind: 'pending' }, attempts: 0, updates: [] }))
  return [...runs, ...waiting]
}

function commandOf(row: CommandRow): ReportedCommand {
  const { subject, kind, issuedPlanAt, endedPlanAt } = row
  const buildFound = kind === 'inspect' ? buildIn(row) : undefined
  return { subject, kind, issuedPlanAt, endedPlanAt, buildFound }
}

/** What an agent reported is looked at as what it is; one that isn't an inspection's result says nothing. */
function buildIn({ end }: CommandRow): string | undefined {
  if (end?.type !== 'succeeded') return undefined
  try {
    const result = parseTaskResult('inspect', end.result)
    return result.what === 'server' ? result.os.build : undefined
  } catch {
    return undefined
  }
}
