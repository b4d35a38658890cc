import type { Client, Inventory } from '../../orchestrations/domain/fleet.ts'
import { settingsOf, type Rule, type Terms, type Violation } from './judgeRecord.ts'
import { leftUnwell, silentUntil, tellTurn, type Turn } from './judgeTurns.ts'

/** A server in hand: from its turn's first line to its last one. Plan time. */
interface Interval {
  readonly turn: Turn
  readonly from: number
  /** When nothing is done to it any more, or nobody can tell. */
  readonly until: number
  /** When its machine stands again, so that another may be taken down beside it. */
  readonly standsFrom: number
}

/** What may not happen side by side within one client. */
export function judgeClients(turns: readonly Turn[], terms: Terms): Violation[] {
  const { inventory, topology } = terms
  const byClient = Map.groupBy(turns, ({ client }) => client)
  const apart = topology ? acrossClients(turns, terms) : []
  const within = inventory.clients.flatMap((client) => {
    const intervals = (byClient.get(client) ?? []).map((turn) => intervalOf(turn, terms))
    const found = tooMany(client, intervals)
    return topology
      ? [...found, ...pairs(intervals), ...domainControllers(client, inventory, intervals)]
      : found
  })
  return [...within, ...apart]
}

/** A host that carries other clients' servers: none of them is in hand beside it. */
function acrossClients(turns: readonly Turn[], terms: Terms): Violation[] {
  const hosts = turns.filter(({ server }) => server.kind === 'hyperVHost')
  const guests = Map.groupBy(turns, ({ server }) => server.runsOn)
  return hosts.flatMap((turn) =>
    (guests.get(turn.server.serverId) ?? [])
      .filter((guest) => guest.client !== turn.client)
      .map((guest) => [intervalOf(turn, terms), intervalOf(guest, terms)] as const)
      .filter(([host, guest]) => overlap(host, guest))
      .map((both) => violation('hostWithGuest', both)),
  )
}

/**
 * An effect that never ended is still under way. A machine that doesn't come back holds its place until a human is
 * asked; an operator who says what became of it ends both.
 */
function intervalOf(turn: Turn, terms: Terms): Interval {
  const { serverId } = turn.server
  const { at } = turn.last
  const resolved = terms.operator?.find(
    (line) =>
      line.phase === 'asked' &&
      (line.action === 'resolveServer' || line.action === 'retryServer') &&
      line.serverId === serverId &&
      line.plan >= turn.begun.at,
  )
  const known = resolved?.plan ?? Infinity
  const asked = at + settingsOf(terms).unknownTimeoutMinutes * 60_000
  const silent = silentUntil(turn)
  const until = turn.open ? Infinity : Math.max(at, Math.min(silent, asked, known))
  const standsFrom = turn.open || leftUnwell(turn) ? Infinity : Math.max(at, silent)
  return { turn, from: turn.first.at, until, standsFrom: Math.max(at, Math.min(standsFrom, known)) }
}

const overlap = (a: Interval, b: Interval): boolean => a.from < b.until && b.from < a.until

/** The later one began before the earlier one stood again. */
const neverStood = (a: Interval, b: Interval): boolean =>
  a.from <= b.from ? b.from < a.standsFrom : a.from < b.standsFrom

function violation(rule: Rule, intervals: readonly Interval[]): Violation {
  return { rule, evidence: intervals.map(({ turn }) => tellTurn(turn)).join(' beside ') }
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
      const [one, other] = [a.turn.server, b.turn.server]
      if ((one.partner === other.serverId || other.partner === one.serverId) && neverStood(a, b))
        return [violation('bothPartners', [a, b])]
      if ((one.runsOn === other.serverId || other.runsOn === one.serverId) && overlap(a, b))
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
  const all = servers.filter(
    ({ clientId, role }) => clientId === client.clientId && role === 'domainController',
  )
  const own = intervals.filter(({ turn }) => turn.server.role === 'domainController')
  return own.flatMap((interval): Violation[] => {
    const down = own.filter(
      (other) => other === interval || (other.from <= interval.from && interval.from < other.standsFrom),
    )
    const hosts = new Set(down.map(({ turn }) => turn.server.serverId))
    return hosts.size > 1 && hosts.size === all.length ? [violation('allDomainControllers', down)] : []
  })
}
