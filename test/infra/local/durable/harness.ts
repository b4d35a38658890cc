import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import {
  createDurableEngine,
  type DurableEngine,
  type EngineLimits,
  type InstanceStatus,
  type PlanClock,
} from '../../../../infra/local/durable/engine.ts'
import { sdkInvoker, type SdkApp } from './sdkApp.ts'

export function planClock(speed: number): PlanClock {
  const start = Date.UTC(2026, 0, 3)
  const origin = performance.now()
  return {
    speed,
    now: () => Math.floor(start + (performance.now() - origin) * speed),
    wireDelay: (planMs) => planMs / speed,
  }
}

export interface TestHub {
  readonly engine: DurableEngine
  readonly clock: PlanClock
  readonly dataFile: string
  readonly log: string[]
  /** Another engine on the same store, as after a crash of the first. */
  successor(): Promise<TestHub>
}

/** An engine with real SDK functions on a file of its own; both go with the test. */
export async function startHub(
  app: SdkApp,
  settings: { readonly speed?: number; readonly limits?: EngineLimits; readonly dataFile?: string } = {},
  clock: PlanClock = planClock(settings.speed ?? 600),
): Promise<TestHub> {
  const dataFile = settings.dataFile ?? path.join(tempFolder(), 'durable.db')
  const log: string[] = []
  const engine = createDurableEngine({
    dataFile,
    clock,
    invoker: sdkInvoker(app),
    hubName: 'testhub',
    baseUrl: () => 'http://127.0.0.1:7071',
    log: (level, text) => log.push(`${level}: ${text}`),
    ...(settings.limits === undefined ? {} : { limits: settings.limits }),
  })
  await engine.start()
  onTestFinished(() => engine.stop())
  return { engine, clock, dataFile, log, successor: () => startHub(app, { ...settings, dataFile }, clock) }
}

export function tempFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'durable-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

/** Starts an orchestration, waits for its end and gives its status with the output parsed. */
export async function run(engine: DurableEngine, name: string, input?: unknown, instanceId?: string) {
  const id = await engine.startInstance({ name, instanceId, input: JSON.stringify(input) })
  return ended(engine, id)
}

export async function ended(
  engine: DurableEngine,
  id: string,
): Promise<InstanceStatus & { result: unknown }> {
  const status = await engine.waitForEnd(id)
  if (status === undefined) throw new Error(`Instance ${id} does not exist.`)
  return { ...status, result: status.output === undefined ? undefined : JSON.parse(status.output) }
}

/** Waits, turn by turn of the event loop, until something holds. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds())
    await new Promise((resolve) => {
      setTimeout(resolve, 1)
    })
}

/** Adds plan time to the orchestration's own time. */
export const later = (context: { df: { currentUtcDateTime: Date } }, ms: number): Date =>
  new Date(context.df.currentUtcDateTime.getTime() + ms)
