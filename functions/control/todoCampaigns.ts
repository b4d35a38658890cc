import {
  cellLetters,
  type CampaignHead,
  type ClientRow,
  type RingRow,
} from '../../orchestrations/contracts/board.ts'
import type { ClientId, ServerId } from '../../orchestrations/domain/ids.ts'
import { reason, type Reason } from '../../orchestrations/domain/reasons.ts'
import type { RunRow } from '../adapters/tables/rows.ts'
import { eachOf } from '../concurrency.ts'
import type { Services } from '../services.ts'
import { campaignHeads } from './activeCampaigns.ts'
import type { OpenItem } from './openItem.ts'

/** What ended campaigns left open is looked for in so many of them. */
const endedLookedAt = 4
const clientsAtOnce = 12
const troubledCells = new RegExp(`[${cellLetters.needsOperator}${cellLetters.unknown}]`)

interface Look {
  readonly head: CampaignHead
  readonly clients: readonly ClientRow[]
  readonly rings: readonly RingRow[]
}

const isOpen = ({ state, endedAt }: CampaignHead): boolean => state.kind !== 'ended' && endedAt === undefined

/**
 * Rings that wait, servers that need an operator or are unknown, locks that are asked about. The boards' rows say
 * which clients are troubled; only their partitions are read.
 */
export async function campaignItems(services: Services): Promise<OpenItem[]> {
  const started = (await campaignHeads(services))
    .filter((head) => head.startedAt !== undefined)
    .sort((a, b) => (b.startedAt ?? 0) - (a.startedAt ?? 0))
  const chosen = [
    ...started.filter(isOpen),
    ...started.filter((head) => !isOpen(head)).slice(0, endedLookedAt),
  ].sort((a, b) => (b.startedAt ?? 0) - (a.startedAt ?? 0))
  const looks = await Promise.all(chosen.map((head) => lookAt(services, head)))
  const items = looks
    .filter(({ head }) => isOpen(head))
    .flatMap((look) => [...ringItems(look), ...lockItems(look)])
  const troubled = new Set(
    looks.flatMap(({ clients }) =>
      clients.filter(({ cells }) => troubledCells.test(cells)).map(({ clientId }) => clientId),
    ),
  )
  await eachOf([...troubled], clientsAtOnce, async (clientId) => {
    items.push(...(await serverItems(services, clientId, looks)))
  })
  return items
}

async function lookAt(services: Services, head: CampaignHead): Promise<Look> {
  const { campaignId } = head
  const [clients, rings] = await Promise.all([
    services.campaigns.clients(campaignId),
    isOpen(head) ? services.campaigns.rings(campaignId) : [],
  ])
  return { head, clients, rings }
}

function ringItems({ head, rings }: Look): OpenItem[] {
  const { campaignId } = head
  return rings.flatMap(({ ring, state, startedAt, endedAt }) => {
    const why = ringReason(state)
    if (!why) return []
    // A gate judges when the ring's last server has ended: until then nobody was waited for.
    const held = state.kind === 'gateHeld' ? endedAt : undefined
    const since = held ?? startedAt ?? head.startedAt ?? head.createdAt
    return [
      { id: `ringWaits.${campaignId}.${ring}`, kind: 'ringWaits', reason: why, since, campaignId, ring },
    ]
  })
}

function ringReason(state: RingRow['state']): Reason | undefined {
  switch (state.kind) {
    case 'waitsForPromote':
      return reason('waitsForPromote')
    case 'held':
      return reason('ringHeld', {
        actor: state.actor,
        ...(state.reason === '' ? {} : { reason: state.reason }),
      })
    case 'tripped':
    case 'gateHeld':
      return state.reason
    case 'waiting':
    case 'running':
    case 'soaking':
    case 'passed':
      return undefined
  }
}

function lockItems({ head: { campaignId, startedAt, createdAt }, clients }: Look): OpenItem[] {
  return clients.flatMap(({ clientId, name, ring, trouble, startedAt: begun }) =>
    trouble?.reason.code === 'lockedByOther'
      ? [
          {
            id: `lockTimeout.${campaignId}.${clientId}`,
            kind: 'lockTimeout',
            reason: trouble.reason,
            since: begun ?? startedAt ?? createdAt,
            campaignId,
            ring,
            clientId,
            clientName: name,
          },
        ]
      : [],
  )
}

/** A server is judged by the newest campaign that has done anything with it. */
async function serverItems(
  services: Services,
  clientId: ClientId,
  looks: readonly Look[],
): Promise<OpenItem[]> {
  const judged = new Set<ServerId>()
  const items: OpenItem[] = []
  for (const { head, clients } of looks) {
    const row = clients.find((client) => client.clientId === clientId)
    if (!row) continue
    const found = await services.clients.read(clientId, { campaign: head.campaignId }, (partition) =>
      partition
        .runs(head.campaignId)
        .map((run) => ({ run, host: partition.server(run.serverId)?.server.host ?? run.serverId })),
    )
    for (const { run, host } of found) {
      if (run.state.kind === 'pending' || judged.has(run.serverId)) continue
      judged.add(run.serverId)
      items.push(...itemOf(run, host, row))
    }
  }
  return items
}

/**
 * A silent server becomes one that needs an operator: one and the same item all the while, so that who took it and
 * what was noted stays. Tried again it is another, with another start.
 */
function itemOf({ campaignId, serverId, state }: RunRow, host: string, row: ClientRow): OpenItem[] {
  const { ring, clientId, name } = row
  const about = { campaignId, ring, clientId, clientName: name, serverId, host }
  const item = { id: `server.${campaignId}.${serverId}`, ...about }
  if (state.kind === 'unknown') {
    const { reason: why, since, startedAt } = state
    return [{ ...item, kind: 'unknown', reason: why, since, begunAt: startedAt }]
  }
  if (state.kind !== 'ended' || state.outcome !== 'needsOperator') return []
  const { endedAt: since, startedAt: begunAt = since } = state
  return [{ ...item, kind: 'needsOperator', reason: state.reason ?? reason('internalError'), since, begunAt }]
}
