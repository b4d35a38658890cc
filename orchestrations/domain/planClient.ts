import { shareOfSum, shownQuantiles, spreadOf, type Range } from './durations.ts'
import type { Client, Inventory, Server } from './fleet.ts'
import { orderServers } from './order.ts'
import type { PlannedClient, PlannedServer, RefusedServer } from './planned.ts'
import type { ClientId, ServerId } from './ids.ts'
import { reason, type Reason } from './reasons.ts'
import { commonWindows, namesOf, type SharedHosts } from './sharedHosts.ts'
import type { CampaignSettings } from './settings.ts'
import { latestStart, occurrenceFor, playClient, reservesOf, type Reserves, type Slot } from './schedule.ts'
import { dayMs, minuteMs, type Instant } from './time.ts'
import type { Occurrence } from './occurrence.ts'
import { occurrences } from './windows.ts'

export interface PlanContext {
  readonly inventory: Inventory
  readonly settings: CampaignSettings
  readonly start: Instant
  /** Hosts that carry other clients' servers, with those clients. */
  readonly shared?: SharedHosts
}

const horizonMs = 35 * dayMs

export interface ClientPlan {
  readonly client?: PlannedClient
  /** When what fits its first occurrence has ended: what its ring waits for. */
  readonly firstEnd?: Range
  readonly refused: readonly RefusedServer[]
}

/** One client of a plan, from the moment at which its ring is expected to start. */
export function planClient(
  client: Client,
  servers: readonly Server[],
  input: PlanContext,
  opens: Range,
): ClientPlan {
  const { settings } = input
  const reserves = reservesOf(settings)
  const windows = occurrences(client, input.start, opens.p80 + horizonMs)
  const ordered = inOrder(servers, input)
  const common = sharedWindows(ordered, windows, input, opens)
  const spread = spreadOf(settings.serverMinutes)
  const inLine = Math.ceil(ordered.length / client.maxParallelServers)
  const play = (from: Instant, z: number): Slot[] =>
    playClient(
      ordered,
      (id) => common.get(id) ?? windows,
      client.maxParallelServers,
      from,
      shareOfSum(spread, inLine, z),
      reserves,
    )

  const expected = play(opens.p50, shownQuantiles.p50)
  const slots = new Map(expected.map((slot) => [slot.serverId, slot]))
  const why = noRoom(client, windows, opens.p50, reserves)
  const refused = ordered.flatMap((server) => {
    const { serverId } = server
    if (slots.has(serverId)) return []
    const others = input.shared?.get(serverId)
    const names = others && namesOf(server, others, input.inventory)
    return [{ serverId, reason: names ? reason('sharedHostNoWindow', names) : why }]
  })
  const first = expected[0]?.occurrence
  if (!first) return { refused }

  const early = play(opens.p20, shownQuantiles.p20)
  const late = play(opens.p80, shownQuantiles.p80)
  const fits = new Set(expected.filter((slot) => slot.occurrence === first).map((slot) => slot.serverId))
  const carried = expected.filter((slot) => slot.occurrence !== first)
  const firstStart = Math.min(...expected.map((slot) => slot.start))
  return {
    refused,
    firstEnd: rangeOf(early, expected, late, (slot) => fits.has(slot.serverId)),
    client: {
      clientId: client.clientId,
      name: client.name,
      zone: client.zone,
      maxParallelServers: client.maxParallelServers,
      windows,
      servers: ordered
        .filter(({ serverId }) => slots.has(serverId))
        .map((server, index) => ({
          ...planServer(server, index + 1, slots, input, reserves),
          ...sharing(server, input, common),
        })),
      firstStart,
      end: rangeOf(early, expected, late, () => true),
      doesNotFit: carried.map((slot) => slot.serverId),
      ...whyOf(client, carried, firstStart, opens.p50),
    },
  }
}

/** When everybody with a server on a shared host may be worked on. */
function sharedWindows(
  servers: readonly Server[],
  own: readonly Occurrence[],
  { shared, inventory, start }: PlanContext,
  opens: Range,
): ReadonlyMap<ServerId, readonly Occurrence[]> {
  const windows = (id: ClientId): readonly Occurrence[] => {
    const client = inventory.clients.find(({ clientId }) => clientId === id)
    return client ? occurrences(client, start, opens.p80 + horizonMs) : []
  }
  return new Map(
    servers.flatMap(({ serverId }) => {
      const others = shared?.get(serverId)
      return others ? [[serverId, commonWindows([own, ...others.map(windows)])] as const] : []
    }),
  )
}

function sharing(
  { serverId }: Server,
  { shared }: PlanContext,
  common: ReadonlyMap<ServerId, readonly Occurrence[]>,
): Pick<PlannedServer, 'sharedWith' | 'windows'> {
  const others = shared?.get(serverId)
  return others ? { sharedWith: [...others], windows: [...(common.get(serverId) ?? [])] } : {}
}

function planServer(
  server: Server,
  order: number,
  slots: ReadonlyMap<string, Slot>,
  { settings }: PlanContext,
  reserves: Reserves,
): PlannedServer {
  const slot = slots.get(server.serverId)
  if (!slot) throw new Error(`planServer: ${server.serverId} has no slot`)
  return {
    serverId: server.serverId,
    host: server.host,
    order,
    role: server.role,
    kind: server.kind,
    ...(server.runsOn && { runsOn: server.runsOn }),
    ...(server.backupServer && { backupServer: server.backupServer }),
    ...(server.partner && { partner: server.partner }),
    ...(server.probes && { probes: server.probes }),
    estimateMinutes: settings.serverMinutes.p50,
    latestStart: latestStart(slot.occurrence, reserves),
  }
}

function inOrder(servers: readonly Server[], input: PlanContext): Server[] {
  const byId = new Map(servers.map((server) => [server.serverId, server]))
  return orderServers(servers, input.inventory, input.settings).flatMap((id) => byId.get(id) ?? [])
}

/** Why a server was left without a slot. */
function noRoom(client: Client, windows: readonly Occurrence[], from: Instant, reserves: Reserves): Reason {
  const open = windows.filter((window) => window.end > from)
  if (open.length === 0) return reason('noWindow', { client: client.name })
  const short = occurrenceFor(open, -Infinity, reserves) === undefined
  const needed = Math.round((reserves.p95Ms + reserves.rollbackMs) / minuteMs)
  return short
    ? reason('windowTooShort', { client: client.name, neededMinutes: needed })
    : reason('noWindow', { client: client.name })
}

function rangeOf(
  early: readonly Slot[],
  expected: readonly Slot[],
  late: readonly Slot[],
  counts: (slot: Slot) => boolean,
): Range {
  const last = (slots: readonly Slot[]): Instant =>
    slots.filter(counts).reduce((end, slot) => Math.max(end, slot.end), -Infinity)
  const p50 = last(expected)
  // A quantile that has room for fewer servers says nothing about the others: keep the range in order.
  return { p20: Math.min(finite(last(early), p50), p50), p50, p80: Math.max(last(late), p50) }
}

function finite(value: number, otherwise: number): number {
  return Number.isFinite(value) ? value : otherwise
}

function whyOf(
  client: Client,
  carried: readonly Slot[],
  firstStart: Instant,
  opens: Instant,
): { why: Reason } | Record<string, never> {
  const next = carried[0]
  if (next) {
    const params = { client: client.name, servers: carried.length, nextAt: next.occurrence.start }
    return { why: reason('carriedOver', params) }
  }
  if (firstStart > opens) return { why: reason('windowClosed', { client: client.name, untilAt: firstStart }) }
  return {}
}
