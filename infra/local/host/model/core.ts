/** Bindings on their way between host and library; one property is set. Source: the worker protocol's TypedData. */
export interface RpcTypedData {
  readonly string?: string
  readonly json?: string
  readonly bytes?: Uint8Array
  readonly int?: number
  readonly double?: number
  readonly http?: RpcHttpData
}

export interface RpcHttpData {
  readonly method?: string
  readonly url?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly params?: Readonly<Record<string, string>>
  readonly body?: RpcTypedData | null
  readonly statusCode?: string
  readonly cookies?: readonly RpcHttpCookie[]
}

export interface RpcHttpCookie {
  readonly name: string
  readonly value: string
  readonly domain?: { readonly value: string }
  readonly path?: { readonly value: string }
  readonly expires?: { readonly value: { readonly seconds: number } }
  readonly secure?: { readonly value: boolean }
  readonly httpOnly?: { readonly value: boolean }
  readonly sameSite?: 'none' | 'lax' | 'strict' | 'explicitNone'
  readonly maxAge?: { readonly value: number }
}

/** A trigger, input or output as its function declares it: what else it carries depends on its type. */
export interface BindingInfo {
  readonly type: string
  readonly direction: 'in' | 'out'
  readonly [setting: string]: unknown
}

export interface FunctionMetadata {
  readonly name: string
  readonly bindings: Readonly<Record<string, BindingInfo>>
  readonly retryOptions?: unknown
}

export type FunctionCallback = (...args: unknown[]) => unknown

export type RpcLogLevel = 'trace' | 'debug' | 'information' | 'warning' | 'error' | 'critical' | 'none'
export type RpcLogCategory = 'user' | 'system' | 'customMetric'

export interface InvocationRequest {
  readonly invocationId: string
  readonly inputData: readonly { readonly name: string; readonly data: RpcTypedData | undefined }[]
  readonly triggerMetadata: Readonly<Record<string, RpcTypedData>> | undefined
  readonly traceContext: { readonly traceParent: string; readonly traceState?: string } | undefined
  /** Must stay undefined where there is none: the library takes anything else for a retry. */
  readonly retryContext: undefined
}

/** What the library asks of the host during one invocation. */
export interface CoreInvocationContext {
  readonly invocationId: string
  readonly request: InvocationRequest
  readonly metadata: FunctionMetadata
  state: 'preInvocationHooks' | 'invocation' | 'postInvocationHooks' | undefined
  log(level: RpcLogLevel, category: RpcLogCategory, message: string): void
}

export interface InvocationResponse {
  readonly outputData?: readonly { readonly name: string; readonly data: RpcTypedData }[]
  readonly returnValue?: RpcTypedData | null | undefined
}

export interface InvocationModel {
  getArguments(): Promise<{ context: object; inputs: unknown[] }>
  invokeFunction(context: object, inputs: unknown[], handler: FunctionCallback): Promise<unknown>
  getResponse(context: object, result: unknown): Promise<InvocationResponse>
}

/** What `@azure/functions` hands over through `setProgrammingModel`. */
export interface ProgrammingModel {
  readonly name: string
  readonly version: string
  getInvocationModel(context: CoreInvocationContext): InvocationModel
  getCapabilities?(capabilities: Record<string, string>): Promise<Record<string, string>>
}
