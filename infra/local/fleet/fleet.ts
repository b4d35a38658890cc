import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { AgentTimings } from '../../../agent/dependencies.ts'
import type { AgentEvent } from '../../../agent/events.ts'
import { openLine } from '../../../agent/transport/post.ts'
import { createServiceBusTransport } from '../../../agent/transport/queue.ts'
import type { QueueTransport } from '../../../agent/transport/transport.ts'
import { Gate } from './gate.ts'
import { fleetTimings } from './timings.ts'
import { enrolServer } from './enrolment.ts'
import type { FleetFile, FleetServer } from './fleetFile.ts'
import type { PlanTime } from './planClock.ts'
import type { FleetServices, SimulatedServer } from './simulated.ts'
import { Machines } from './windows/machines.ts'
import { isEnrolled } from './windows/state.ts'

export interface FleetOptions {
  /** The data folder; the fleet keeps everything below `<data>/fleet`. */
  readonly data: string
  readonly fleet: FleetFile
  readonly clock: PlanTime
  /** Only the server with this host name. */
  readonly only?: string
  readonly queue?: QueueTransport
  readonly timings?: Partial<AgentTimings>
  readonly onEvent?: (server: FleetServer, event: AgentEvent) => void
}

export interface RunningFleet {
  /** Agents that were started; the scenario leaves some hosts without. */
  readonly agents: number
  /** Hosts that the API refused to enrol, with the reason. */
  readonly refused: readonly string[]
  readonly machines: Machines
  stop(): Promise<void>
}

const enrolAtOnce = 16
const connectionsToApi = 48

/** Starts the machines, enrols their agents and runs them. Waits for the API as long as it takes. */
export async function startFleet(options: FleetOptions, signal: AbortSignal): Promise<RunningFleet> {
  const { fleet, clock, only } = options
  const folder = join(options.data, 'fleet')
  const machines = new Machines(folder, fleet, clock)
  const line = openLine(fleet.apiUrl, { maxSockets: connectionsToApi })
  const services: FleetServices = {
    folder,
    line,
    gate: new Gate(connectionsToApi),
    queue: options.queue ?? createServiceBusTransport(),
    machines,
    clock,
    timings: { ...fleetTimings(fleet.servers.length), ...options.timings },
    random: Math.random,
    onEvent: options.onEvent ?? (() => undefined),
  }
  const wanted = fleet.servers.filter(
    ({ serverId, host }) => (only === undefined || host === only) && isEnrolled(machines.drawsOf(serverId)),
  )
  const running: SimulatedServer[] = []
  const refused: string[] = []
  await inParallel(clientsByTurns(wanted), enrolAtOnce, async (server) => {
    try {
      const simulated = await enrolServer(server, tokenFor(server, fleet), services, signal)
      running.push(simulated)
      await simulated.start()
    } catch (error) {
      if (signal.aborted) return
      refused.push(`${server.serverId}: ${String(error)}`)
    }
  })
  await untilConnected(running, signal)
  return {
    agents: running.length,
    refused,
    machines,
    async stop() {
      await Promise.all(running.map((server) => server.stop()))
      line.agent.destroy()
      machines.close()
    },
  }
}

/** One server of each client, then the next of each: a client's enrolments are written one after the other. */
export function clientsByTurns<S extends Pick<FleetServer, 'clientId'>>(servers: readonly S[]): S[] {
  const places = new Map<FleetServer['clientId'], number>()
  const placed = servers.map((server) => {
    const place = places.get(server.clientId) ?? 0
    places.set(server.clientId, place + 1)
    return { server, place }
  })
  return placed.sort((a, b) => a.place - b.place).map(({ server }) => server)
}

function tokenFor({ clientId }: FleetServer, { tokens }: FleetFile): string {
  const token = tokens[clientId]
  if (token === undefined) throw new Error(`the fleet file has no enrolment token for client ${clientId}`)
  return token
}

async function inParallel<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values()
  const worker = async (): Promise<void> => {
    for (const item of queue) await work(item)
  }
  await Promise.all(Array.from({ length: width }, worker))
}

const settleMs = 1_500
const longestSettleMs = 30_000

/** Waits until no further agent comes to its queue: those that were asked to are there. */
async function untilConnected(servers: readonly SimulatedServer[], signal: AbortSignal): Promise<void> {
  let connected = -1
  for (let waited = 0; waited < longestSettleMs && !signal.aborted; waited += settleMs) {
    const now = servers.filter((server) => server.connected).length
    if (now === connected) return
    connected = now
    await delay(settleMs, undefined, { signal }).catch(() => undefined)
  }
}
