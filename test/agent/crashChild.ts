/**
 * A whole agent on a simulated machine in a process of its own, which kills itself with -9 at the boundary that
 * it is told. Its queue and its server are files in the data folder, so that they outlive it.
 * Arguments: data folder, boundary (or `none`). Ends with exit code 0 when everything is acknowledged.
 */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { defaultTimings } from '../../agent/dependencies.ts'
import type { AgentEvent } from '../../agent/events.ts'
import { Journal } from '../../agent/journal/journal.ts'
import { Agent } from '../../agent/loop.ts'
import type { QueueHolder } from '../../agent/transport/transport.ts'
import { importCommandKeys } from '../../agent/verify.ts'
import type { Windows } from '../../agent/windows.ts'
import { Machines } from '../../infra/local/fleet/windows/machines.ts'
import { PublicKey } from '../../orchestrations/contracts/agent.ts'
import { taskKinds } from '../../orchestrations/contracts/tasks.ts'
import { crashFleet } from './crashFleet.ts'

const [folder = '', boundary = 'none'] = process.argv.slice(2)
const at = (name: string): string => join(folder, name)
const { fleet, server } = crashFleet()
const clock = { now: () => Date.now(), wireDelay: (ms: number) => ms }
const machines = new Machines(at('fleet'), fleet, clock)

function reached(name: string): void {
  if (name === boundary) process.kill(process.pid, 'SIGKILL')
}

const windows: Windows = {
  async run(work) {
    reached('begun')
    const ended = machines.begin(server.serverId, work)
    reached('effectBegun')
    const outcome = await ended
    reached('effectDone')
    return outcome
  },
  find: (work) => Promise.resolve(machines.find(server.serverId, work.commandId)),
  bootedAt: () => machines.state(server.serverId).bootedAt,
}

function onEvent(event: AgentEvent): void {
  if (event.kind === 'accepted') reached('journalled')
  if (event.kind === 'ended') reached('resultWritten')
  if (event.kind === 'acknowledged') reached('acknowledged')
}

async function deliver(holder: QueueHolder): Promise<void> {
  if (existsSync(at('settled'))) return
  reached('received')
  await holder.onMessage(readFileSync(at('message'), 'utf8'))
  writeFileSync(at('settled'), '')
  reached('settled')
}

const done = Promise.withResolvers<void>()
const journal = new Journal(at('journal.ndjson'))
const { clientId, serverId } = server
const agent = new Agent({
  identity: { clientId, serverId },
  agentVersion: 'crash',
  allowedKinds: new Set(taskKinds),
  commandKeys: importCommandKeys([PublicKey.parse(JSON.parse(readFileSync(at('key.json'), 'utf8')))]),
  journal,
  windows,
  api: {
    heartbeat: () =>
      Promise.resolve({
        serverTime: Date.now(),
        epoch: 0,
        nextHeartbeatSeconds: 60,
        connect: { connectionString: '', queue: '', expiresAt: Date.now() + 3_600_000 },
      }),
    report(reports) {
      appendFileSync(at('reports.ndjson'), reports.map((report) => `${JSON.stringify(report)}\n`).join(''))
      reached('reportSent')
      if (reports.some(({ type }) => type !== 'accepted')) done.resolve()
      const results = reports.map(({ commandId }) => ({ commandId, verdict: 'recorded' as const }))
      return Promise.resolve({ results, epoch: 0 })
    },
  },
  queue: {
    connect: (access) =>
      Promise.resolve({
        access,
        hold: (holder) => holder && void deliver(holder),
        close: () => Promise.resolve(),
      }),
  },
  serverTime: { now: () => Date.now(), skew: () => 0, measure: () => undefined },
  wireNow: () => Date.now(),
  monotonicNow: () => performance.now(),
  planNow: () => Date.now(),
  random: () => 0,
  timings: { ...defaultTimings, connectJitterMs: 0 },
  onEvent,
})
await agent.start()
if (!journal.records.some(({ type }) => type === 'acknowledged')) await done.promise
await delay(5)
agent.stop()
await journal.close()
machines.close()
