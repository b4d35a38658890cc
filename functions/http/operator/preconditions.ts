import type { CampaignHead } from '../../../orchestrations/contracts/board.ts'
import { clientOf, type ClientId } from '../../../orchestrations/domain/ids.ts'
import { sha256 } from '../../adapters/tables/ledger.ts'
import type { Services } from '../../services.ts'
import { Refusal } from '../respond.ts'
import { names, requireIfMatch } from './etag.ts'
import type { Call, Route } from './route.ts'

const linesNamed = 5

/**
 * If-Match on a change of a client, a server or a campaign: 412 when what the caller has read is no longer so. A
 * client's tag is its revision, a server's that of its client, a campaign's that of its head. Whoever sends none
 * changes what is there.
 */
export async function requireUnchanged(services: Services, route: Route, call: Call): Promise<void> {
  const header = call.request.headers.get('if-match')
  if (header === null || route.method === 'GET') return
  if (route.path.includes('{serverId}'))
    return clientUnchanged(services, call, clientOf(call.serverId()), header)
  if (route.path.includes('{clientId}')) return clientUnchanged(services, call, call.clientId(), header)
  if (!route.path.includes('{campaignId}')) return
  const head = await services.campaigns.head(call.campaignId())
  if (head) requireHeadUnchanged(call, head)
}

/** Also where the head is replaced: what was read before that may have changed since. */
export const requireHeadUnchanged = (call: Call, head: CampaignHead): void =>
  requireIfMatch(
    call,
    `"${headTag(head)}"`,
    (tags) => new Refusal('campaignChanged', { ...tags, campaignState: head.state.kind }),
  )

/** Something in short: equal when it is equal, different when it differs. */
export const shortHash = (value: unknown): string => sha256(JSON.stringify(value)).slice(0, 16)
/** A campaign's state, names and times, in short. */
export const headTag = (head: CampaignHead): string => shortHash(head)

async function clientUnchanged(
  services: Services,
  call: Call,
  clientId: ClientId,
  header: string,
): Promise<void> {
  const { sequence } = await services.clients.read(clientId, {}, (partition) => partition.head)
  const etag = `"${sequence}"`
  if (names(header, etag)) return
  const since = Number(/\d+/.exec(header)?.[0] ?? sequence)
  const lines = await services.history.read(clientId, Math.max(since, sequence - linesNamed), linesNamed)
  const changes = lines.map(({ actor, action, object }) => `${actor}: ${action} ${object}`).join('; ')
  requireIfMatch(call, etag, (tags) => new Refusal('clientChanged', { ...tags, changes }))
}
