import type { Client, Inventory, Server } from '../../orchestrations/domain/fleet.ts'
import type { Effect, Rule, Terms, Violation } from './judgeRecord.ts'

/** A server in hand: from its first effect begun to its last one ended. Plan time. */
interface Interval {
  readonly server: Server
  readonly from: number
  readonly until: number
}

/** What may not happen side by side within one client. */
export function judgeClients(effects: readonly Effect[], { inventory, topology }: Terms): Violation[] {
  return inventory.clients.flatMap((client) => {
    const intervals = intervalsOf(client, inventory, effects)
    const found = tooMany(client, intervals)
    return topology
      ? [...found, ...pairs(intervals), ...domainControllers(client, inventory, intervals)]
      : found
  })
}

function intervalsOf(client: Client, { servers }: Inventory, effects: readonly Effect[]): Interval[] {
  const own = new Map(
    servers.filter(({ clientId }) => clientId === client.clientId).map((server) => [server.host, server]),
  )
  const found = new Map<Server, { from: number; until: number }>()
  const open = new Set<string>()
  for (const effect of effects) {
    const server = effect.client === client.name ? own.get(effect.server) : undefined
    if (server === undefined) continue
    const known = found.get(server)
    const { at } = effect
    found.set(server, { from: Math.min(known?.from ?? at, at), until: Math.max(known?.until ?? at, at) })
    if (effect.phase === 'begun') open.add(`${effect.server} ${effect.commandId}`)
    else open.delete(`${effect.server} ${effect.commandId}`)
  }
  const isOpen = (server: Server): boolean => [...open].some((key) => key.startsWith(`${server.host} `))
  // An effect that never ended is still under way.
  return [...found].map(([server, span]) => ({
    server,
    from: span.from,
    until: isOpen(server) ? Infinity : span.until,
  }))
}

const overlap = (a: Interval, b: Interval): boolean => a.from < b.until && b.from < a.until

const tell = ({ server, from, until }: Interval): string =>
  `${server.serverId} ${new Date(from).toISOString()} to ${Number.isFinite(until) ? new Date(until).toISOString() : 'no end'}`

function violation(rule: Rule, intervals: readonly Interval[]): Violation {
  return { rule, evidence: intervals.map(tell).join(' beside ') }
}

/** Those in hand at the moment at which one of them begins. */
const inHandWith = (first: Interval, all: readonly Interval[]): Interval[] =>
  all.filter(
    (other) =>
      other === first || (other.from <= first.from && first.from < other.until && overlap(first, other)),
  )

function tooMany({ maxParallelServers }: Client, intervals: readonly Interval[]): Violation[] {
  return intervals
    .map((interval) => inHandWith(interval, intervals))
    .filter((together) => together.length > maxParallelServers)
    .map((together) => violation('tooManyAtOnce', together))
}

function pairs(intervals: readonly Interval[]): Violation[] {
  return intervals.flatMap((a, index) =>
    intervals.slice(index + 1).flatMap((b): Violation[] => {
      if (!overlap(a, b)) return []
      if (a.server.partner === b.server.serverId || b.server.partner === a.server.serverId)
        return [violation('bothPartners', [a, b])]
      if (a.server.runsOn === b.server.serverId || b.server.runsOn === a.server.serverId)
        return [violation('hostWithGuest', [a, b])]
      return []
    }),
  )
}

function domainControllers(
  client: Client,
  { servers }: Inventory,
  intervals: readonly Interval[],
): Violation[] {
  const isOne = ({ clientId, role }: Server): boolean =>
    clientId === client.clientId && role === 'domainController'
  const count = servers.filter(isOne).length
  const own = intervals.filter(({ server }) => isOne(server))
  return own
    .map((interval) => inHandWith(interval, own))
    .filter((together) => together.length > 1 && together.length === count)
    .map((together) => violation('allDomainControllers', together))
}
