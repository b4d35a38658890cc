import { createRequire } from 'node:module'
import type { ActivityHandler, EntityHandler, OrchestrationHandler } from 'durable-functions'
import type { FunctionInvoker } from '../../../../infra/local/durable/engine.ts'

/** A small app of real SDK functions, without a Functions host around it. */
export interface SdkApp {
  readonly orchestrators?: Record<string, OrchestrationHandler>
  readonly activities?: Record<string, ActivityHandler>
  readonly entities?: Record<string, EntityHandler<unknown>>
}

type Handler = (trigger: unknown, context: object) => Promise<unknown>
const testing = createRequire(import.meta.url)('durable-functions/lib/src/util/testingUtils') as {
  createOrchestrator(handler: OrchestrationHandler): Handler
  createEntityFunction(handler: EntityHandler<unknown>): Handler
}

/** Runs the app's functions through the official SDK, as its worker does: JSON in, JSON out. */
export function sdkInvoker(app: SdkApp): FunctionInvoker {
  const orchestrators = mapped(app.orchestrators, (handler) => testing.createOrchestrator(handler))
  const entities = mapped(app.entities, (handler) => testing.createEntityFunction(handler))
  const known = { orchestrator: app.orchestrators, activity: app.activities, entity: app.entities }
  return {
    orchestrator: async (name, trigger) =>
      JSON.stringify(await found(orchestrators, name)(JSON.parse(trigger), context())),
    entity: async (name, trigger) =>
      JSON.stringify(await found(entities, name)(JSON.parse(trigger), context())),
    async activity(name, input) {
      const handler = app.activities?.[name]
      if (handler === undefined) throw new Error(`The function '${name}' doesn't exist.`)
      const result: unknown = await handler(
        input === undefined ? undefined : JSON.parse(input),
        context() as never,
      )
      return result === undefined ? undefined : JSON.stringify(result)
    },
    knows: (kind, name) => known[kind]?.[name] !== undefined,
  }
}

const context = (): object => ({ log: () => undefined, error: () => undefined, warn: () => undefined })

function mapped<T>(
  handlers: Record<string, T> | undefined,
  wrap: (handler: T) => Handler,
): Map<string, Handler> {
  return new Map(Object.entries(handlers ?? {}).map(([name, handler]) => [name, wrap(handler)]))
}

function found(handlers: Map<string, Handler>, name: string): Handler {
  const handler = handlers.get(name)
  if (handler === undefined) throw new Error(`The function '${name}' doesn't exist.`)
  return handler
}
