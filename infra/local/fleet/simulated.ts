import type { KeyObject } from 'node:crypto'
import { randomUUID } from 'node:crypto'
import { copyFileSync, existsSync, rmSync } from 'node:fs'
import { copyFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { AgentDependencies, AgentTimings } from '../../../agent/dependencies.ts'
import type { AgentEvent } from '../../../agent/events.ts'
import { Journal } from '../../../agent/journal/journal.ts'
import type { Registration } from '../../../agent/keys.ts'
import { Agent } from '../../../agent/loop.ts'
import { createServerTime } from '../../../agent/serverTime.ts'
import { createAssertionSigner } from '../../../agent/transport/assertion.ts'
import { createHttpsApi } from '../../../agent/transport/https.ts'
import type { HttpLine } from '../../../agent/transport/post.ts'
import type { AgentApi, QueueConnection, QueueTransport } from '../../../agent/transport/transport.ts'
import { importCommandKeys } from '../../../agent/verify.ts'
import { taskKinds } from '../../../orchestrations/contracts/tasks.ts'
import { wireNow } from '../clock/wire.ts'
import type { FleetServer } from './fleetFile.ts'
import type { Gate } from './gate.ts'
import { atPlanTime } from './planClock.ts'
import type { PlanTime } from './planClock.ts'
import { connectWindows } from './windows/adapter.ts'
import type { Machines } from './windows/machines.ts'
import { never } from './windows/state.ts'

/** What all simulated servers of the process share. */
export interface FleetServices {
  readonly folder: string
  readonly line: HttpLine
  readonly gate: Gate
  readonly queue: QueueTransport
  readonly machines: Machines
  readonly clock: PlanTime
  readonly timings: AgentTimings
  readonly random: () => number
  readonly onEvent: (server: FleetServer, event: AgentEvent) => void
}

const savedJournal = (checkpoint: string): string => `journal.${checkpoint}.ndjson`

export const agentVersion = '0.1.0-simulated'

/** One server: a machine that outlives everything, and on it one life of the agent after the other. */
export class SimulatedServer {
  readonly #server: FleetServer
  readonly #services: FleetServices
  readonly #dependencies: Omit<AgentDependencies, 'journal'>
  #life: { readonly agent: Agent; readonly journal: Journal } | undefined
  #kept: QueueConnection | undefined
  #ending: Promise<void> = Promise.resolve()
  #cancel: () => void = () => undefined
  #stopped = false

  constructor(server: FleetServer, key: KeyObject, registration: Registration, services: FleetServices) {
    this.#server = server
    this.#services = services
    this.#dependencies = dependenciesOf(server, key, registration, services)
    services.machines.watch(server.serverId, {
      down: (line) => this.#down(line),
      up: () => void this.start(),
      setBack: () => this.#setBack(),
      checkpointMade: (name) => this.#saveJournal(name),
      checkpointApplied: (name) => this.#applyJournal(name),
      checkpointGone: (name) => rmSync(this.#file(savedJournal(name)), { force: true }),
    })
  }

  /** Starts an agent, or waits for the plan time at which the machine has one again. */
  async start(): Promise<void> {
    const { machines, clock } = this.#services
    const { agentBackAt } = machines.state(this.#server.serverId)
    this.#cancel()
    if (this.#stopped || agentBackAt === never) return
    if (clock.now() < agentBackAt) {
      this.#cancel = atPlanTime(clock, agentBackAt, () => void this.start())
      return
    }
    await this.#ending
    if (this.#stopped || this.#life !== undefined) return
    const journal = new Journal(this.#file('journal.ndjson'))
    const kept = this.#kept
    this.#kept = undefined
    const agent = new Agent({ ...this.#dependencies, journal }, kept)
    this.#life = { agent, journal }
    await agent.start()
  }

  get connected(): boolean {
    return this.#life?.agent.connected ?? false
  }

  /** Ends the agent and its connection; the machine's work goes on. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#cancel()
    this.#down('lost')
    await this.#ending
    await this.#kept?.close()
  }

  #down(line: 'lost' | 'kept'): void {
    const life = this.#life
    if (life === undefined) return
    this.#life = undefined
    const connection = life.agent.stop()
    if (line === 'kept') this.#kept = connection
    this.#ending = Promise.all([
      life.journal.close(),
      line === 'lost' ? connection?.close().catch(() => undefined) : undefined,
    ]).then(() => undefined)
  }

  /** Last night there was no campaign: the journal was empty. */
  #setBack(): void {
    this.#ending = this.#ending.then(() => rm(this.#file('journal.ndjson'), { force: true }))
  }

  /** At once, beside a living agent: it only ever appends, and a torn last line is no record. */
  #saveJournal(name: string): void {
    const journal = this.#file('journal.ndjson')
    if (existsSync(journal)) copyFileSync(journal, this.#file(savedJournal(name)))
  }

  /** Once the life before has let go of its journal; the next one starts after this. */
  #applyJournal(name: string): void {
    const saved = this.#file(savedJournal(name))
    this.#ending = this.#ending.then(async () => {
      if (existsSync(saved)) await copyFile(saved, this.#file('journal.ndjson'))
      else await rm(this.#file('journal.ndjson'), { force: true })
    })
  }

  #file(name: string): string {
    return join(this.#services.folder, 'agents', this.#server.serverId, name)
  }
}

function dependenciesOf(
  server: FleetServer,
  key: KeyObject,
  { clientId, serverId, commandKeys }: Registration,
  { line, gate, queue, machines, clock, timings, random, onEvent }: FleetServices,
): Omit<AgentDependencies, 'journal'> {
  const monotonicNow = (): number => performance.now()
  const draws = machines.drawsOf(serverId)
  const skewMs = draws.clockSkewMs()
  const ownNow = (): number => wireNow() + skewMs
  const serverTime = createServerTime(ownNow, monotonicNow)
  const signer = createAssertionSigner(serverId, key, randomUUID)
  return {
    identity: { clientId, serverId },
    agentVersion,
    allowedKinds: new Set(taskKinds),
    commandKeys: importCommandKeys(commandKeys),
    windows: connectWindows(machines, server),
    api: slowed(gate.through(createHttpsApi(line, signer, () => serverTime.now())), draws.slowness()),
    queue,
    serverTime,
    wireNow: ownNow,
    monotonicNow,
    planNow: () => clock.now(),
    random,
    timings,
    onEvent: (event) => onEvent(server, event),
  }
}

/** Wire milliseconds by which a slow line holds up a request, for each time that it is slower. */
const lineDelayMs = 400

function slowed(api: AgentApi, slowness: number): AgentApi {
  if (slowness === 1) return api
  const pause = (): Promise<void> => delay((slowness - 1) * lineDelayMs)
  return {
    heartbeat: (body) => pause().then(() => api.heartbeat(body)),
    report: (body) => pause().then(() => api.report(body)),
  }
}
