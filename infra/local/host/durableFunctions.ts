import { join } from 'node:path'
import type { PlanClock } from '../clock/clock.ts'
import { createDurableEngine, type DurableEngine, type FunctionInvoker } from '../durable/engine.ts'
import { durableClientInput } from '../durable/links.ts'
import type { HostJson } from './hostJson.ts'
import type { Logger, LogLevel } from './logger.ts'
import type { LoadedApp, RpcTypedData } from './programmingModel.ts'
import type { RunInvocation } from './runner.ts'

const hostLevels: Readonly<Record<'debug' | 'info' | 'warn' | 'error', LogLevel>> = {
  debug: 'debug',
  info: 'information',
  warn: 'warning',
  error: 'error',
}

/** The Durable engine for the app's functions, not yet started; its store is `durable.sqlite` in the data folder. */
export function openEngine(parts: {
  readonly app: LoadedApp
  readonly run: RunInvocation
  readonly json: HostJson
  readonly clock: PlanClock
  readonly data: string
  readonly url: string
  readonly logger: Logger
  readonly onBroken: ((error: unknown) => void) | undefined
}): DurableEngine {
  const { hubName, defaultVersion, ...limits } = parts.json.extensions.durableTask
  return createDurableEngine({
    dataFile: join(parts.data, 'durable.sqlite'),
    clock: parts.clock,
    invoker: durableInvoker(parts.app, parts.run),
    hubName,
    baseUrl: () => parts.url,
    log: (level, text) => parts.logger.log(hostLevels[level], 'Host.Triggers.DurableTask', text),
    limits: limitsOf(limits),
    ...(defaultVersion === undefined ? {} : { defaultVersion }),
    ...(parts.onBroken === undefined ? {} : { onBroken: parts.onBroken }),
  })
}

/** What a `durableClient` input of the app receives. */
export const durableClient = (url: string, { extensions }: HostJson): string =>
  durableClientInput(url, extensions.durableTask.hubName)

function limitsOf(given: {
  readonly maxConcurrentActivityFunctions?: number | undefined
  readonly maxConcurrentOrchestratorFunctions?: number | undefined
}) {
  const { maxConcurrentActivityFunctions: activities, maxConcurrentOrchestratorFunctions: orchestrators } =
    given
  return {
    ...(activities === undefined ? {} : { maxConcurrentActivities: activities }),
    ...(orchestrators === undefined ? {} : { maxConcurrentOrchestrators: orchestrators }),
  }
}

const triggerTypes = {
  orchestrator: 'orchestrationTrigger',
  activity: 'activityTrigger',
  entity: 'entityTrigger',
} as const

/** Runs the app's durable functions for the Durable engine. */
function durableInvoker(app: LoadedApp, run: RunInvocation): FunctionInvoker {
  const replay = async (name: string, trigger: string): Promise<string> => {
    const { returnValue } = await run(name, { triggerData: { string: trigger } }, 'warning')
    const text = returnValue?.json ?? returnValue?.string
    if (text === undefined) throw new Error(`The function '${name}' returned no state of its orchestration.`)
    return text
  }
  return {
    orchestrator: replay,
    entity: replay,
    activity: async (name, input, instanceId) => {
      const triggerData = input === undefined ? undefined : { json: input }
      // As JSON, lest the library read an instance id such as "7" as a number.
      const triggerMetadata = { instanceId: { json: JSON.stringify(instanceId) } }
      return serialized((await run(name, { triggerData, triggerMetadata }, 'warning')).returnValue)
    },
    knows: (kind, name) => app.functions.get(name)?.trigger.type === triggerTypes[kind],
  }
}

/** The JSON text of what a function returned. */
function serialized(data: RpcTypedData | null | undefined): string | undefined {
  if (data === null || data === undefined) return undefined
  if (data.json !== undefined) return data.json
  if (data.string !== undefined) return JSON.stringify(data.string)
  if (data.bytes !== undefined) return JSON.stringify(Buffer.from(data.bytes).toString('base64'))
  const value = data.int ?? data.double
  return value === undefined ? undefined : JSON.stringify(value)
}
