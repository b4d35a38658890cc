import { LocalError } from '../supervisor/errors.ts'
import type { BindingInfo, InvocationResult, LoadedFunction, RpcTypedData } from './programmingModel.ts'

/** Sends what a function has put into one output of that type; a rejection fails the invocation. */
export type OutputSink = (binding: BindingInfo, data: RpcTypedData) => Promise<void>
/** Sinks by the binding's type. */
export type OutputSinks = Readonly<Record<string, OutputSink>>

const triggers = new Set(['httpTrigger', 'timerTrigger', 'orchestrationTrigger', 'activityTrigger'])
const clientInputs = new Set(['durableClient', 'orchestrationClient'])
const durableTypes = new Set(['orchestrationTrigger', 'activityTrigger', ...clientInputs])

/** Refuses what this host doesn't run, naming function and binding. Throws LocalError. */
export function checkBindings(functions: Iterable<LoadedFunction>, sinks: OutputSinks): void {
  for (const fn of functions)
    for (const [name, binding] of Object.entries(fn.bindings))
      if (!isSupported(name, binding, fn, sinks)) throw refusal(fn, name, binding)
}

export const usesDurable = (fn: LoadedFunction): boolean =>
  Object.values(fn.bindings).some(({ type }) => durableTypes.has(type))

/** What a function's further inputs receive; undefined if it has none. */
export function inputsOf(
  fn: LoadedFunction,
  durableClient: () => string,
): Readonly<Record<string, RpcTypedData>> | undefined {
  const names = Object.entries(fn.bindings).flatMap(([name, { type }]) =>
    clientInputs.has(type) ? [name] : [],
  )
  if (names.length === 0) return undefined
  return Object.fromEntries(names.map((name) => [name, { string: durableClient() }]))
}

/** Hands a function's outputs over, its return value too when that is bound to something else than HTTP. */
export async function sendOutputs(
  fn: LoadedFunction,
  { outputs, returnValue }: InvocationResult,
  sinks: OutputSinks,
): Promise<void> {
  for (const [name, binding] of Object.entries(fn.bindings)) {
    const sink = binding.direction === 'out' ? sinks[binding.type] : undefined
    const data = name === '$return' ? returnValue : outputs[name]
    if (sink !== undefined && data !== undefined && data !== null) await sink(binding, data)
  }
}

function isSupported(name: string, binding: BindingInfo, fn: LoadedFunction, sinks: OutputSinks): boolean {
  if (name === fn.trigger.name) return triggers.has(binding.type)
  if (binding.direction === 'in') return clientInputs.has(binding.type)
  const isAnswer = binding.type === 'http' && name === '$return' && fn.trigger.type === 'httpTrigger'
  return isAnswer || sinks[binding.type] !== undefined
}

function refusal(fn: LoadedFunction, name: string, binding: BindingInfo): LocalError {
  const kind = name === fn.trigger.name ? 'trigger' : binding.direction === 'in' ? 'input' : 'output'
  return new LocalError(
    'badUsage',
    `The function "${fn.metadata.name}" has the ${kind} "${name}" of type ${binding.type}, which this host doesn't run: use an SDK in the function instead.`,
  )
}
