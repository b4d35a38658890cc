import type { Exclusion } from '../../orchestrations/contracts/api.ts'
import type { ClientId, ServerId } from '../../orchestrations/domain/ids.ts'
import { reason } from '../../orchestrations/domain/reasons.ts'
import { maxRowsPerTransaction } from '../adapters/tables/clientStore.ts'
import type { Partition } from '../adapters/tables/partition.ts'
import { rowKeys, type RunRow } from '../adapters/tables/rows.ts'
import { putRun } from '../activities/runs.ts'
import type { Durable, Services } from '../services.ts'
import { campaignsUnderWay } from './activeCampaigns.ts'
import { nextStory, passOf, placeFor, startStory } from './story.ts'
import { wakeAllOf } from './wake.ts'

/** A whole client, or one of its servers. */
export interface Whom {
  readonly clientId: ClientId
  readonly serverId?: ServerId
}
export interface By {
  readonly actor: string
  readonly reason: string
  /** Throws when the partition is no longer what was decided on; asked in the first transaction. */
  readonly unchanged: (partition: Partition) => void
}

/** Keeps a client or a server out of what starts; what is under way finishes. Throws `absent()` when it isn't there. */
export async function exclude(
  services: Services,
  durable: Durable,
  whom: Whom,
  { excluded, absent, unchanged }: { excluded: Exclusion; absent: () => Error } & Pick<By, 'unchanged'>,
): Promise<void> {
  const { until, ...said } = excluded
  await write(services, whom, {
    excluded,
    actor: said.actor,
    action: 'excluded',
    absent,
    unchanged,
    detail: {
      reason: said.reason,
      ...(until === undefined ? {} : { until }),
    },
  })
  await wakeAllOf(services, durable, whom.clientId)
}

/** Takes an exclusion back; in campaigns under way, who was left out because of it gets its place back. */
export async function include(
  services: Services,
  durable: Durable,
  whom: Whom,
  { actor, reason: why, absent, unchanged }: By & { absent: () => Error },
): Promise<void> {
  await write(services, whom, {
    excluded: undefined,
    actor,
    action: 'included',
    absent,
    unchanged,
    detail: { reason: why },
  })
  for (const { campaignId } of await campaignsUnderWay(services))
    while (await comeBack(services, durable, { ...whom, campaignId }, { actor, reason: why }));
  await wakeAllOf(services, durable, whom.clientId)
}

interface Change {
  readonly excluded: Exclusion | undefined
  readonly actor: string
  readonly action: 'excluded' | 'included'
  readonly detail: Readonly<Record<string, string | number>>
  readonly absent: () => Error
  readonly unchanged: By['unchanged']
}

function write(services: Services, { clientId, serverId }: Whom, change: Change): Promise<void> {
  const { excluded, actor, action, detail, absent, unchanged } = change
  const what = serverId === undefined ? 'client' : 'exclusion'
  return services.clients.transact(clientId, {}, (partition) => {
    const row = rowOf(partition, serverId)
    if (!row) throw absent()
    unchanged(partition)
    const { excluded: before, ...rest } = row.value
    if (before === undefined && excluded === undefined) return { kind: 'nothing', value: undefined }
    return {
      kind: 'write',
      rows: [{ rowKey: row.rowKey, value: { ...rest, ...(excluded ? { excluded } : {}) } }],
      ledger: { actor, action: `${what}.${action}`, object: serverId ?? clientId, detail },
      value: undefined,
    }
  })
}

function rowOf(partition: Partition, serverId: ServerId | undefined) {
  if (!partition.config()) return undefined
  if (serverId === undefined) return { rowKey: rowKeys.control, value: partition.control() }
  const value = partition.server(serverId)
  return value && { rowKey: rowKeys.server(serverId), value }
}

/** Gives as many places back as one transaction takes; whether it gave any. */
async function comeBack(
  services: Services,
  durable: Durable,
  { clientId, serverId, campaignId }: Whom & { campaignId: RunRow['campaignId'] },
  by: Pick<By, 'actor' | 'reason'>,
): Promise<boolean> {
  const code = serverId === undefined ? 'clientExcluded' : 'excluded'
  const given = await services.clients.transact(clientId, { campaign: campaignId }, (partition) => {
    const runs = partition.runs(campaignId)
    const due = runs
      .filter((run) => wasLeftOut(run, code) && (serverId === undefined || run.serverId === serverId))
      .slice(0, maxRowsPerTransaction)
    const name = nextStory(partition)
    const state = {
      kind: 'pending',
      reason: reason('retriedByOperator', { actor: by.actor, reason: by.reason }),
      since: services.clocks.plan(),
    } as const
    if (due.length === 0) return { kind: 'nothing', value: undefined }
    return {
      kind: 'write',
      rows: due.map((run) => putRun(placeFor(run, state, name))),
      ledger: {
        actor: by.actor,
        action: 'server.retried',
        object: due
          .map((run) => run.serverId)
          .join(' ')
          .slice(0, 1000),
        detail: { reason: by.reason, servers: due.length },
      },
      value: { name, pass: passOf(runs) },
    }
  })
  if (given) await startStory(services, durable, { campaignId, clientId, ...given })
  return given !== undefined
}

function wasLeftOut({ state }: RunRow, code: 'excluded' | 'clientExcluded'): boolean {
  if (state.kind !== 'ended' || state.reason?.code !== code) return false
  return state.outcome === 'excluded' || state.outcome === 'carriedOver'
}
