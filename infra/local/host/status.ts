import type { HostClock } from '../clock/clock.ts'
import type { DurableEngine } from '../durable/engine.ts'
import type { LoopDelay } from './health.ts'
import type { LoadedApp } from './programmingModel.ts'

/** What `GET /admin/host/status` tells; times in milliseconds, sizes in bytes. */
export function hostStatus(host: {
  readonly state: string
  readonly app: LoadedApp
  readonly clock: HostClock
  readonly engine: DurableEngine | undefined
  readonly running: number
  readonly eventLoopDelay: LoopDelay
}): object {
  const { rss, heapUsed, external } = process.memoryUsage()
  const plan = host.clock.now()
  return {
    state: host.state,
    pid: process.pid,
    version: process.version,
    uptime: Math.round(process.uptime() * 1_000),
    functions: [...host.app.functions].map(([name, { trigger }]) => ({ name, trigger: trigger.type })),
    runningInvocations: host.running,
    eventLoopDelay: host.eventLoopDelay,
    memory: { rss, heapUsed, external },
    cpu: process.cpuUsage(),
    planClock: {
      now: plan,
      iso: new Date(plan).toISOString(),
      speed: host.clock.speed,
      held: host.clock.held,
    },
    durable: host.engine?.stats(),
  }
}
