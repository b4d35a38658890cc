/**
 * A whole agent with real scripts' processes in a process of its own, which kills itself with -9 at the boundary
 * that its plan gives for each command, once. Its queue, its server and its machine are files in the lab's folder,
 * so that they outlive it. Arguments: lab, planted bug (or `none`). Ends with 0 when all is acknowledged.
 */
import { appendFileSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { defaultTimings } from '../../agent/dependencies.ts'
import type { AgentEvent } from '../../agent/events.ts'
import { Journal } from '../../agent/journal/journal.ts'
import { Agent } from '../../agent/loop.ts'
import type { WorkStarter } from '../../agent/powershell/starter.ts'
import { scriptTasks } from '../../agent/tasks/index.ts'
import { createWindows } from '../../agent/tasks/windows.ts'
import type { QueueHolder } from '../../agent/transport/transport.ts'
import { importCommandKeys } from '../../agent/verify.ts'
import type { Windows, Work } from '../../agent/windows.ts'
import { PublicKey } from '../../orchestrations/contracts/agent.ts'
import { taskKinds } from '../../orchestrations/contracts/tasks.ts'
import type { Boundary, Crossing, PlantedBug } from './crashMatrix.ts'
import { clientId, serverId } from './fakes.ts'
import { detachedProcesses, effectsIn, hostIn, labOf } from './powershell/lab.ts'

const [folder = '', planted = 'none'] = process.argv.slice(2)
const bug = planted as PlantedBug
const at = (name: string): string => join(folder, name)
const plan = JSON.parse(readFileSync(at('plan.json'), 'utf8')) as readonly Crossing[]
const crossingOf = new Map<string, Crossing>(plan.map((crossing) => [crossing.commandId, crossing]))
const bootOf = (): string => readFileSync(at('boot.json'), 'utf8')
const bootAtStart = bootOf()

function reached(boundary: Boundary, commandId: string): void {
  if (crossingOf.get(commandId)?.boundary !== boundary || existsSync(at(`killed-${commandId}`))) return
  writeFileSync(at(`killed-${commandId}`), '')
  process.kill(process.pid, 'SIGKILL')
}

/** What the effect waits for, so that it can't be over before the agent was killed in it. */
const letGo = (commandId: string): void => writeFileSync(at(`go-${commandId}`), '')
for (const { commandId } of plan) if (existsSync(at(`killed-${commandId}`))) letGo(commandId)

const processes = detachedProcesses(folder)
const starter: WorkStarter = {
  async start(work, commandId) {
    reached('prepared', commandId)
    await processes.start(work, commandId)
    reached('started', commandId)
  },
}
const data = bug === 'forgetsItsWork' ? mkdtempSync(at('forgotten-')) : folder
const inner = createWindows(hostIn(labOf(folder), { data, starter, timings: { pollMs: 3 } }), scriptTasks, {
  downWithinMs: 60_000,
  stableMs: 0,
})

async function watchEffect({ commandId, task }: Work): Promise<void> {
  const line = `begun ${task.kind} ${commandId}`
  while (!effectsIn(folder).includes(line)) await delay(3)
  reached('effectBegun', commandId)
  letGo(commandId)
  if (task.kind !== 'reboot') return
  while (bootOf() === bootAtStart) await delay(3)
  // The machine goes down, and everything on it.
  reached('effectDone', commandId)
  process.kill(process.pid, 'SIGKILL')
}

const windows: Windows = {
  async run(work) {
    reached('begun', work.commandId)
    void watchEffect(work)
    const outcome = await inner.run(work)
    reached('effectDone', work.commandId)
    return outcome
  },
  async find(work) {
    const found = await inner.find(work)
    if (found.kind === 'running' && bootOf() === bootAtStart) void watchEffect(work)
    return found
  },
  bootedAt: () => inner.bootedAt(),
}

function onEvent(event: AgentEvent): void {
  if (event.kind === 'accepted') reached('journalled', event.facts.commandId)
  if (event.kind === 'ended') reached('resultWritten', event.report.commandId)
  if (event.kind === 'acknowledged' && event.report.type !== 'accepted') {
    reached('acknowledged', event.report.commandId)
    acknowledged.add(event.report.commandId)
  }
}

/** One message after the other, each again until it is settled. */
async function deliver(holder: QueueHolder): Promise<void> {
  for (const { commandId } of plan) {
    const isSettled = existsSync(at(`settled-${commandId}`))
    if (!isSettled) {
      if (bug === 'settlesUnwritten') writeFileSync(at(`settled-${commandId}`), '')
      reached('received', commandId)
      await holder.onMessage(readFileSync(at(`message-${commandId}`), 'utf8'))
      writeFileSync(at(`settled-${commandId}`), '')
      reached('settled', commandId)
    }
    // What was settled and is in no journal is lost: nothing will ever come of it.
    if (isSettled && !known.has(commandId)) continue
    while (!acknowledged.has(commandId)) await delay(3)
  }
  allDone.resolve()
}

/** By the journal as this life found it. */
const known = new Set<string>()
const acknowledged = new Set<string>()
const allDone = Promise.withResolvers<void>()
const journal = new Journal(at('journal.ndjson'))
for (const record of journal.records) {
  if (record.type === 'accepted') known.add(record.facts.commandId)
  if (record.type === 'acknowledged') acknowledged.add(record.commandId)
}
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
    report({ reports }) {
      appendFileSync(at('reports.ndjson'), reports.map((report) => `${JSON.stringify(report)}\n`).join(''))
      for (const { type, commandId } of reports) if (type !== 'accepted') reached('reportSent', commandId)
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
await allDone.promise
await delay(5)
agent.stop()
await journal.close()
process.exit(0)
