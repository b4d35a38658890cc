import { registerHooks } from 'node:module'
import type {
  FunctionCallback,
  FunctionMetadata,
  ProgrammingModel,
  RpcLogCategory,
  RpcLogLevel,
} from './core.ts'
import type { HookCallback } from './hooks.ts'

/** Takes what an app registers while it is being loaded. */
export interface Registrar {
  register(metadata: FunctionMetadata, callback: FunctionCallback): () => void
  hook(name: string, callback: HookCallback): () => void
  log(level: RpcLogLevel, category: RpcLogCategory, message: string): void
}

const moduleName = '@azure/functions-core'
const moduleUrl = 'functions-core:module'
const globalKey = Symbol.for('embedded-functions-host.core')

class Disposable {
  readonly #dispose: () => void
  constructor(dispose: () => void) {
    this.#dispose = dispose
  }
  dispose(): void {
    this.#dispose()
  }
}

let registrar: Registrar | undefined
let model: ProgrammingModel | undefined

/**
 * The module that Microsoft's worker has built in. Source: Azure/azure-functions-nodejs-worker,
 * `src/setupCoreModule.ts`.
 */
const coreApi = {
  version: '3.12.0',
  hostVersion: '4.1040.0',
  setProgrammingModel: (offered: ProgrammingModel): void => {
    model = offered
  },
  getProgrammingModel: (): ProgrammingModel | undefined => model,
  registerFunction: (metadata: FunctionMetadata, callback: FunctionCallback): Disposable =>
    new Disposable(registering(`function "${metadata.name}"`).register(metadata, callback)),
  registerHook: (name: string, callback: HookCallback): Disposable =>
    new Disposable(registering(`hook "${name}"`).hook(name, callback)),
  log: (level: RpcLogLevel, category: RpcLogCategory, message: string): void =>
    registrar?.log(level, category, message),
  Disposable,
}

function registering(what: string): Registrar {
  if (registrar === undefined)
    throw new Error(`The ${what} is registered too late: an app registers everything while it is loaded.`)
  return registrar
}

/**
 * Runs `load`, during which `require('@azure/functions-core')` answers and everything that is registered goes
 * to `to`. One app at a time: the module is one for the whole process.
 * @returns the programming model that the app's library has set, undefined if none was ever loaded
 */
export async function whileRegistering(
  to: Registrar,
  load: () => Promise<void>,
): Promise<ProgrammingModel | undefined> {
  if (registrar !== undefined) throw new Error('Another app is being loaded: load one after the other.')
  offerCoreModule()
  registrar = to
  try {
    await load()
    return model
  } finally {
    registrar = undefined
  }
}

let offered = false
function offerCoreModule(): void {
  if (offered) return
  offered = true
  // A module's source can reach the host's objects only over the global one.
  Reflect.set(globalThis, globalKey, coreApi)
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === moduleName
        ? { url: moduleUrl, format: 'commonjs', shortCircuit: true }
        : next(specifier, context),
    load: (url, context, next) =>
      url === moduleUrl
        ? {
            format: 'commonjs',
            shortCircuit: true,
            source: `module.exports = globalThis[Symbol.for(${JSON.stringify(globalKey.description)})]`,
          }
        : next(url, context),
  })
}
