import { join, resolve } from 'node:path'
import { startPlanClock, wireNow } from '../clock/clock.ts'
import { lockDataFolder } from '../supervisor/data-folder.ts'
import { LocalError } from '../supervisor/errors.ts'
import { checkBindings, usesDurable, type OutputSinks } from './bindings.ts'
import { durableClient, openEngine } from './durableFunctions.ts'
import { readHostJson, type HostJson } from './hostJson.ts'
import type { Responder } from './http/exchange.ts'
import { Front } from './http/front.ts'
import { createLogger, stackOf, type Logger, type LogLevel } from './logger.ts'
import { loadApp, type LoadedApp } from './programmingModel.ts'
import { RunningHost, type Host } from './runningHost.ts'
import { createRunner } from './runner.ts'
import { applyHostSettings, applyLocalSettings } from './settings.ts'
import { staticSite } from './static/site.ts'

export type { Host } from './runningHost.ts'

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
  const site = siteOf(options, json)
  // Before the app is loaded: it may read the clock's file at once.
  const clock = startPlanClock({
    file: join(data, 'clock.json'),
    speed: options.speed,
    planStart: options.planStart,
    held: options.held,
    onTrouble: (text) => logger.log('error', 'Host.PlanClock', text),
  })
  onFailure(() => clock.stop())
  const app = await loadApp(options.app, (level, category, name, message) =>
    logger.log(level, categoryOf(category, name), message),
  )
  checkApp(app, options.outputs ?? {})
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

function siteOf({ staticFolder, defines }: HostOptions, { extensions }: HostJson): Responder {
  if (staticFolder === undefined) return () => false
  const prefix = extensions.http.routePrefix
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

function categoryOf(category: string, name: string | undefined): string {
  if (name === undefined) return 'Host.Worker'
  return category === 'user' ? `Function.${name}.User` : `Function.${name}`
}
