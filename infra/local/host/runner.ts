import { inputsOf, sendOutputs, type OutputSinks } from './bindings.ts'
import { messageOf, type Logger, type LogLevel } from './logger.ts'
import type { Invocation, InvocationResult, LoadedApp, RpcTypedData } from './programmingModel.ts'

export type RunInvocation = (
  name: string,
  invocation: Omit<Invocation, 'inputs'>,
  /** Durable functions fail by design and their engine keeps the error; elsewhere a failure is an error. */
  failureLevel: LogLevel,
) => Promise<InvocationResult>

/**
 * Runs the app's functions: gives them their inputs, logs what fails and hands their outputs over. A rejection is the
 * function's own error (or an output's).
 */
export function createRunner(
  app: LoadedApp,
  logger: Logger,
  sinks: OutputSinks,
  durableClient: () => string,
): RunInvocation {
  const inputs = new Map<string, Readonly<Record<string, RpcTypedData>>>()
  for (const [name, fn] of app.functions) {
    const given = inputsOf(fn, durableClient)
    if (given !== undefined) inputs.set(name, given)
  }
  const hasSinks = Object.keys(sinks).length > 0
  return async (name, invocation, failureLevel) => {
    const given = inputs.get(name)
    try {
      const result = await app.invoke(
        name,
        given === undefined ? invocation : { ...invocation, inputs: given },
      )
      const fn = hasSinks ? app.functions.get(name) : undefined
      if (fn !== undefined) await sendOutputs(fn, result, sinks)
      return result
    } catch (error) {
      logger.log(failureLevel, `Function.${name}`, `The function failed: ${textOf(error)}`)
      throw error
    }
  }
}

/** The stack is of use to whoever wrote the function; the state that the Durable SDK appends is not. */
function textOf(error: unknown): string {
  const stack = error instanceof Error ? error.stack?.split('$OutOfProcData$:', 1)[0]?.trim() : undefined
  return stack ?? messageOf(error)
}
