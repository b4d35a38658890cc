/** The server's wire clock as far as the agent can know it. */
export interface ServerTime {
  /** Epoch milliseconds. */
  now(): number
  /** Own clock minus the server's, milliseconds, as last measured; undefined before. */
  skew(): number | undefined
  /** Takes the server's answer into account; `sentAt` and `receivedAt` are monotonic. */
  measure(sentAt: number, receivedAt: number, serverTime: number): void
}

/**
 * Counts on from the last answer with the monotonic clock and with the own one, and believes the later: neither a
 * clock that is set back during the night nor a guest that its host saved for hours, in which the monotonic clock
 * stands still, lets an expired command through. One that is set ahead refuses too much, until the next answer. A
 * difference within half the round trip can't be told from none, and then the own clock is taken as right.
 */
export function createServerTime(wireNow: () => number, monotonicNow: () => number): ServerTime {
  let base: { readonly server: number; readonly monotonic: number; readonly skew: number } | undefined
  function now(): number {
    if (base === undefined) return wireNow()
    return Math.round(Math.max(base.server + (monotonicNow() - base.monotonic), wireNow() - base.skew))
  }
  return {
    now,
    skew: () => base?.skew,
    measure(sentAt, receivedAt, serverTime) {
      const roundTrip = Math.max(0, receivedAt - sentAt)
      const own = wireNow()
      const monotonic = monotonicNow()
      const server = serverTime + roundTrip / 2 + (monotonic - receivedAt)
      const skew = own - server
      base =
        Math.abs(skew) <= roundTrip / 2 + 1
          ? { server: own, monotonic, skew: 0 }
          : { server, monotonic, skew: Math.round(skew) }
    },
  }
}
