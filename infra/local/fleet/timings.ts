import { defaultTimings } from '../../../agent/dependencies.ts'
import type { AgentTimings } from '../../../agent/dependencies.ts'

/** As a real agent's, but for what protects a server against thousands of lines that fail together. */
export const fleetTimings: AgentTimings = {
  ...defaultTimings,
  connectJitterMs: 250,
  backoff: { baseMs: 500, capMs: 5_000 },
}
