import type { HeldJobs, StandingCheckpoint, Waiver } from '../../orchestrations/contracts/api.ts'
import type { ClientControl } from '../../orchestrations/domain/control.ts'
import { controlNow } from '../../orchestrations/domain/control.ts'
import type { ClientId, ServerId } from '../../orchestrations/domain/ids.ts'
import type { Reason } from '../../orchestrations/domain/reasons.ts'
import type { Partition } from '../adapters/tables/partition.ts'
import { waiverOf } from '../board/serverViews.ts'
import { briefly } from '../briefly.ts'
import { eachOf } from '../concurrency.ts'
import type { Services } from '../services.ts'
import { isLeft, problemOf } from './heldJobs.ts'

/** What stands about a client apart from any campaign and may need somebody. */
export interface Standing {
  readonly clientId: ClientId
  readonly name: string
  readonly control: ClientControl
  readonly waivers: readonly Waiver[]
  readonly checkpoints: readonly StandingCheckpoint[]
  /** That nobody lets go of any more: each with its problem. */
  readonly jobsLeft: readonly (HeldJobs & { readonly problem: Reason })[]
  readonly quarantined: readonly {
    readonly serverId: ServerId
    readonly host: string
    readonly reason: Reason
  }[]
}

const clientsAtOnce = 12
/** What another process wrote is seen this late at most, wire ms; what this one wrote at once. */
const rereadMs = 30_000
const readAt = new WeakMap<Services, Map<ClientId, number>>()

/**
 * Every client's standing facts, at most 2 s old where this process works on the client, else half a minute:
 * for lists that people look at, never to decide upon.
 */
export const standingFacts = briefly<Standing[]>(2_000, async (services) => {
  const facts: Standing[] = []
  const known = await services.fleet.clients()
  await eachOf(known, clientsAtOnce, async ({ clientId }) => {
    const found = await lookAt(services, clientId)
    if (found) facts.push(found)
  })
  return facts.sort((a, b) => (a.clientId < b.clientId ? -1 : 1))
})

async function lookAt(services: Services, clientId: ClientId): Promise<Standing | undefined> {
  const reads = readAt.get(services) ?? new Map<ClientId, number>()
  readAt.set(services, reads)
  const now = services.clocks.wire()
  const look = (partition: Partition) => ({ found: standingOf(partition, services.clocks.plan()) })
  const young = now - (reads.get(clientId) ?? -Infinity) < rereadMs
  const seen = young ? services.clients.glance(clientId, look) : undefined
  if (seen) return seen.found
  const { found } = await services.clients.read(clientId, {}, look)
  reads.set(clientId, now)
  return found
}

function standingOf(partition: Partition, now: number): Standing | undefined {
  const config = partition.config()
  if (!config) return undefined
  return {
    clientId: config.clientId,
    name: config.name,
    control: controlNow(partition.control().control, now),
    waivers: partition.servers().flatMap((row) => waiverOf(row, now) ?? []),
    checkpoints: partition.checkpoints(),
    jobsLeft: partition
      .heldJobs()
      .filter((one) => isLeft(one, now))
      .map((one) => ({ ...one, problem: one.problem ?? problemOf(partition, one) })),
    quarantined: partition
      .servers()
      .flatMap(({ server: { serverId, host }, quarantined }) =>
        quarantined ? [{ serverId, host, reason: quarantined }] : [],
      ),
  }
}
