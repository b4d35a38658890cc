import { join, resolve } from 'node:path'
import { startPlanClock, wireNow, type HostClock } from '../clock/clock.ts'
import type { DurableEngine } from '../durable/engine.ts'
import { lockDataFolder } from '../supervisor/data-folder.ts'
import { LocalError } from '../supervisor/errors.ts'
import { adminEndpoints } from './admin.ts'
import { checkBindings, usesDurable, type OutputSinks } from './bindings.ts'
import { durableClient, openEngine } from './durableFunctions.ts'
import { durableHttp } from './durableHttp.ts'
import { Gauge } from './gauge.ts'
import { watchEventLoop } from './health.ts'
import { readHostJson, type HostJson } from './hostJson.ts'
import { answer, type Responder } from './http/exchange.ts'
import { Front } from './http/front.ts'
import { httpFunctions } from './http/functions.ts'
import { openHostKeys } from './http/keys.ts'
import { RouteTable, routeOf } from './http/routes.ts'
import { createLogger, messageOf, type Logger, type LogLevel } from './logger.ts'
import { loadApp, type LoadedApp } from './programmingModel.ts'
import { createRunner, type RunInvocation } from './runner.ts'
import { applyHostSettings, applyLocalSettings, resolveSettings } from './settings.ts'
import { staticSite } from './static/site.ts'
import { hostStatus } from './status.ts'
import { timerOf } from './timers/timerFunctions.ts'
import { TimerService } from './timers/timerService.ts'

export interface HostOptions {
  readonly app: string
  /** On 127.0.0.1; 0 takes a free one. */
  readonly port: number
  readonly data: string
  readonly speed: number
  readonly planStart?: number | undefined
  /** A new plan clock stands still until `POST /admin/host/plan/release`. */
  readonly held?: boolean
  readonly staticFolder?: string | undefined
  readonly defines?: Readonly<Record<string, string>>
  /** Least level to log where host.json says nothing. */
  readonly logLevel?: LogLevel
  readonly writeLog?: (line: string) => void
  readonly outputs?: OutputSinks
  /** Told when the Durable store can't be written any more: the host should end. */
  readonly onBroken?: (error: unknown) => void
}

export interface Host {
  readonly port: number
  readonly url: string
  /** Takes nothing new, waits for what runs (at most `bound` ms) and persists everything. */
  stop(bound?: number): Promise<void>
}

const defaultStopMs = 10_000

/** Runs the Functions app in a folder as Azure would. Throws LocalError for what a person can put right. */
export async function startHost(options: HostOptions): Promise<Host> {
  const undo: (() => Promise<void> | void)[] = []
  try {
    return await assemble(options, (step) => undo.push(step))
  } catch (error) {
    for (const step of undo.toReversed()) await step()
    throw error
  }
}

async function assemble(options: HostOptions, onFailure: (step: () => Promise<void> | void) => void) {
  const data = resolve(options.data)
  const lock = lockDataFolder(data)
  onFailure(() => lock.release())
  const json = readHostJson(options.app)
  const logger = openLogger(options, json)
  const front = await Front.listen(options.port, (error) => logger.log('error', 'Host', stackOf(error)))
  onFailure(() => front.close(0))
  const url = `http://127.0.0.1:${front.port}`
  applyLocalSettings(options.app, process.env)
  applyHostSettings(front.port, resolve(options.app), process.env)
  const site = siteOf(options)
  const app = await loadApp(options.app, (level, category, name, message) =>
    logger.log(level, categoryOf(category, name), message),
  )
  checkApp(app, options.outputs ?? {})
  const clock = startPlanClock({
    file: join(data, 'clock.json'),
    speed: options.speed,
    planStart: options.planStart,
    held: options.held,
    onTrouble: (text) => logger.log('error', 'Host.PlanClock', text),
  })
  onFailure(() => clock.stop())
  const run = createRunner(app, logger, options.outputs ?? {}, () => durableClient(url, json))
  await app.start()
  const engine = [...app.functions.values()].some(usesDurable)
    ? openEngine({ app, run, json, clock, data, url, logger, onBroken: options.onBroken })
    : undefined
  const host = new RunningHost({ data, front, url, app, clock, engine, logger, json, run, site }, () =>
    lock.release(),
  )
  await host.open()
  return host
}

interface Parts {
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

class RunningHost implements Host {
  readonly port: number
  readonly url: string
  readonly #parts: Parts
  readonly #release: () => void
  readonly #health = watchEventLoop()
  /** Invocations that a caller or the clock has set off; the engine counts its own. */
  readonly #foreground = new Gauge()
  readonly #timers: TimerService
  #state: 'running' | 'draining' | 'stopping' = 'running'
  #engine: DurableEngine | undefined

  constructor(parts: Parts, release: () => void) {
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

function checkApp(app: LoadedApp, sinks: OutputSinks): void {
  checkBindings(app.functions.values(), sinks)
  if (app.capabilities['HttpUri'] !== undefined)
    throw new LocalError(
      'badUsage',
      'The app turns on HTTP streaming (enableHttpStream), which this host does not run: leave it out.',
    )
}

/** Paths that are the host's own: the site's page never stands in for them. */
const reserved = ['/admin', '/runtime', '/durabletask']

function siteOf({ staticFolder, defines, app }: HostOptions): Responder {
  if (staticFolder === undefined) return () => false
  const prefix = readHostJson(app).extensions.http.routePrefix
  return staticSite({
    folder: staticFolder,
    defines: defines ?? {},
    reserved: prefix === '' ? reserved : [...reserved, `/${prefix}`],
  })
}

function openLogger(options: HostOptions, json: HostJson): Logger {
  return createLogger({
    levels: json.logging.logLevel,
    fallback: options.logLevel ?? 'information',
    now: wireNow,
    write: options.writeLog ?? ((line) => process.stderr.write(line)),
  })
}

const functionsOf = (app: LoadedApp, triggerType: string) =>
  [...app.functions.values()].filter(({ trigger }) => trigger.type === triggerType)

function categoryOf(category: string, name: string | undefined): string {
  if (name === undefined) return 'Host.Worker'
  return category === 'user' ? `Function.${name}.User` : `Function.${name}`
}

const stackOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : messageOf(error)
