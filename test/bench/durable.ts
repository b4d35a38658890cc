import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Task } from 'durable-functions'
import { createDurableEngine, type DurableEngine } from '../../infra/local/durable/engine.ts'
import { sdkInvoker, type SdkApp } from '../infra/local/durable/sdkApp.ts'

/** One measurement: wall-clock and processor seconds, and how late the event loop was (milliseconds). */
export interface DurableFigure {
  readonly name: string
  readonly seconds: number
  readonly cpuSeconds: number
  readonly activitiesPerSecond: number
  readonly batches: number
  readonly loopDelayP999: number
  readonly loopDelayMax: number
}

const waitsPerServer = 7

/** Who answers an activity that asks for an event: set per run, since it needs the engine. */
let answer: (instanceId: string, name: string) => void = () => undefined

const app: SdkApp = {
  orchestrators: {
    *fanOut(context) {
      const calls = Array.from({ length: Number(context.df.getInput()) }, (_, n) =>
        context.df.callActivity('echo', n),
      )
      const results: unknown[] = yield context.df.Task.all(calls)
      return results.length
    },
    *chain(context) {
      let last: unknown
      for (let n = 0; n < Number(context.df.getInput()); n++) last = yield context.df.callActivity('echo', n)
      return last
    },
    *waiting(context) {
      return yield context.df.waitForExternalEvent('go')
    },
    *client(context) {
      const servers = Array.from({ length: 10 }, (_, n) => `${context.df.instanceId}-${n}`)
      for (const id of servers)
        yield context.df.callSubOrchestrator('server', { id, name: 'SRV-PARIS-DC-01' }, id)
      return servers.length
    },
    /** About as much history as one server of a campaign leaves: a hundred events. */
    *server(context) {
      for (let step = 0; step < waitsPerServer; step++) {
        yield context.df.callActivity('echo', { step, server: context.df.instanceId })
        const name = `${context.df.instanceId}:${step}`
        yield context.df.callActivity('ask', { name, instanceId: context.df.instanceId })
        const reply: Task = context.df.waitForExternalEvent(name)
        const deadline = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 3_600_000))
        yield context.df.Task.any([reply, deadline])
        if (!deadline.isCompleted) deadline.cancel()
      }
      for (let n = 0; n < 2; n++) yield context.df.callActivity('echo', n)
      return 'done'
    },
  },
  activities: {
    echo: (input: unknown) => input,
    ask: (input: { name: string; instanceId: string }) => answer(input.instanceId, input.name),
  },
}

/** Runs the load on a new engine in a temporary folder. */
async function measure(name: string, load: (engine: DurableEngine) => Promise<void>): Promise<DurableFigure> {
  const folder = mkdtempSync(path.join(tmpdir(), 'durable-bench-'))
  const clock = {
    speed: 1,
    now: () => performance.timeOrigin + performance.now(),
    wireDelay: (ms: number) => ms,
  }
  const engine = createDurableEngine({
    dataFile: path.join(folder, 'durable.db'),
    clock,
    invoker: sdkInvoker(app),
    hubName: 'bench',
    baseUrl: () => 'http://127.0.0.1',
    log: (_level, text) => console.error(text),
  })
  await engine.start()
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const cpu = process.cpuUsage()
  const begin = performance.now()
  await load(engine)
  const seconds = (performance.now() - begin) / 1_000
  const used = process.cpuUsage(cpu)
  delay.disable()
  const { activities, batches } = engine.stats()
  await engine.stop()
  rmSync(folder, { recursive: true })
  return {
    name,
    seconds,
    cpuSeconds: (used.user + used.system) / 1e6,
    activitiesPerSecond: activities / seconds,
    batches,
    loopDelayP999: delay.percentile(99.9) / 1e6,
    loopDelayMax: delay.max / 1e6,
  }
}

async function startAll(
  engine: DurableEngine,
  count: number,
  name: string,
  input?: unknown,
): Promise<string[]> {
  const starts = Array.from({ length: count }, (_, n) =>
    engine.startInstance({ name, instanceId: `${name}-${n}`, input: JSON.stringify(input) }),
  )
  return Promise.all(starts)
}

async function allEnded(engine: DurableEngine, ids: readonly string[]): Promise<void> {
  const ends = await Promise.all(ids.map((id) => engine.waitForEnd(id)))
  const failed = ends.find((end) => end?.runtimeStatus !== 'Completed')
  if (failed !== undefined) throw new Error(`${failed.instanceId}: ${failed.runtimeStatus} ${failed.output}`)
}

export const fanOut = (activities = 1_000): Promise<DurableFigure> =>
  measure(`fan-out and fan-in of ${activities} activities`, async (engine) =>
    allEnded(engine, await startAll(engine, 1, 'fanOut', activities)),
  )

export const chains = (count = 100, length = 10): Promise<DurableFigure> =>
  measure(`${count} chains of ${length} activities`, async (engine) =>
    allEnded(engine, await startAll(engine, count, 'chain', length)),
  )

export const waiting = (count = 1_000): Promise<DurableFigure> =>
  measure(`${count} instances waiting for an event each, then raised`, async (engine) => {
    const ids = await startAll(engine, count, 'waiting')
    await Promise.all(ids.map((id) => engine.raiseEvent(id, 'go', '{"ok":true}')))
    await allEnded(engine, ids)
  })

/** The shape of a campaign without its work: parents of ten sub-orchestrations in a row. */
export const campaign = (clients = 100): Promise<DurableFigure> =>
  measure(`${clients} parents with 10 sub-orchestrations of a hundred events`, async (engine) => {
    answer = (instanceId, name) => {
      setTimeout(() => void engine.raiseEvent(instanceId, name, '{"ok":true}'), 1)
    }
    await allEnded(engine, await startAll(engine, clients, 'client'))
  })

/** All figures of the Durable engine, one after the other. */
export async function durableFigures(): Promise<DurableFigure[]> {
  return [await fanOut(), await chains(), await waiting(), await campaign()]
}

if (import.meta.main) for (const figure of await durableFigures()) console.log(JSON.stringify(figure))
