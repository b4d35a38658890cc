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
import { rowKeys, type CheckpointRow } from '../adapters/tables/rows.ts'
import { eachOf } from '../concurrency.ts'
import type { Durable, Services } from '../services.ts'
import { instanceState } from './instances.ts'
import { wakeAllOf } from './wake.ts'

const clientsAtOnce = 8
/** What could not be removed is tried again this much later, plan ms. */
const tryAgainMs = 3_600_000
/** More are removed by the next round. */
const atOnce = 20

/** Its commands' ids name the client, as those of campaigns do. */
const instanceOf = ({ owner, clientId }: CleanupInput): string => `${owner}:c:${clientId}`

/** Starts a clean-up where checkpoints are due and no campaign holds the client; takes back a dead one's lock. */
export async function cleanUp(services: Services, durable: Durable): Promise<void> {
  await eachOf(await services.fleet.clients(), clientsAtOnce, async ({ clientId }) => {
    const now = services.clocks.plan()
    const look = (partition: Partition) => ({
      owner: partition.lock().owner,
      due: partition.checkpoints().some((one) => one.dueAt <= now),
    })
    const seen = services.clients.glance(clientId, look) ?? (await services.clients.read(clientId, {}, look))
    if (seen.owner !== undefined) {
      if (isCleanup(seen.owner)) await freeDead(services, durable, { clientId, owner: seen.owner })
      return
    }
    if (!seen.due || (await dueOf(services, clientId)).length === 0) return
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

/** A host that is silent would only hold up the client's lock. */
async function reachable(
  services: Services,
  checkpoints: readonly StandingCheckpoint[],
): Promise<StandingCheckpoint[]> {
  const since = services.clocks.wire() - defaultSettings.offlineAfterSeconds * 1000
  const online = new Set<ServerId>()
  for (const host of new Set(checkpoints.map(({ on }) => on)))
    if ((await services.heartbeats.of(clientOf(host), [host], since)).has(host)) online.add(host)
  return checkpoints.filter(({ on }) => online.has(on))
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
  const due = await dueOf(services, clientId)
  if (due.length === 0) return { kind: 'nothing' }
  return services.clients.transact(clientId, {}, (partition): Decision<OpenedCleanup> => {
    const lock = partition.lock()
    const checkpoints = due.filter(({ name }) => partition.checkpoint(name) !== undefined)
    if (lock.owner === owner)
      return { kind: 'nothing', value: { kind: 'opened', fence: lock.fence, checkpoints } }
    if (lock.owner !== undefined || checkpoints.length === 0)
      return { kind: 'nothing', value: { kind: 'nothing' } }
    const fence = lock.fence + 1
    return {
      kind: 'write',
      rows: [{ rowKey: rowKeys.lock, value: { owner, fence, since: services.clocks.plan() } }],
      ledger: { actor: 'atlas', action: 'cleanup.started', object: owner, detail: { fence } },
      value: { kind: 'opened', fence, checkpoints },
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
