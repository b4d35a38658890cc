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
 * Counts on from the last answer with the monotonic clock, so that neither a wrong clock nor one that is set
 * during the night lets an expired command through. A difference within half the round trip can't be told
 * from none, and then the own clock is taken as right.
 */
export function createServerTime(wireNow: () => number, monotonicNow: () => number): ServerTime {
  let base: { readonly server: number; readonly monotonic: number; readonly skew: number } | undefined
  return {
    now: () => (base === undefined ? wireNow() : Math.round(base.server + (monotonicNow() - base.monotonic))),
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
