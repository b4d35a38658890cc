import { cleanupName, type CleanupInput } from '../../orchestrations/campaign/cleanup.ts'
import type { StandingCheckpoint } from '../../orchestrations/contracts/api.ts'
import { defaultSettings } from '../../orchestrations/domain/settings.ts'
import {
  CampaignId,
  clientOf,
  isCleanup,
  type ClientId,
  type ServerId,
} from '../../orchestrations/domain/ids.ts'
import { reason } from '../../orchestrations/domain/reasons.ts'
import type { OpenedCleanup } from '../../orchestrations/steps/catalogue.ts'
import type { Decision } from '../adapters/tables/clientStore.ts'
import type { Partition } from '../adapters/tables/partition.ts'
import { rowKeys, type CheckpointRow, type HeldJobsRow } from '../adapters/tables/rows.ts'
import { eachOf } from '../concurrency.ts'
import type { Durable, Services } from '../services.ts'
import { isLeft, problemOf } from './heldJobs.ts'
import { instanceState } from './instances.ts'
import { wakeAllOf } from './wake.ts'

const clientsAtOnce = 8
/** What could not be removed is tried again this much later, plan ms. */
const tryAgainMs = 3_600_000
/** More are removed by the next round. */
const atOnce = 20

/** Its commands' ids name the client, as those of campaigns do. */
const instanceOf = ({ owner, clientId }: CleanupInput): string => `${owner}:c:${clientId}`

/** Starts a clean-up where checkpoints or jobs are due and no campaign holds the client; takes back a dead one's lock. */
export async function cleanUp(services: Services, durable: Durable): Promise<void> {
  await eachOf(await services.fleet.clients(), clientsAtOnce, async ({ clientId }) => {
    const now = services.clocks.plan()
    const look = (partition: Partition) => ({
      owner: partition.lock().owner,
      due:
        partition.checkpoints().some((one) => one.dueAt <= now) ||
        partition.heldJobs().some((one) => isLeft(one, now)),
    })
    const seen = services.clients.glance(clientId, look) ?? (await services.clients.read(clientId, {}, look))
    if (seen.owner !== undefined) {
      if (isCleanup(seen.owner)) await freeDead(services, durable, { clientId, owner: seen.owner })
      return
    }
    if (!seen.due) return
    const { checkpoints, jobs } = await allDue(services, clientId)
    if (checkpoints.length + jobs.length === 0) return
    const input: CleanupInput = { clientId, owner: CampaignId.parse(`cleanup-${services.newId()}`) }
    await durable.startNew(cleanupName, { instanceId: instanceOf(input), input })
  })
}

async function freeDead(services: Services, durable: Durable, input: CleanupInput): Promise<void> {
  if ((await instanceState(durable, instanceOf(input))) === 'under way') return
  await release(services, input)
  await wakeAllOf(services, durable, input.clientId)
}

/**
 * Checkpoints whose time is over and that nobody needs any more. One of a server that is under way, or waits for an
 * operator, may be the only way back: it stays, and stays listed.
 */
async function dueOf(services: Services, clientId: ClientId): Promise<StandingCheckpoint[]> {
  const now = services.clocks.plan()
  const due = await services.clients.read(clientId, {}, (partition) =>
    partition
      .checkpoints()
      .filter(({ dueAt, triedAt }) => dueAt <= now && now - (triedAt ?? -Infinity) >= tryAgainMs),
  )
  const removable: StandingCheckpoint[] = []
  for (const campaign of new Set(due.map(({ campaignId }) => campaignId))) {
    const done = await services.clients.read(clientId, { campaign }, (partition) =>
      doneOf(partition, campaign),
    )
    removable.push(...due.filter((one) => one.campaignId === campaign && done.has(one.serverId)))
  }
  return (await reachable(services, removable)).slice(0, atOnce)
}

/** Of servers that are under way none is due: no campaign holds the client then. */
async function jobsDue(services: Services, clientId: ClientId): Promise<HeldJobsRow[]> {
  const now = services.clocks.plan()
  const due = await services.clients.read(clientId, {}, (partition) =>
    partition.heldJobs().filter((one) => isLeft(one, now) && now - (one.triedAt ?? -Infinity) >= tryAgainMs),
  )
  return (await reachable(services, due)).slice(0, atOnce)
}

const allDue = async (services: Services, clientId: ClientId) => ({
  checkpoints: await dueOf(services, clientId),
  jobs: await jobsDue(services, clientId),
})

/** A host that is silent would only hold up the client's lock. */
async function reachable<One extends { readonly on: ServerId }>(
  services: Services,
  wanted: readonly One[],
): Promise<One[]> {
  const since = services.clocks.wire() - defaultSettings.offlineAfterSeconds * 1000
  const online = new Set<ServerId>()
  for (const host of new Set(wanted.map(({ on }) => on)))
    if ((await services.heartbeats.of(clientOf(host), [host], since)).has(host)) online.add(host)
  return wanted.filter(({ on }) => online.has(on))
}

function doneOf(partition: Partition, campaign: CampaignId): ReadonlySet<ServerId> {
  const done = partition
    .runs(campaign)
    .filter(({ state }) => state.kind === 'ended' && state.outcome !== 'needsOperator')
  return new Set(done.map(({ serverId }) => serverId))
}

/** Takes the client's lock, unless somebody has it; see the step of the same name. */
export async function openCleanup(
  services: Services,
  { clientId, owner }: CleanupInput,
): Promise<OpenedCleanup> {
  const due = await allDue(services, clientId)
  return services.clients.transact(clientId, {}, (partition): Decision<OpenedCleanup> => {
    const lock = partition.lock()
    const checkpoints = due.checkpoints.filter(({ name }) => partition.checkpoint(name) !== undefined)
    const jobs = due.jobs.filter(({ serverId, on }) => partition.heldJobsOf(serverId, on) !== undefined)
    if (lock.owner === owner)
      return { kind: 'nothing', value: { kind: 'opened', fence: lock.fence, checkpoints, jobs } }
    if (lock.owner !== undefined || checkpoints.length + jobs.length === 0)
      return { kind: 'nothing', value: { kind: 'nothing' } }
    const fence = lock.fence + 1
    return {
      kind: 'write',
      rows: [{ rowKey: rowKeys.lock, value: { owner, fence, since: services.clocks.plan() } }],
      ledger: { actor: 'atlas', action: 'cleanup.started', object: owner, detail: { fence } },
      value: { kind: 'opened', fence, checkpoints, jobs },
    }
  })
}

/** Writes down why a checkpoint is still there; see the step of the same name. */
export async function keepCheckpoint(
  services: Services,
  { clientId, name, message }: { clientId: ClientId; name: string; message: string },
): Promise<void> {
  await services.clients.transact(clientId, {}, (partition) => {
    const standing = partition.checkpoint(name)
    if (!standing) return { kind: 'nothing', value: undefined }
    const problem = reason('checkpointNotRemoved', { host: standing.host, message })
    const value: CheckpointRow = { ...standing, problem, triedAt: services.clocks.plan() }
    return {
      kind: 'write',
      rows: [{ rowKey: rowKeys.checkpoint(name), value }],
      ledger: { actor: 'atlas', action: 'checkpoint.kept', object: name, detail: { message } },
      value: undefined,
    }
  })
}

/** Writes down why jobs are still held; see the step of the same name. */
export async function keepJobs(
  services: Services,
  {
    clientId,
    serverId,
    on,
    message,
  }: { clientId: ClientId; serverId: ServerId; on: ServerId; message: string },
): Promise<void> {
  await services.clients.transact(clientId, {}, (partition) => {
    const standing = partition.heldJobsOf(serverId, on)
    if (!standing) return { kind: 'nothing', value: undefined }
    const problem = problemOf(partition, standing, message)
    const value: HeldJobsRow = { ...standing, problem, triedAt: services.clocks.plan() }
    return {
      kind: 'write',
      rows: [{ rowKey: rowKeys.heldJobs(serverId, on), value }],
      ledger: { actor: 'atlas', action: 'jobs.kept', object: serverId, detail: { on, message } },
      value: undefined,
    }
  })
}

/** Gives the lock back and tells campaigns that waited for it; see the step of the same name. */
export async function closeCleanup(services: Services, durable: Durable, input: CleanupInput): Promise<void> {
  await release(services, input)
  await wakeAllOf(services, durable, input.clientId)
}

async function release(services: Services, { clientId, owner }: CleanupInput): Promise<void> {
  await services.clients.transact(clientId, {}, (partition) => {
    const lock = partition.lock()
    if (lock.owner !== owner) return { kind: 'nothing', value: undefined }
    return {
      kind: 'write',
      rows: [{ rowKey: rowKeys.lock, value: { fence: lock.fence } }],
      ledger: { actor: 'atlas', action: 'cleanup.ended', object: owner, detail: { fence: lock.fence } },
      value: undefined,
    }
  })
}
