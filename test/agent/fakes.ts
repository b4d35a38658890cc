import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { AgentDependencies } from '../../agent/dependencies.ts'
import { defaultTimings } from '../../agent/dependencies.ts'
import type { AgentEvent } from '../../agent/events.ts'
import { Journal } from '../../agent/journal/journal.ts'
import type {
  QueueConnection,
  QueueHolder,
  QueueTransport,
  Settlement,
} from '../../agent/transport/transport.ts'
import { ApiRefused } from '../../agent/transport/transport.ts'
import { importCommandKeys } from '../../agent/verify.ts'
import type { Found, TaskOutcome, Windows, Work } from '../../agent/windows.ts'
import type { HeartbeatAnswer, HeartbeatBody, QueueAccess } from '../../orchestrations/contracts/agent.ts'
import { PublicKey } from '../../orchestrations/contracts/agent.ts'
import type { Command } from '../../orchestrations/contracts/command.ts'
import type { Report, ReportBody } from '../../orchestrations/contracts/report.ts'
import { taskKinds, tasksVersion } from '../../orchestrations/contracts/tasks.ts'
import type { Task } from '../../orchestrations/contracts/tasks.ts'
import { ClientId, CommandId, ServerId } from '../../orchestrations/domain/ids.ts'

export const clientId = ClientId.parse('boulangerie')
export const serverId = ServerId.parse('boulangerie.srv01')
export const start = Date.parse('2026-11-21T00:00:00Z')

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const { x, y } = createPublicKey(privateKey).export({ format: 'jwk' })
export const commandKey = PublicKey.parse({ kty: 'EC', crv: 'P-256', x, y, kid: 'test-1' })

/** Compact JWS of a payload, as the server signs it. */
export function signEnvelope(payload: unknown, header: object = {}, key: KeyObject = privateKey): string {
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const input = `${encode({ alg: 'ES256', typ: 'atlas+jws', kid: 'test-1', ...header })}.${encode(payload)}`
  const signature = sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' })
  return `${input}.${signature.toString('base64url')}`
}

export function commandFor(id: string, task: Task, changes: Partial<Command> = {}): Command {
  return {
    type: 'command',
    version: tasksVersion,
    commandId: CommandId.parse(id),
    audience: { clientId, serverId },
    subject: { clientId, serverId },
    task,
    epoch: 0,
    fence: 1,
    issuedAt: start,
    startBy: start + 300_000,
    notAfter: start + 3_600_000,
    timeoutMs: 3_600_000,
    ...changes,
  }
}

export const inspect: Task = { kind: 'inspect', params: { what: 'server' } }
export const install: Task = { kind: 'install', params: { updates: ['kb1'] } }
export const reboot: Task = { kind: 'reboot', params: { reason: 'updates' } }
export function checkpoint(vm: string): Task {
  return { kind: 'checkpoint', params: { vm, name: 'atlas-1' } }
}

export const installed: TaskOutcome = {
  kind: 'succeeded',
  result: { updates: [], rebootRequired: false },
}

/** A machine whose work ends when the test says so. */
export class FakeWindows implements Windows {
  readonly begun: string[] = []
  readonly found = new Map<string, Found>()
  readonly #open = new Map<string, (outcome: TaskOutcome) => void>()
  endAtOnce = false

  run(work: Work): Promise<TaskOutcome> {
    this.begun.push(work.commandId)
    if (this.endAtOnce) return Promise.resolve(installed)
    return new Promise((resolve) => this.#open.set(work.commandId, resolve))
  }

  find(work: Work): Promise<Found> {
    return Promise.resolve(this.found.get(work.commandId) ?? { kind: 'neverBegun' })
  }

  bootedAt(): number {
    return start - 1000
  }

  end(id: string, outcome: TaskOutcome = installed): void {
    const resolve = this.#open.get(id)
    if (resolve === undefined) throw new Error(`${id} is not running`)
    resolve(outcome)
  }
}

/** A server that keeps what agents report and answers as told. */
export class FakeServer {
  readonly heartbeats: HeartbeatBody[] = []
  readonly reports: Report[] = []
  readonly requests: Report[][] = []
  epoch = 0
  connect: QueueAccess | undefined = { connectionString: 'fake', queue: 'host', expiresAt: start + 3_600_000 }
  failing = false
  /** A command whose report is answered with 400. */
  unreadable = ''
  now = (): number => start

  heartbeat(body: HeartbeatBody): Promise<HeartbeatAnswer> {
    if (this.failing) return Promise.reject(new Error('down'))
    this.heartbeats.push(body)
    const answer = { serverTime: this.now(), epoch: this.epoch, nextHeartbeatSeconds: 60 }
    return Promise.resolve(this.connect === undefined ? answer : { ...answer, connect: this.connect })
  }

  report({ reports }: ReportBody) {
    if (this.failing) return Promise.reject(new Error('down'))
    if (reports.some(({ commandId }) => commandId === this.unreadable))
      return Promise.reject(new ApiRefused(400, 'unreadable', undefined))
    this.requests.push([...reports])
    this.reports.push(...reports)
    const results = reports.map(({ commandId }) => ({ commandId, verdict: 'recorded' as const }))
    return Promise.resolve({ results, epoch: this.epoch })
  }
}

/** A queue that hands messages over one by one and notes how each was settled. */
export class FakeQueue implements QueueTransport {
  connects = 0
  closes = 0
  failing = false
  #holder: QueueHolder | undefined

  connect(access: QueueAccess): Promise<QueueConnection> {
    this.connects += 1
    if (this.failing) return Promise.reject(new Error('refused'))
    return Promise.resolve({
      access,
      hold: (holder) => {
        this.#holder = holder
      },
      close: () => {
        this.closes += 1
        return Promise.resolve()
      },
    })
  }

  deliver(body: unknown): Promise<Settlement> {
    if (this.#holder === undefined) throw new Error('no agent holds the connection')
    return this.#holder.onMessage(body)
  }

  lose(error: Error): void {
    this.#holder?.onLost(error)
  }
}

export interface World {
  readonly windows: FakeWindows
  readonly server: FakeServer
  readonly queue: FakeQueue
  readonly events: AgentEvent[]
  /** Plan time and server time, epoch ms. */
  now: number
  dependencies(journal: Journal): AgentDependencies
}

export function createWorld(): World {
  const windows = new FakeWindows()
  const server = new FakeServer()
  const queue = new FakeQueue()
  const events: AgentEvent[] = []
  const world: World = {
    windows,
    server,
    queue,
    events,
    now: start,
    dependencies: (journal) => ({
      identity: { clientId, serverId },
      agentVersion: 'test',
      allowedKinds: new Set(taskKinds),
      commandKeys: importCommandKeys([commandKey]),
      journal,
      windows,
      api: server,
      queue,
      serverTime: { now: () => world.now, skew: () => 0, measure: () => undefined },
      wireNow: () => world.now,
      monotonicNow: () => performance.now(),
      planNow: () => world.now,
      random: () => 0,
      timings: { ...defaultTimings, acceptedAfterMs: 5 },
      onEvent: (event) => events.push(event),
    }),
  }
  return world
}

/** Waits, turn by turn, until the condition holds; fails with what was expected after five seconds. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + 5_000
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`never happened: ${what}`)
    await nextTurn()
  }
}

export function openJournal(file: string): Journal {
  return new Journal(file)
}
