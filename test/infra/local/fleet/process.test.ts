import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { ServiceBusClient } from '@azure/service-bus'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startPlanClock } from '../../../../infra/local/clock/clock.ts'
import type { HostClock } from '../../../../infra/local/clock/clock.ts'
import { even } from '../../../../infra/local/fleet/scenarios/even.ts'
import { startBroker } from '../../../../infra/local/servicebus/broker.ts'
import type { Broker } from '../../../../infra/local/servicebus/broker.ts'
import type { Report } from '../../../../orchestrations/contracts/report.ts'
import { queueOf } from '../../../../orchestrations/domain/ids.ts'
import { commandFor, signEnvelope, until } from '../../../agent/fakes.ts'
import { brokerRules, queueAccess, startTestApi } from './apiServer.ts'
import type { TestApi } from './apiServer.ts'
import { fleetOf, serverOf } from './fixtures.ts'

let data: string
let broker: Broker
let api: TestApi
let clock: HostClock
let child: ChildProcess | undefined

beforeEach(async () => {
  data = mkdtempSync(join(tmpdir(), 'atlas-fleet-process-'))
  const dataFile = join(data, 'servicebus.db')
  const now = (): number => Date.now()
  broker = await startBroker({
    dataFile,
    port: 0,
    adminPort: 0,
    rules: brokerRules,
    autoCreateQueues: /^host-/,
    now,
  })
  api = await startTestApi(
    (host) => `boulangerie.${host.toLowerCase()}`,
    (serverId) => queueAccess(broker.port, serverId),
  )
  clock = startPlanClock({ file: join(data, 'clock'), speed: 3_000 })
})
afterEach(async () => {
  if (child?.exitCode === null && child.signalCode === null) {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  await clock.stop()
  await api.close()
  await broker.close()
  rmSync(data, { recursive: true })
})

/** Starts the fleet process; resolves with its first line. */
async function startProcess(): Promise<string> {
  const fleet = fleetOf(even, { apiUrl: api.url, clockFile: join(data, 'clock') })
  writeFileSync(join(data, 'fleet.json'), JSON.stringify(fleet))
  const main = join(import.meta.dirname, '../../../../infra/local/fleet/main.ts')
  const args = [main, '--data', data, '--fleet', join(data, 'fleet.json')]
  const started = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
  child = started
  if (started.stdout === null) throw new Error('no standard output')
  const [line] = (await once(createInterface(started.stdout), 'line')) as [string]
  return line
}

async function kill(signal: NodeJS.Signals): Promise<unknown> {
  if (child === undefined) throw new Error('no process')
  child.kill(signal)
  const [code, killedBy] = await once(child, 'exit')
  return killedBy ?? code
}

function phases(): string[] {
  const file = join(data, 'fleet', 'effects.ndjson')
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean)
  return lines.map((line) => (JSON.parse(line) as { phase: string }).phase)
}

test('the fleet process says when it is ready and stops when asked', async () => {
  expect(await startProcess()).toBe('fleet ready: 3 agents')
  expect(await kill('SIGTERM')).toBe(0)
})

test('killed in the middle of an effect and started again, it ends that effect once and reports it', async () => {
  await startProcess()
  const ended: Report[] = []
  api.onReport = (_server, report) => report.type !== 'accepted' && ended.push(report)
  const server = serverOf(fleetOf(even), 'FS01')
  const { clientId, serverId } = server
  const now = Date.now()
  const command = commandFor(
    'c1',
    { kind: 'install', params: { updates: ['kb5066743-net'] } },
    {
      audience: { clientId, serverId },
      subject: { clientId, serverId },
      issuedAt: now,
      startBy: now + 60_000,
      notAfter: clock.now() + 86_400_000,
    },
  )
  const [rule] = brokerRules
  const client = new ServiceBusClient(
    `Endpoint=sb://127.0.0.1:${broker.port};SharedAccessKeyName=all;SharedAccessKey=${rule?.key};UseDevelopmentEmulator=true`,
  )
  await client
    .createSender(queueOf({ serverId, agentsForgotten: 0 }))
    .sendMessages({ body: signEnvelope(command), messageId: 'c1' })
  await client.close()
  await until(() => phases().length === 1, 'the installation began')
  expect(await kill('SIGKILL')).toBe('SIGKILL')
  expect(ended).toEqual([])
  await startProcess()
  await until(() => ended.length > 0, 'the end was reported')
  expect(ended).toMatchObject([{ type: 'succeeded', commandId: 'c1' }])
  expect(phases()).toEqual(['begun', 'ended'])
})
