import type { Server } from './fleet.ts'
import type { ServerId } from './ids.ts'
import type { CampaignSettings } from './settings.ts'
import { minuteMs, type Instant } from './time.ts'
import type { Occurrence } from './occurrence.ts'

/** What is kept free at an occurrence's end: nothing starts later than its end less both, plan ms. */
export interface Reserves {
  readonly p95Ms: number
  readonly rollbackMs: number
}

export function reservesOf(
  settings: Pick<CampaignSettings, 'serverMinutes' | 'rollbackReserveMinutes'>,
): Reserves {
  return {
    p95Ms: settings.serverMinutes.p95 * minuteMs,
    rollbackMs: settings.rollbackReserveMinutes * minuteMs,
  }
}

export interface Slot {
  readonly serverId: ServerId
  readonly start: Instant
  readonly end: Instant
  readonly occurrence: Occurrence
}

/** Plan time after which a server isn't started any more in an occurrence. */
export function latestStart(occurrence: Occurrence, reserves: Reserves): Instant {
  return occurrence.end - reserves.p95Ms - reserves.rollbackMs
}

/** The first occurrence with room for a server from `at` on; undefined when none has. */
export function occurrenceFor(
  windows: readonly Occurrence[],
  at: Instant,
  reserves: Reserves,
): Occurrence | undefined {
  return windows.find((window) => Math.max(at, window.start) <= latestStart(window, reserves))
}

/**
 * Plays a client's servers, in order, over their windows: as many at once as it allows, a host after its guests,
 * partners one after the other. Servers for which no window has room are left out.
 */
export function playClient(
  servers: readonly Server[],
  windowsOf: (server: ServerId) => readonly Occurrence[],
  lanes: number,
  from: Instant,
  durationMs: number,
  reserves: Reserves,
): Slot[] {
  const free: Instant[] = Array.from({ length: lanes }, () => from)
  const ends = new Map<ServerId, Instant>()
  return servers.flatMap((server) => {
    const lane = free.indexOf(Math.min(...free))
    const ready = readyAt(server, servers, ends)
    const earliest = Math.max(free[lane] ?? from, ready)
    const occurrence = occurrenceFor(windowsOf(server.serverId), earliest, reserves)
    if (!occurrence) return []
    const start = Math.max(earliest, occurrence.start)
    const end = start + durationMs
    free[lane] = end
    ends.set(server.serverId, end)
    return [{ serverId: server.serverId, start, end, occurrence }]
  })
}

function readyAt(server: Server, servers: readonly Server[], ends: ReadonlyMap<ServerId, Instant>): Instant {
  let ready = -Infinity
  if (server.partner) ready = ends.get(server.partner) ?? ready
  if (server.kind !== 'hyperVHost') return ready
  for (const guest of servers) {
    if (guest.runsOn === server.serverId) ready = Math.max(ready, ends.get(guest.serverId) ?? ready)
  }
  return ready
}
