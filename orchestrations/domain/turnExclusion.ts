import { reason, type Reason } from './reasons.ts'
import { latestStart, type Reserves } from './schedule.ts'
import type { Instant } from './time.ts'
import type { Occurrence } from './occurrence.ts'

/** Kept out by an operator; without an end as long as nobody takes it back. */
export interface Excluded {
  readonly until?: Instant | undefined
}

export interface StandingExclusion {
  /** Infinity: without an end. */
  readonly until: Instant
  readonly reason: Reason
}

/** The longer of a server's own exclusion and its client's; undefined when neither holds now. */
export function exclusionOf(
  server: { readonly excluded?: Excluded | undefined },
  client: { readonly excluded?: Excluded | undefined },
  now: Instant,
): StandingExclusion | undefined {
  const ofClient = standing(client.excluded, 'clientExcluded', now)
  const own = standing(server.excluded, 'excluded', now)
  if (ofClient && own) return ofClient.until > own.until ? ofClient : own
  return ofClient ?? own
}

function standing(
  excluded: Excluded | undefined,
  code: 'excluded' | 'clientExcluded',
  now: Instant,
): StandingExclusion | undefined {
  if (!excluded) return undefined
  const until = excluded.until ?? Infinity
  if (until <= now) return undefined
  return { until, reason: reason(code, until === Infinity ? undefined : { untilAt: until }) }
}

/** When an excluded server can start: its exclusion is over and a window has room for it. Infinity: never. */
export function backAt(
  exclusion: StandingExclusion | undefined,
  windows: readonly Occurrence[],
  reserves: Reserves,
  now: Instant,
): Instant {
  const until = exclusion?.until ?? now
  const starts = windows.flatMap((window) => {
    const at = Math.max(until, window.start)
    return at <= latestStart(window, reserves) ? [at] : []
  })
  return Math.min(Infinity, ...starts)
}
