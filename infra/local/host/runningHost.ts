import { join } from 'node:path'
import { wireNow, type HostClock } from '../clock/clock.ts'
import type { DurableEngine } from '../durable/engine.ts'
import { adminEndpoints } from './admin.ts'
import { durableHttp } from './durableHttp.ts'
import { Gauge } from './gauge.ts'
import { watchEventLoop } from './health.ts'
import type { HostJson } from './hostJson.ts'
import { answer, type Responder } from './http/exchange.ts'
import type { Front } from './http/front.ts'
import { httpFunctions } from './http/functions.ts'
import { openHostKeys } from './http/keys.ts'
import { RouteTable, routeOf } from './http/routes.ts'
import { stackOf, type Logger } from './logger.ts'
import type { LoadedApp } from './programmingModel.ts'
import type { RunInvocation } from './runner.ts'
import { resolveSettings } from './settings.ts'
import { hostStatus } from './status.ts'
import { timerOf } from './timers/timerFunctions.ts'
import { TimerService } from './timers/timerService.ts'

export interface Host {
  readonly port: number
  readonly url: string
  /** Takes nothing new, waits for what runs (at most `bound` ms) and persists everything. */
  stop(bound?: number): Promise<void>
}

const defaultStopMs = 10_000

/** What a host is put together from. */
export interface HostParts {
  readonly data: string
  readonly front: Front
  readonly url: string
  readonly app: LoadedApp
  readonly clock: HostClock
  readonly engine: DurableEngine | undefined
  readonly logger: Logger
  readonly json: HostJson
  readonly run: RunInvocation
  readonly site: Responder
}

/** A host whose app is loaded: it serves from `open` to `stop`. */
export class RunningHost implements Host {
  readonly port: number
  readonly url: string
  readonly #parts: HostParts
  readonly #release: () => void
  readonly #health = watchEventLoop()
  /** Invocations that a caller or the clock has set off; the engine counts its own. */
  readonly #foreground = new Gauge()
  readonly #timers: TimerService
  #state: 'running' | 'draining' | 'stopping' = 'running'
  #engine: DurableEngine | undefined

  constructor(parts: HostParts, release: () => void) {
    this.#parts = parts
    this.#release = release
    this.port = parts.front.port
    this.url = parts.url
    this.#timers = new TimerService(
      functionsOf(parts.app, 'timerTrigger').map((fn) =>
        timerOf(fn, (text) =>
          resolveSettings(text, `The timer of the function "${fn.metadata.name}"`, process.env),
        ),
      ),
      {
        file: join(parts.data, 'timers.json'),
        now: wireNow,
        run: async (name, triggerData) => {
          // The runner has logged a failure, and the next occurrence is the retry.
          await this.#foreground.track(() => parts.run(name, { triggerData }, 'error')).catch(() => undefined)
        },
      },
    )
  }

  async open(): Promise<void> {
    const { front, app, json, data, run, engine, site } = this.#parts
    const prefix = json.extensions.http.routePrefix
    const routes = functionsOf(app, 'httpTrigger').map((fn) =>
      routeOf(fn, prefix, (text) =>
        resolveSettings(text, `The route of the function "${fn.metadata.name}"`, process.env),
      ),
    )
    const functions = httpFunctions(
      new RouteTable(routes),
      openHostKeys(join(data, 'host-keys.json')),
      (name, triggerData, traceParent) =>
        this.#foreground.track(() => run(name, { triggerData, traceParent }, 'error')),
    )
    await engine?.start()
    this.#engine = engine
    front.open([this.#admin(), durableHttp(() => this.#engine), this.#gate(), functions, site])
    this.#timers.start()
  }

  async stop(bound = defaultStopMs): Promise<void> {
    const { front, app, clock, logger } = this.#parts
    this.#state = 'stopping'
    this.#timers.stop()
    // What still runs may need the engine, so the engine goes after it.
    await this.#foreground.idle(bound)
    await this.#stopEngine()
    await app.terminate().catch((error: unknown) => logger.log('error', 'Host', stackOf(error)))
    await front.close(1_000)
    await clock.stop()
    this.#health.stop()
    this.#release()
  }

  async #stopEngine(): Promise<void> {
    const engine = this.#engine
    this.#engine = undefined
    await engine?.stop()
  }

  /** Holds new requests off a host that is going down. */
  #gate(): Responder {
    return (exchange) =>
      this.#state === 'stopping' && answer(exchange, 503, { 'retry-after': '1', connection: 'close' })
  }

  #admin(): Responder {
    const { app, clock, run } = this.#parts
    return adminEndpoints({
      status: () =>
        hostStatus({
          state: this.#state,
          app,
          clock,
          engine: this.#engine,
          running: this.#foreground.running,
          eventLoopDelay: this.#health.read(),
        }),
      resetHealth: () => this.#health.reset(),
      drain: async () => {
        this.#state = 'draining'
        this.#timers.stop()
        await this.#stopEngine()
      },
      releasePlan: () => clock.release(),
      runningInvocations: () => this.#foreground.running,
      trigger: (name, input) => {
        const fn = app.functions.get(name)
        if (fn === undefined || fn.trigger.type !== 'timerTrigger') return undefined
        const info = { ScheduleStatus: null, IsPastDue: false, input }
        return this.#foreground
          .track(() => run(name, { triggerData: { json: JSON.stringify(info) } }, 'error'))
          .then(() => undefined)
      },
    })
  }
}

const functionsOf = (app: LoadedApp, triggerType: string) =>
  [...app.functions.values()].filter(({ trigger }) => trigger.type === triggerType)
