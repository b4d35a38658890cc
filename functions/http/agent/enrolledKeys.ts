import type { PublicKey } from '../../../orchestrations/contracts/agent.ts'
import { clientOf, type ClientId, type ServerId } from '../../../orchestrations/domain/ids.ts'
import type { Services } from '../../services.ts'

/** Who isn't known is looked for this seldom, wire ms: per client, and for clients in all. */
const lookAgainMs = 2_000
/** A key that was taken back is good this long in another process than the one that took it, wire ms. */
const believedMs = 60_000

interface Look<T> {
  readonly at: number
  readonly found: Promise<T>
}

type Keys = ReadonlyMap<ServerId, PublicKey>

interface Looks {
  clients: Look<ReadonlySet<ClientId>> | undefined
  /** Only of clients that exist. */
  readonly keys: Map<ClientId, Look<Keys>>
}

const looksOf = new WeakMap<Services, Looks>()
const failed = new WeakSet<Look<unknown>>()

/**
 * The key that a host enrolled with, as this process has seen it; `afresh`: as it is stored, for a signature by
 * another key. Nobody has proved anything yet when this is asked: however many names are made up, they cost one look
 * at the list of clients, and one at each client, in two seconds, and keep nothing.
 */
export async function enrolledKey(
  services: Services,
  serverId: ServerId,
  { afresh = false }: { readonly afresh?: boolean } = {},
): Promise<PublicKey | undefined> {
  const clientId = clientOf(serverId)
  const seen = () =>
    services.clients.glance(clientId, (partition) => ({ key: partition.server(serverId)?.agent?.publicKey }))
  const known = seen()?.key !== undefined
  if (!known && !(await isKnownClient(services, clientId))) return undefined
  const { keys } = looksFor(services)
  const youngest = known && !afresh ? believedMs : lookAgainMs
  const look = lookAgain(services, keys.get(clientId), youngest, () => keysOf(services, clientId))
  keys.set(clientId, look)
  const found = await look.found
  // What this process has written or read since is newer.
  const held = seen()
  return held ? held.key : found.get(serverId)
}

/** Whether the inventory has a client: asked before a partition is opened for a name that came from outside. */
export async function isKnownClient(services: Services, clientId: ClientId): Promise<boolean> {
  if (services.clients.glance(clientId, (partition) => partition.config() !== undefined) === true) return true
  const looks = looksFor(services)
  looks.clients = lookAgain(services, looks.clients, lookAgainMs, () => clientsOf(services))
  return (await looks.clients.found).has(clientId)
}

function looksFor(services: Services): Looks {
  const looks = looksOf.get(services) ?? { clients: undefined, keys: new Map<ClientId, Look<Keys>>() }
  looksOf.set(services, looks)
  return looks
}

/** The last look while it is young, also one that is still under way; one that failed counts for nothing. */
function lookAgain<T>(
  services: Services,
  last: Look<T> | undefined,
  youngMs: number,
  take: () => Promise<T>,
): Look<T> {
  const now = services.clocks.wire()
  if (last && now - last.at < youngMs && !failed.has(last)) return last
  const look: Look<T> = { at: now, found: take() }
  look.found.catch(() => failed.add(look))
  return look
}

async function clientsOf(services: Services): Promise<ReadonlySet<ClientId>> {
  return new Set((await services.fleet.clients()).map(({ clientId }) => clientId))
}

function keysOf(services: Services, clientId: ClientId): Promise<Keys> {
  return services.clients.read(clientId, {}, (partition) => {
    const keys = new Map<ServerId, PublicKey>()
    for (const { server, agent } of partition.servers()) if (agent) keys.set(server.serverId, agent.publicKey)
    return keys
  })
}
