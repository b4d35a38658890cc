import type { PublicKey } from '../../../orchestrations/contracts/agent.ts'
import { clientOf, type ClientId, type ServerId } from '../../../orchestrations/domain/ids.ts'
import type { Services } from '../../services.ts'

/** Who isn't known is looked for this seldom, wire ms: per client, and for clients in all. */
const lookAgainMs = 2_000

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
 * The key that a host enrolled with. Nobody has proved anything yet when this is asked: however many names are
 * made up, they cost one look at the list of clients, and one at each client, in two seconds, and keep nothing.
 */
export async function enrolledKey(services: Services, serverId: ServerId): Promise<PublicKey | undefined> {
  const clientId = clientOf(serverId)
  const known = services.clients.glance(clientId, (partition) => partition.server(serverId)?.agent?.publicKey)
  if (known) return known
  if (!(await isKnownClient(services, clientId))) return undefined
  const { keys } = looksFor(services)
  const look = lookAgain(services, keys.get(clientId), () => keysOf(services, clientId))
  keys.set(clientId, look)
  return (await look.found).get(serverId)
}

/** Whether the inventory has a client: asked before a partition is opened for a name that came from outside. */
export async function isKnownClient(services: Services, clientId: ClientId): Promise<boolean> {
  if (services.clients.glance(clientId, (partition) => partition.config() !== undefined) === true) return true
  const looks = looksFor(services)
  looks.clients = lookAgain(services, looks.clients, () => clientsOf(services))
  return (await looks.clients.found).has(clientId)
}

function looksFor(services: Services): Looks {
  const looks = looksOf.get(services) ?? { clients: undefined, keys: new Map<ClientId, Look<Keys>>() }
  looksOf.set(services, looks)
  return looks
}

/** The last look while it is young, also one that is still under way; one that failed counts for nothing. */
function lookAgain<T>(services: Services, last: Look<T> | undefined, take: () => Promise<T>): Look<T> {
  const now = services.clocks.wire()
  if (last && now - last.at < lookAgainMs && !failed.has(last)) return last
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
