import { Kb } from '../../orchestrations/contracts/api.ts'
import type { CampaignId, ClientId, RingNumber, ServerId } from '../../orchestrations/domain/ids.ts'
import type { RunState, UpdateStep } from '../../orchestrations/domain/outcomes.ts'
import type { Reason } from '../../orchestrations/domain/reasons.ts'
import type { ServerEnd } from '../../orchestrations/steps/catalogue.ts'
import type { Partition } from '../adapters/tables/partition.ts'
import type { Decision, Write } from '../adapters/tables/clientStore.ts'
import { rowKeys, type RunRow, type ServerRow } from '../adapters/tables/rows.ts'
import { leftHeld } from '../control/heldJobs.ts'
import { countedWith, noteFailedUpdate } from '../control/updates.ts'
import type { Services } from '../services.ts'
import { judgeRing } from './judgeRing.ts'
import { prove } from './proof.ts'
import { putRun, runOf } from './runs.ts'
import { releaseHost } from './sharedHost.ts'
import { campaignPlan } from './turnFacts.ts'

/** However fast plan time runs, an agent that was lost has this long to come back, wire ms. */
const comeBackMs = 30_000

interface About {
  readonly campaignId: CampaignId
  readonly clientId: ClientId
  readonly ring: RingNumber
  readonly serverId: ServerId
  /** Which of its stories says so: an older one than the server's present one says nothing. */
  readonly round: number
}

const isOlder = (run: RunRow, { round }: About): boolean => round < (run.round ?? 0)

/** Records that nobody knows how a server is, and judges its ring; see the step of the same name. */
export async function markUnknown(
  services: Services,
  input: About & { readonly step: UpdateStep; readonly reason: Reason },
): Promise<{ until: number }> {
  const { campaignId, clientId, serverId, step, reason } = input
  const now = services.clocks.plan()
  await services.clients.transact(clientId, { campaign: campaignId }, (partition) => {
    const run = runOf(partition, campaignId, serverId)
    if (run.state.kind !== 'running' || isOlder(run, input)) return { kind: 'nothing', value: undefined }
    const { startedAt } = run.state
    const state: RunState = { kind: 'unknown', step, startedAt, since: now, reason }
    return change({ ...run, state }, 'server.unknown', { step, reason: reason.code })
  })
  await judgeRing(services, campaignId, input.ring, clientId)
  const { settings } = await services.campaigns.planHeader(campaignId)
  const longest = Math.max(settings.unknownTimeoutMinutes * 60_000, comeBackMs * services.clocks.speed)
  return { until: now + longest }
}

/** Records how a server ended, and judges its ring when that is no success; see the step of the same name. */
export async function endServer(
  services: Services,
  input: About & { readonly end: ServerEnd },
): Promise<void> {
  const { campaignId, clientId, serverId, end } = input
  const now = services.clocks.plan()
  await services.clients.transact(clientId, { campaign: campaignId }, (partition) => {
    const run = runOf(partition, campaignId, serverId)
    if (run.state.kind === 'ended' || isOlder(run, input)) return { kind: 'nothing', value: undefined }
    const startedAt = run.state.kind === 'pending' ? now : run.state.startedAt
    const state: RunState = {
      kind: 'ended',
      outcome: end.outcome,
      startedAt,
      endedAt: now,
      reason: end.reason,
      ...(end.failure === undefined ? {} : { failure: end.failure }),
    }
    const ended: RunRow = {
      ...run,
      state,
      attempts: end.attempts,
      updates: updatesOf(run, end),
      ...(end.notes === undefined ? {} : { notes: [...end.notes] }),
      ...(end.build === undefined ? {} : { build: end.build }),
    }
    const detail = { reason: end.reason.code, attempts: end.attempts }
    const decision = change(ended, `server.${end.outcome}`, detail)
    const rows = [...decision.rows, ...restoredBy(partition, serverId, end), ...leftHeld(partition, serverId)]
    if (end.updates.length === 0) return { ...decision, rows }
    const counts = countedWith(partition.counts(), end.updates)
    return { ...decision, rows: [...rows, { rowKey: rowKeys.counts, value: counts }] }
  })
  await releaseHost(services, campaignId, serverId, input.round)
  await learn(services, input)
  if (end.outcome === 'succeeded' || end.outcome === 'skipped') return
  await judgeRing(services, campaignId, input.ring, clientId)
}

/**
 * What its attempts installed, for who reads what became of it: a further one that finds nothing left to install
 * takes nothing back. A rollback does, and what is installed again is told by its newest result.
 */
function updatesOf(run: RunRow, { outcome, updates }: ServerEnd): RunRow['updates'] {
  if (outcome === 'rolledBack') return [...updates]
  const told = new Set(updates.map(({ id }) => id))
  const before = run.updates.filter(({ id, result }) => result === 'succeeded' && !told.has(id))
  return [...before, ...updates]
}

/** Once the server is back, nobody else's older journal is taken for our own restore. */
function restoredBy(partition: Partition, serverId: ServerId, end: ServerEnd): Write[] {
  const row = partition.server(serverId)
  if (!row?.restoring || end.outcome === 'needsOperator') return []
  const { restoring, ...back } = row
  void restoring
  return [{ rowKey: rowKeys.server(serverId), value: back satisfies ServerRow }]
}

/** What an end teaches about its updates: proven for the next ring, or failing somewhere. Safe to repeat. */
async function learn(
  services: Services,
  { campaignId, clientId, ring, serverId, end }: About & { end: ServerEnd },
) {
  const plan = await campaignPlan(services, campaignId, clientId)
  if (!plan) return
  const good = end.updates.flatMap(({ id, result }) => (result === 'succeeded' ? [id] : []))
  if (end.outcome === 'succeeded' && plan.settings.requireProof && plan.rings.length > 1)
    await prove(services, campaignId, ring, good)
  const at = services.clocks.plan()
  for (const { kb, title, result } of end.updates) {
    if (result === 'succeeded' || result === 'notStarted' || !Kb.safeParse(kb).success) continue
    const failure = { kb, title, campaignId, serverId, at }
    await noteFailedUpdate(services, failure, plan.settings.blockAfterClients)
  }
}

function change(
  run: RunRow,
  action: string,
  detail: Readonly<Record<string, string | number>>,
): Extract<Decision<undefined>, { kind: 'write' }> {
  return {
    kind: 'write',
    rows: [putRun(run)],
    ledger: { actor: 'atlas', action, object: run.serverId, detail },
    value: undefined,
  }
}
