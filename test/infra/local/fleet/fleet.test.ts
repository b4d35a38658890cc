import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ServiceBusClient } from '@azure/service-bus'
import type { ServiceBusSender } from '@azure/service-bus'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { startFleet } from '../../../../infra/local/fleet/fleet.ts'
import type { RunningFleet } from '../../../../infra/local/fleet/fleet.ts'
import type { FleetServer } from '../../../../infra/local/fleet/fleetFile.ts'
import { even, instant } from '../../../../infra/local/fleet/scenarios/even.ts'
import type { ScenarioDefinition } from '../../../../infra/local/fleet/scenario.ts'
import { startBroker } from '../../../../infra/local/servicebus/broker.ts'
import type { Broker } from '../../../../infra/local/servicebus/broker.ts'
import type { Report } from '../../../../orchestrations/contracts/report.ts'
import type { Task } from '../../../../orchestrations/contracts/tasks.ts'
import { queueOf } from '../../../../orchestrations/domain/ids.ts'
import { commandFor, signEnvelope, until } from '../../../agent/fakes.ts'
import { brokerRules, queueAccess, startTestApi } from './apiServer.ts'
import type { TestApi } from './apiServer.ts'
import { fleetOf, serverOf } from './fixtures.ts'

let folder: string
let broker: Broker
let sending: ServiceBusClient
let api: TestApi
let fleet: RunningFleet
let reports: Report[]
const senders = new Map<string, ServiceBusSender>()

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'atlas-fleet-'))
  broker = await startBroker({
    dataFile: join(folder, 'servicebus.db'),
    port: 0,
    adminPort: 0,
    rules: brokerRules,
    autoCreateQueues: /^host-/,
    now: () => Date.now(),
  })
  const [rule] = brokerRules
  sending = new ServiceBusClient(
    `Endpoint=sb://127.0.0.1:${broker.port};SharedAccessKeyName=all;SharedAccessKey=${rule?.key};UseDevelopmentEmulator=true`,
  )
})
afterAll(async () => {
  await sending.close()
  await broker.close()
  rmSync(folder, { recursive: true })
})

let data: string
beforeEach(async () => {
  data = mkdtempSync(join(folder, 'data-'))
  reports = []
  api = await startTestApi(
    (host) => `boulangerie.${host.toLowerCase()}`,
    (serverId) => queueAccess(broker.port, serverId),
  )
  api.onReport = (_serverId, report) => reports.push(report)
})
afterEach(async () => {
  await fleet.stop()
  await api.close()
})

async function start(
  scenario: ScenarioDefinition,
  clock = { now: () => Date.now(), wireDelay: (ms: number) => ms },
) {
  const file = fleetOf(scenario, { apiUrl: api.url })
  fleet = await startFleet(
    { data, fleet: file, clock, timings: { connectJitterMs: 0, acceptedAfterMs: 50 } },
    new AbortController().signal,
  )
  return file
}

async function send(server: FleetServer, id: string, task: Task, subject = server): Promise<void> {
  const queue = queueOf({ serverId: server.serverId, agentsForgotten: 0 })
  const sender = senders.get(queue) ?? sending.createSender(queue)
  senders.set(queue, sender)
  const now = Date.now()
  const command = commandFor(id, task, {
    audience: { clientId: server.clientId, serverId: server.serverId },
    subject: { clientId: subject.clientId, serverId: subject.serverId },
    issuedAt: now,
    startBy: now + 60_000,
    notAfter: now + 3_600_000_000,
  })
  await sender.sendMessages({ body: signEnvelope(command), messageId: id })
}

const ended = (id: string): Report | undefined =>
  reports.find((report) => report.commandId === id && report.type !== 'accepted')

async function carryOut(
  server: FleetServer,
  id: string,
  task: Task,
  subject = server,
): Promise<Report | undefined> {
  await send(server, id, task, subject)
  await until(() => ended(id) !== undefined, `${id} ended`)
  return ended(id)
}

const updates = { updates: ['kb5068787-2026-11'] }
const lines = (name: string): string[] =>
  readFileSync(join(data, 'fleet', name), 'utf8')
    .split('\n')
    .filter(Boolean)

test('a server is updated step by step through the real broker with the official SDK', async () => {
  const file = await start(instant)
  expect(fleet.agents).toBe(3)
  const [vm, host] = [serverOf(file, 'VM01'), serverOf(file, 'HV01')]
  const checkpoint = { vm: 'VM01', name: 'atlas-1' }
  const prefix = 'instant-'
  const steps: [FleetServer, Task][] = [
    [vm, { kind: 'inspect', params: { what: 'server' } }],
    [host, { kind: 'checkpoint', params: checkpoint }],
    [vm, { kind: 'install', params: updates }],
    [vm, { kind: 'reboot', params: { reason: 'updates' } }],
    [vm, { kind: 'verify', params: updates }],
    [host, { kind: 'removeCheckpoint', params: checkpoint }],
  ]
  for (const [server, task] of steps)
    expect(await carryOut(server, prefix + task.kind, task, vm)).toMatchObject({
      type: 'succeeded',
      kind: task.kind,
    })
  expect(ended('instant-verify')).toMatchObject({
    result: { healthy: true, stillOffered: [], pendingReboot: [] },
  })
  const phases = lines('effects.ndjson').map((line) => {
    const { server, kind, phase } = JSON.parse(line) as Record<string, string>
    return `${server} ${kind} ${phase}`
  })
  const both = (kind: string): string[] => [`VM01 ${kind} begun`, `VM01 ${kind} ended`]
  expect(phases).toEqual([
    'VM01 inspect seen',
    ...['checkpoint', 'install', 'reboot'].flatMap(both),
    'VM01 verify seen',
    ...both('removeCheckpoint'),
  ])
})

test('work outlives the fleet process’s agents: restarted, they report how it ended', async () => {
  let now = Date.now()
  const clock = { now: () => now, wireDelay: () => 1 }
  const first = await start(even, clock)
  const server = serverOf(first, 'FS01')
  await send(server, 'long-install', { kind: 'install', params: updates })
  await until(() => reports.some(({ type }) => type === 'accepted'), 'accepted')
  await fleet.stop()
  now += 3_000_000
  await start(even, clock)
  await until(() => ended('long-install') !== undefined, 'ended')
  expect(ended('long-install')).toMatchObject({ type: 'succeeded', kind: 'install' })
  expect(lines('effects.ndjson')).toHaveLength(2)
})

test('an agent whose reports are refused for a while keeps them until they are taken', async () => {
  const file = await start(instant)
  api.failing = 3
  const report = await carryOut(serverOf(file, 'FS01'), 'patient', {
    kind: 'inspect',
    params: { what: 'server' },
  })
  expect(report).toMatchObject({ type: 'succeeded' })
  expect(api.failing).toBe(0)
})
