/** The clock that orchestrations see. Times are plan milliseconds since the Unix epoch. */
export interface PlanClock {
  readonly speed: number
  now(): number
  /** How long to really wait, in milliseconds, for so much plan time to pass. */
  wireDelay(planMs: number): number
}

/** Runs the app's functions. Texts are JSON; a rejection is the function's own error. */
export interface FunctionInvoker {
  orchestrator(name: string, trigger: string): Promise<string>
  activity(name: string, input: string | undefined, instanceId: string): Promise<string | undefined>
  entity(name: string, trigger: string): Promise<string>
  /** Lets the engine refuse an unknown name at once; without it the call itself fails. */
  knows?(kind: 'orchestrator' | 'activity' | 'entity', name: string): boolean
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'
export type Log = (level: LogLevel, text: string) => void

export interface EngineLimits {
  readonly maxConcurrentActivities?: number
  readonly maxConcurrentOrchestrators?: number
  /** Bytes of history text kept in memory for unfinished instances; the rest is read back when needed. */
  readonly historyCacheBytes?: number
}

export interface EngineOptions {
  readonly dataFile: string
  readonly clock: PlanClock
  readonly invoker: FunctionInvoker
  readonly hubName: string
  readonly baseUrl: () => string
  readonly log: Log
  readonly limits?: EngineLimits
  /** host.json `extensions.durableTask.defaultVersion`: given to instances started without a version. */
  readonly defaultVersion?: string
  /** Told once when the store can no longer be written (a FencedError: another engine owns it). The engine has halted. */
  readonly onBroken?: (error: unknown) => void
}

export const runtimeStatuses = [
  'Pending',
  'Running',
  'Suspended',
  'Completed',
  'Failed',
  'Terminated',
  'Canceled',
  'ContinuedAsNew',
] as const
export type RuntimeStatus = (typeof runtimeStatuses)[number]

export const isFinished = (status: RuntimeStatus): boolean =>
  status === 'Completed' || status === 'Failed' || status === 'Terminated' || status === 'Canceled'

/** What is known of an instance. `input`, `output` and `customStatus` are JSON texts. */
export interface InstanceStatus {
  readonly instanceId: string
  readonly name: string
  readonly version: string | undefined
  readonly runtimeStatus: RuntimeStatus
  readonly createdTime: number
  readonly lastUpdatedTime: number
  readonly input: string | undefined
  readonly output: string | undefined
  readonly customStatus: string | undefined
}

export interface InstanceFilter {
  readonly createdTimeFrom?: number | undefined
  readonly createdTimeTo?: number | undefined
  readonly runtimeStatus?: readonly RuntimeStatus[] | undefined
  readonly instanceIdPrefix?: string | undefined
}

export interface InstancePage {
  readonly instances: readonly InstanceStatus[]
  readonly continuationToken: string | undefined
}

export interface StartRequest {
  readonly name: string
  readonly instanceId?: string | undefined
  /** JSON text. */
  readonly input?: string | undefined
  readonly version?: string | undefined
}

/** What became of a message to an instance: taken, no such instance, or the instance has ended. */
export type Delivery = 'accepted' | 'notFound' | 'gone'

export interface EngineStats {
  readonly unfinishedInstances: number
  readonly cachedHistoryBytes: number
  readonly runningActivities: number
  readonly waitingActivities: number
  readonly timers: number
  readonly batches: number
  readonly activities: number
  readonly commits: number
  readonly fence: number
}

export interface DurableHttpRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly body: string
  /** Lower-case names. Needed for paging only (`x-ms-continuation-token`); without headers lists come whole. */
  readonly headers?: Readonly<Record<string, string>>
}

export interface DurableHttpResponse {
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: string
}

export interface DurableEngine {
  /** Takes the store over (raising its fence) and resumes what is unfinished. */
  start(): Promise<void>
  /** Commits what is ready and closes the store; activities still running are abandoned and run again after a start. */
  stop(): Promise<void>
  /** Answers the management API and the SDK's local RPC; undefined for a path that is neither. */
  handleHttp(request: DurableHttpRequest): Promise<DurableHttpResponse | undefined>
  stats(): EngineStats
  /** @throws InstanceExistsError, InvalidStartError */
  startInstance(request: StartRequest): Promise<string>
  raiseEvent(instanceId: string, name: string, input: string | undefined): Promise<Delivery>
  terminate(instanceId: string, reason: string): Promise<Delivery>
  suspend(instanceId: string, reason: string): Promise<Delivery>
  resume(instanceId: string, reason: string): Promise<Delivery>
  /** Deletes a finished instance; an unfinished one is left alone. Returns how many went. */
  purge(instanceId: string): Promise<number>
  purgeBy(filter: InstanceFilter): Promise<number>
  getStatus(instanceId: string): InstanceStatus | undefined
  list(
    filter: InstanceFilter,
    paging?: { top?: number; continuationToken?: string | undefined },
  ): InstancePage
  /** The instance's history as the JSON text of an array of events, in order. */
  history(instanceId: string): string | undefined
  /** Resolves when the instance has ended; undefined if it doesn't exist. */
  waitForEnd(instanceId: string): Promise<InstanceStatus | undefined>
}

export class InstanceExistsError extends Error {
  override readonly name = 'InstanceExistsError'
}
export class InvalidStartError extends Error {
  override readonly name = 'InvalidStartError'
}
/** Another engine has taken the store over: this one has stopped and nothing of it is kept any more. */
export class FencedError extends Error {
  override readonly name = 'FencedError'
}
