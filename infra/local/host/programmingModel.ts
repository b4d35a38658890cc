import { randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import type {
  BindingInfo,
  CoreInvocationContext,
  FunctionCallback,
  FunctionMetadata,
  InvocationRequest,
  InvocationResponse,
  ProgrammingModel,
  RpcLogCategory,
  RpcLogLevel,
  RpcTypedData,
} from './model/core.ts'
import { whileRegistering } from './model/coreModule.ts'
import { loadEntryPoints } from './model/entryPoints.ts'
import { Hooks } from './model/hooks.ts'

export type { BindingInfo, FunctionMetadata, RpcHttpData, RpcTypedData } from './model/core.ts'

export interface LoadedFunction {
  readonly metadata: FunctionMetadata
  readonly bindings: Readonly<Record<string, BindingInfo>>
  readonly trigger: BindingInfo & { readonly name: string }
}

export interface Invocation {
  readonly triggerData: RpcTypedData | undefined
  /** Data of further inputs by the binding's name. */
  readonly inputs?: Readonly<Record<string, RpcTypedData>>
  readonly triggerMetadata?: Readonly<Record<string, RpcTypedData>>
  /** W3C trace context of the caller. */
  readonly traceParent?: string | undefined
}

export interface InvocationResult {
  readonly returnValue: RpcTypedData | null | undefined
  /** Data of further outputs by the binding's name. */
  readonly outputs: Readonly<Record<string, RpcTypedData>>
}

/** One line of an app: `functionName` is undefined outside of an invocation. */
export type AppLog = (
  level: RpcLogLevel,
  category: RpcLogCategory,
  functionName: string | undefined,
  message: string,
) => void

export interface LoadedApp {
  readonly folder: string
  readonly functions: ReadonlyMap<string, LoadedFunction>
  /** What the library asks of its host (`app.setup`), `HttpUri` among it when bodies are to be streamed. */
  readonly capabilities: Readonly<Record<string, string>>
  /** Runs one function. A rejection is the function's own error (or a hook's). */
  invoke(name: string, invocation: Invocation): Promise<InvocationResult>
  /** Runs the app's `appStart` hooks. */
  start(): Promise<void>
  /** Runs the app's `appTerminate` hooks. */
  terminate(): Promise<void>
}

/**
 * Loads a Functions v4 app as Microsoft's Node worker does: Azure/azure-functions-nodejs-worker, `src/startApp.ts`
 * and `InvocationHandler.ts`. Throws LocalError when there is no app, else what the app threw.
 */
export async function loadApp(folder: string, log: AppLog = () => undefined): Promise<LoadedApp> {
  const app = new App(resolve(folder), log)
  await app.load()
  return app
}

interface Registered extends LoadedFunction {
  readonly callback: FunctionCallback
}

const noOutputs: Readonly<Record<string, RpcTypedData>> = {}

class App implements LoadedApp {
  readonly folder: string
  readonly functions = new Map<string, Registered>()
  capabilities: Readonly<Record<string, string>> = {}
  readonly #hooks = new Hooks()
  readonly #log: AppLog
  /** Shared by all hooks of the app; `hookData` of appStart and appTerminate is one object as well. */
  readonly #appHookData = {}
  readonly #appOnlyHookData = {}
  #model: ProgrammingModel | undefined

  constructor(folder: string, log: AppLog) {
    this.folder = folder
    this.#log = log
  }

  async load(): Promise<void> {
    this.#model = await whileRegistering(
      {
        register: (metadata, callback) => this.#register(metadata, callback),
        hook: (name, callback) => this.#hooks.add(name, callback),
        log: (level, category, message) => this.log(level, category, undefined, message),
      },
      () => loadEntryPoints(this.folder),
    )
    this.capabilities = (await this.#model?.getCapabilities?.({})) ?? {}
  }

  start(): Promise<void> {
    return this.#hooks.run('appStart', {
      hookData: this.#appOnlyHookData,
      appHookData: this.#appHookData,
      functionAppDirectory: this.folder,
    })
  }

  terminate(): Promise<void> {
    return this.#hooks.run('appTerminate', {
      hookData: this.#appOnlyHookData,
      appHookData: this.#appHookData,
    })
  }

  async invoke(name: string, invocation: Invocation): Promise<InvocationResult> {
    const target = this.functions.get(name)
    if (target === undefined || this.#model === undefined)
      throw new Error(`The function '${name}' doesn't exist in ${this.folder}.`)
    const core = new CoreContext(this, target.metadata, requestOf(target, invocation))
    const model = this.#model.getInvocationModel(core)
    const { context, inputs } = await model.getArguments()
    const result = await this.#run(core, target, inputs, context, (args, callback) =>
      model.invokeFunction(context, args, callback),
    )
    return resultOf(await model.getResponse(context, result))
  }

  log(level: RpcLogLevel, category: RpcLogCategory, name: string | undefined, message: string): void {
    if (!this.#hooks.has('log')) return this.#log(level, category, name, message)
    const context = { hookData: {}, appHookData: this.#appHookData, level, category, message }
    this.#hooks.runNow('log', context)
    this.#log(context.level, category, name, context.message)
  }

  /** Runs the function between its hooks; they may exchange the inputs, the callback, the result and the error. */
  async #run(
    core: CoreContext,
    target: Registered,
    inputs: unknown[],
    invocationContext: object,
    run: (inputs: unknown[], callback: FunctionCallback) => Promise<unknown>,
  ): Promise<unknown> {
    const hooked = this.#hooks.has('preInvocation') || this.#hooks.has('postInvocation')
    if (!hooked) return run(inputs, target.callback)
    const shared = { hookData: {}, appHookData: this.#appHookData, invocationContext }
    const before = { ...shared, inputs, functionCallback: target.callback }
    core.state = 'preInvocationHooks'
    await this.#hooks.run('preInvocation', before)
    core.state = 'invocation'
    const outcome: { result: unknown; error: unknown } = { result: null, error: null }
    const after = { ...shared, inputs: before.inputs, ...outcome }
    try {
      after.result = await run(before.inputs, before.functionCallback)
    } catch (error) {
      after.error = error
    }
    core.state = 'postInvocationHooks'
    await this.#hooks.run('postInvocation', after)
    core.state = undefined
    if (after.error !== null && after.error !== undefined) throw after.error
    return after.result
  }

  #register(metadata: FunctionMetadata, callback: FunctionCallback): () => void {
    const { name, bindings } = metadata
    if (this.functions.has(name)) throw new Error(`A function "${name}" has already been registered.`)
    this.functions.set(name, { metadata, bindings, trigger: triggerOf(metadata), callback })
    return () => this.functions.delete(name)
  }
}

class CoreContext implements CoreInvocationContext {
  readonly invocationId: string
  readonly request: InvocationRequest
  readonly metadata: FunctionMetadata
  state: CoreInvocationContext['state']
  readonly #app: App

  constructor(app: App, metadata: FunctionMetadata, request: InvocationRequest) {
    this.#app = app
    this.metadata = metadata
    this.request = request
    this.invocationId = request.invocationId
  }

  log(level: RpcLogLevel, category: RpcLogCategory, message: string): void {
    this.#app.log(level, category, this.metadata.name, message)
  }
}

function requestOf(target: LoadedFunction, invocation: Invocation): InvocationRequest {
  const inputData: { name: string; data: RpcTypedData | undefined }[] = [
    { name: target.trigger.name, data: invocation.triggerData },
  ]
  if (invocation.inputs !== undefined)
    for (const [name, data] of Object.entries(invocation.inputs)) inputData.push({ name, data })
  const { traceParent, triggerMetadata } = invocation
  return {
    invocationId: randomUUID(),
    inputData,
    triggerMetadata,
    traceContext: traceParent === undefined ? undefined : { traceParent },
    retryContext: undefined,
  }
}

function resultOf({ returnValue, outputData }: InvocationResponse): InvocationResult {
  if (outputData === undefined || outputData.length === 0) return { returnValue, outputs: noOutputs }
  return { returnValue, outputs: Object.fromEntries(outputData.map(({ name, data }) => [name, data])) }
}

function triggerOf({ name, bindings }: FunctionMetadata): LoadedFunction['trigger'] {
  for (const [bindingName, binding] of Object.entries(bindings))
    if (/trigger$/i.test(binding.type)) return { ...binding, name: bindingName }
  throw new Error(`The function "${name}" has no trigger.`)
}
