import type { Inventory, Server } from './fleet.ts'
import type { ClientId, ServerId } from './ids.ts'
import type { Occurrence } from './occurrence.ts'
import { indexOf } from './order.ts'
import { reason, type Reason } from './reasons.ts'

/** Clients, other than its own, that have servers on a host; in order. */
export function sharedWith(host: Server, inventory: Inventory): ClientId[] {
  const guests = indexOf(inventory).guestsOf.get(host.serverId) ?? []
  return [...new Set(guests.map(({ clientId }) => clientId))].filter((id) => id !== host.clientId).sort()
}

export type SharedHost =
  | { readonly kind: 'planned'; readonly sharedWith: readonly ClientId[] }
  | { readonly kind: 'refused'; readonly reason: Reason }

/**
 * Whether a plan can have a host that carries several clients' servers (operations.md, "Topology and order"): it
 * comes last of them all, so each of these clients is in the plan and none in a later ring than its own.
 */
export function judgeSharedHost(
  host: Server,
  inventory: Inventory,
  planned: ReadonlySet<ClientId>,
): SharedHost {
  const others = sharedWith(host, inventory)
  const clients = new Map(inventory.clients.map((client) => [client.clientId, client]))
  const refused = (code: Reason['code'], ids: readonly ClientId[]): SharedHost => ({
    kind: 'refused',
    reason: reason(code, namesOf(host, ids, inventory)),
  })
  const absent = others.filter((id) => !planned.has(id))
  if (absent.length > 0) return refused('sharedHostNotInPlan', absent)
  const ring = clients.get(host.clientId)?.ring ?? 0
  const later = others.filter((id) => (clients.get(id)?.ring ?? Infinity) > ring)
  return later.length > 0 ? refused('sharedHostTooEarly', later) : { kind: 'planned', sharedWith: others }
}

/** When all of several clients may be worked on. Each list is in order and without overlaps; so is the answer. */
export function commonWindows(lists: readonly (readonly Occurrence[])[]): Occurrence[] {
  const [first = [], ...others] = lists
  return others.reduce<Occurrence[]>(
    (common, list) =>
      common.flatMap((one) =>
        list.flatMap((other) => {
          const start = Math.max(one.start, other.start)
          const end = Math.min(one.end, other.end)
          return start < end ? [{ start, end }] : []
        }),
      ),
    [...first],
  )
}

/** For reasons: the host, and the clients concerned. */
export const namesOf = (host: Server, ids: readonly ClientId[], { clients }: Inventory) => ({
  host: host.host,
  clients: ids.map((id) => clients.find(({ clientId }) => clientId === id)?.name ?? id).join(', '),
})

export type SharedHosts = ReadonlyMap<ServerId, readonly ClientId[]>
