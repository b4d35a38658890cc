import { defaultTimings } from '../../../agent/dependencies.ts'
import type { AgentTimings } from '../../../agent/dependencies.ts'

/** Requests a second that a fleet whose lines all fail makes at most: more would keep the server from coming back. */
const retriesPerSecond = 400

/** As a real agent's, but quicker where few agents can't hurt: what protects a server grows with their number. */
export function fleetTimings(agents: number): AgentTimings {
  const capMs = Math.max(5_000, (2 * agents * 1_000) / retriesPerSecond)
  return { ...defaultTimings, connectJitterMs: Math.max(250, agents / 4), backoff: { baseMs: 500, capMs } }
}
