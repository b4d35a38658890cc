import type { RunningWindows } from '../orchestrations/contracts/agent.ts'
import type { TaskKind } from '../orchestrations/contracts/tasks.ts'
import type { ClientId, ServerId } from '../orchestrations/domain/ids.ts'
import type { Backoff } from './backoff.ts'
import type { AgentEvent } from './events.ts'
import type { Journal } from './journal/journal.ts'
import type { ServerTime } from './serverTime.ts'
import type { AgentApi, QueueTransport } from './transport/transport.ts'
import type { CommandKeys } from './verify.ts'
import type { Windows } from './windows.ts'

/** Wire milliseconds unless named otherwise. */
export interface AgentTimings {
  readonly heartbeatMs: number
  readonly openHeartbeatMs: number
  /** Work that lasts longer is reported as accepted before it ends. */
  readonly acceptedAfterMs: number
  /** A connection that is no longer asked for is closed after this long without a message. */
  readonly idleMs: number
  /** Connecting is spread over this long. */
  readonly connectJitterMs: number
  /** Access to the queue is renewed when it ends within this time. */
  readonly renewBeforeMs: number
  readonly backoff: Backoff
}

export const defaultTimings: AgentTimings = {
  heartbeatMs: 60_000,
  openHeartbeatMs: 10_000,
  acceptedAfterMs: 2_000,
  idleMs: 120_000,
  connectJitterMs: 2_000,
  renewBeforeMs: 10 * 60_000,
  backoff: { baseMs: 1_000, capMs: 60_000 },
}

/** Everything that an agent doesn't decide itself. */
export interface AgentDependencies {
  readonly identity: { readonly clientId: ClientId; readonly serverId: ServerId }
  readonly agentVersion: string
  /** What it runs on; absent where there is no Windows. */
  readonly runs?: RunningWindows | undefined
  readonly allowedKinds: ReadonlySet<TaskKind>
  readonly commandKeys: CommandKeys
  readonly journal: Journal
  readonly windows: Windows
  readonly api: AgentApi
  readonly queue: QueueTransport
  readonly serverTime: ServerTime
  /** The host's own clock, epoch ms: only told to the server, so that it sees the skew. */
  readonly wireNow: () => number
  readonly monotonicNow: () => number
  /** Plan time, epoch ms. */
  readonly planNow: () => number
  readonly random: () => number
  readonly timings: AgentTimings
  readonly onEvent: (event: AgentEvent) => void
}
