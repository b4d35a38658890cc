import { isUnderWay } from '../../orchestrations/domain/outcomes.ts'
import { taskResults } from '../../orchestrations/contracts/tasks.ts'
import { isStopped } from '../../orchestrations/domain/control.ts'
import {
  clientOf,
  CommandId,
  type CampaignId,
  type ClientId,
  type ServerId,
} from '../../orchestrations/domain/ids.ts'
import { reason, type Reason } from '../../orchestrations/domain/reasons.ts'
import { defaultSettings } from '../../orchestrations/domain/settings.ts'
import { chooseProber, silenceReason, type Prober } from '../../orchestrations/domain/silence.ts'
import { timeoutSecondsFor } from '../../orchestrations/domain/timeouts.ts'
import type { Decision, Write } from '../adapters/tables/clientStore.ts'
import type { Partition } from '../adapters/tables/partition.ts'
import { rowKeys, type CommandRow } from '../adapters/tables/rows.ts'
import type { Services } from '../services.ts'
import { bodyOf, rowOf, send } from './issueCommand.ts'
import { inquire } from './lookAtCommand.ts'
import { putRun } from './runs.ts'
import { campaignPlan } from './turnFacts.ts'

/** However long a server stays unknown, others are asked this often about it. */
const mostProbes = 12

/**
 * Asks how a server is whose command nobody answers: itself when its agent is back, else its host or a neighbour.
 * Nothing waits for the answer, and nothing is changed by it but the reason that people read.
 */
export async function askAround(
  services: Services,
  campaignId: CampaignId,
  clientId: ClientId,
  commandId: CommandId,
): Promise<void> {
  const needs = { campaign: campaignId, commands: [commandId] }
  const row = await services.clients.read(clientId, needs, (partition) => partition.command(commandId))
  if (!row || row.end) return
  const plan = await campaignPlan(services, campaignId, clientId)
  const since = services.clocks.wire() - (plan?.settings.offlineAfterSeconds ?? 0) * 1000
  const acting = (await services.heartbeats.of(clientOf(row.on), [row.on], since)).get(row.on)
  if (acting) {
    if (!acting.open.includes(commandId)) await inquire(services, row)
    return
  }
  // Only about the server itself: that a host or a backup server is silent says nothing about its guest.
  if (row.on !== row.subject) return
  const prober = await proberFor(services, campaignId, row, since)
  if (prober.kind === 'nobody') return
  if (prober.kind === 'lineDown') {
    const sinceAt = prober.heardAt === undefined ? undefined : planOf(services, prober.heardAt)
    const why = reason('lineDown', sinceAt === undefined ? undefined : { sinceAt })
    await services.clients.transact(clientId, { campaign: campaignId }, (partition) =>
      nowKnown(partition, campaignId, row.subject, why),
    )
    return
  }
  await sendProbe(services, campaignId, row, prober)
}

/** Wire to plan time, both of the past. */
function planOf({ clocks }: Services, wire: number): number {
  return Math.round(clocks.plan() - (clocks.wire() - wire) * clocks.speed)
}

async function proberFor(
  services: Services,
  campaignId: CampaignId,
  row: CommandRow,
  since: number,
): Promise<Prober> {
  const clientId = clientOf(row.subject)
  const known = await services.clients.read(clientId, { campaign: campaignId }, (partition) => ({
    self: partition.server(row.subject)?.server,
    servers: partition.servers(),
    busy: new Set(partition.runs(campaignId).flatMap((run) => (isUnderWay(run.state) ? [run.serverId] : []))),
  }))
  const { self } = known
  if (!self) return { kind: 'nobody' }
  const ids = known.servers.map(({ server }) => server.serverId)
  const heard = new Map(await services.heartbeats.of(clientId, ids, 0))
  // A host that carries several clients' machines belongs to none of its guests' clients.
  const hostElsewhere = self.runsOn && clientOf(self.runsOn) !== clientId ? self.runsOn : undefined
  if (hostElsewhere)
    for (const [id, beat] of await services.heartbeats.of(clientOf(hostElsewhere), [hostElsewhere], 0))
      heard.set(id, beat)
  const witness = (serverId: ServerId, site: string | undefined, trusted: boolean) => {
    const heardAt = heard.get(serverId)?.at
    const online = trusted && heardAt !== undefined && heardAt >= since
    return { serverId, site, enrolled: trusted, online, underWay: known.busy.has(serverId), heardAt }
  }
  return chooseProber(self, [
    ...known.servers.map(({ server, agent, quarantined }) =>
      witness(server.serverId, server.site, agent !== undefined && quarantined === undefined),
    ),
    ...(hostElsewhere ? [witness(hostElsewhere, undefined, true)] : []),
  ])
}

/** A command beside the server's own: neither its place nor its lock has to do with it, and it only reads. */
async function sendProbe(
  services: Services,
  campaignId: CampaignId,
  about: CommandRow,
  prober: Extract<Prober, { kind: 'ask' }>,
): Promise<void> {
  const clientId = clientOf(about.subject)
  const needs = { campaign: campaignId }
  const seen = await services.clients.read(clientId, needs, (partition) => ({
    count: (partition.run(campaignId, about.subject)?.probe?.count ?? 0) + 1,
    host: partition.server(about.subject)?.server.host,
    fence: partition.lock().fence,
    epoch: partition.control().epoch,
  }))
  if (seen.count > mostProbes || seen.host === undefined) return
  const spec = {
    campaignId,
    clientId,
    serverId: about.subject,
    on: prober.on,
    step: 'probe',
    attempt: seen.count,
    commandId: CommandId.parse(`${about.commandId}.probe.${seen.count}`),
    task: { kind: 'probe', params: { target: seen.host, vm: prober.vm } },
    fence: seen.fence,
    timeoutSeconds: timeoutSecondsFor('probe', undefined, defaultSettings),
    checkSeconds: 0,
    instanceId: about.instanceId,
  } as const
  const body = bodyOf(services, spec, seen.epoch)
  const row = rowOf(services, spec, body, await services.signer.sign(body))
  const issued = await services.clients.transact(clientId, needs, (partition): Decision<boolean> => {
    const run = partition.run(campaignId, about.subject)
    const mayAsk =
      run?.state.kind === 'unknown' &&
      (run.probe?.count ?? 0) + 1 === seen.count &&
      !isStopped(partition.control(), services.clocks.plan())
    if (!run || !mayAsk) return { kind: 'nothing', value: false }
    const rows: Write[] = [
      { rowKey: rowKeys.command(row.commandId), value: row, mode: 'insert' },
      putRun({ ...run, probe: { count: seen.count, on: prober.on } }),
    ]
    const ledger = {
      actor: 'atlas',
      action: 'command.issued',
      object: row.commandId,
      detail: { kind: 'probe', on: prober.on },
    }
    return { kind: 'write', rows, ledger, value: true }
  })
  if (issued) await send(services, row)
}

/** What the end of a probe changes: why its server, if that is still unknown, is silent. */
export function afterProbe(partition: Partition, row: CommandRow): Write[] {
  if (row.step !== 'probe' || row.end?.type !== 'succeeded') return []
  const result = taskResults.probe.safeParse(row.end.result)
  if (!result.success) return []
  const by = partition.server(row.on)?.server.host ?? row.on
  const why = silenceReason(result.data, by)
  const run = partition.run(row.campaignId, row.subject)
  return why && run?.state.kind === 'unknown'
    ? [putRun({ ...run, state: { ...run.state, reason: why } })]
    : []
}

function nowKnown(
  partition: Partition,
  campaignId: CampaignId,
  serverId: ServerId,
  why: Reason,
): Decision<undefined> {
  const run = partition.run(campaignId, serverId)
  if (run?.state.kind !== 'unknown' || JSON.stringify(run.state.reason) === JSON.stringify(why))
    return { kind: 'nothing', value: undefined }
  return {
    kind: 'write',
    rows: [putRun({ ...run, state: { ...run.state, reason: why } })],
    ledger: { actor: 'atlas', action: 'server.probed', object: serverId, detail: { reason: why.code } },
    value: undefined,
  }
}
