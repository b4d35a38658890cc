import { parseFailedResult, parseResult, type OrchestratorResult } from './actions.ts'
import type { FunctionInvoker, RuntimeStatus } from './contract.ts'
import { describeError, failure, type FailureDetails } from './failures.ts'
import {
  executionCompleted,
  executionStarted,
  happeningEvent,
  isoTime,
  orchestratorCompleted,
  orchestratorStarted,
  subOrchestrationCreated,
  taskScheduled,
  timerCreated,
  type Happening,
} from './history.ts'
import type { Instance, InstanceBody } from './instance.ts'
import { isForSdk, parseBatch, recordedBatch, type RecordedBatch } from './recorded.ts'
import { NonDeterministicError, ReplayModel, type Effect } from './replayModel.ts'

/** What one replay of an instance has brought about; nothing of it has happened before it is committed. */
export interface Batch {
  readonly at: number
  readonly status: RuntimeStatus
  readonly customStatus: string | undefined
  /** JSON text. */
  readonly output: string | undefined
  readonly failure: FailureDetails | undefined
  readonly effects: readonly Effect[]
  readonly cancelledTimers: readonly number[]
  /** Events that came after the orchestrator had asked to continue as new. */
  readonly carriedOver: readonly Happening[]
  readonly history: string
}

type Arrival = Exclude<Happening, { kind: 'started' }>

/**
 * Replays an instance with what has arrived and says what follows. Never rejects for a fault of the app: that ends
 * the orchestration as Failed.
 * @param now plan time
 * @param readHistory the stored batches, asked for only when the body isn't in memory
 */
export async function replay(
  instance: Instance,
  arrivals: readonly Arrival[],
  now: number,
  invoker: FunctionInvoker,
  readHistory: () => string[],
): Promise<Batch> {
  const cold = instance.body === undefined && instance.batches > 0 ? readCold(readHistory()) : undefined
  const body: InstanceBody = instance.body ?? {
    lean: cold?.lean ?? '',
    model: new ReplayModel(),
    lastTime: cold?.recorded.at(-1)?.time ?? 0,
  }
  instance.body = body
  const time = batchTime(body, now, arrivals)
  const at = isoTime(time)
  const first = instance.batches === 0
  const opening = [orchestratorStarted(at)]
  if (first) opening.push(executionStarted(at, instance.name, instance.input, instance.version))
  const events = [...opening, ...arrivals.map((arrival) => happeningEvent(at, arrival))]
  body.lean = [body.lean, ...events.map((event) => event.lean)].filter((part) => part !== '').join(',')
  body.lastTime = time

  const run = await invoke(instance, body.lean, invoker)
  const happenings: Happening[] = first ? [{ kind: 'started' }, ...arrivals] : [...arrivals]
  const outcome = conclude(instance, body.model, cold?.recorded ?? [], run, time, happenings)
  const history = [
    ...events.map((event) => event.full),
    ...outcome.effects.flatMap((effect) => scheduledEvent(instance, at, effect) ?? []),
    ...(outcome.status === 'Running' || outcome.status === 'ContinuedAsNew'
      ? []
      : [executionCompleted(at, outcome.status, outcome.output)]),
    orchestratorCompleted(at, body.model.actionsSeen, outcome.cancelledTimers),
  ].join(',')
  return { ...outcome, at: time, history }
}

/** Time never runs backwards within an instance, and is never before the timers that have fired. */
function batchTime(body: InstanceBody, now: number, arrivals: readonly Arrival[]): number {
  let time = Math.max(now, body.lastTime)
  for (const arrival of arrivals) if (arrival.kind === 'timerFired') time = Math.max(time, arrival.fireAt)
  return time
}

function readCold(batches: readonly string[]): { lean: string; recorded: readonly RecordedBatch[] } {
  const parsed = batches.map(parseBatch)
  const lean = parsed.flatMap((events) => events.filter(isForSdk).map((event) => JSON.stringify(event)))
  return { lean: lean.join(','), recorded: parsed.flatMap((events) => recordedBatch(events) ?? []) }
}

interface Run {
  readonly result: OrchestratorResult | undefined
  readonly error: unknown
}

async function invoke(instance: Instance, lean: string, invoker: FunctionInvoker): Promise<Run> {
  try {
    const text = await invoker.orchestrator(instance.name, triggerText(instance, lean))
    return { result: parseResult(text), error: undefined }
  } catch (error) {
    return { result: parseFailedResult(error), error }
  }
}

/** Schema 2 is the SDK's V3. Timers are never split: the longest "short" timer is a thousand years. */
function triggerText(instance: Instance, lean: string): string {
  return `{"history":[${lean}],"input":${instance.input ?? 'null'},"instanceId":${JSON.stringify(
    instance.instanceId,
  )},"isReplaying":${instance.batches > 0},"parentInstanceId":${
    instance.parent === undefined ? 'null' : JSON.stringify(instance.parent.instanceId)
  },"upperSchemaVersion":1,"upperSchemaVersionNew":2,"longRunningTimerIntervalDuration":"P365000D","maximumShortTimerDuration":"P365000D","defaultHttpAsyncRequestSleepTimeMillseconds":30000}`
}

type Outcome = Omit<Batch, 'at' | 'history'>

function conclude(
  instance: Instance,
  model: ReplayModel,
  recorded: readonly RecordedBatch[],
  run: Run,
  time: number,
  happenings: readonly Happening[],
): Outcome {
  const actions = run.result?.actions ?? []
  const base: Outcome = {
    status: 'Running',
    customStatus: run.result?.customStatus ?? instance.customStatus,
    output: undefined,
    failure: undefined,
    effects: [],
    cancelledTimers: [],
    carriedOver: [],
  }
  if (run.result === undefined) return failed(instance, base, describeError(run.error))
  try {
    for (const batch of recorded) follow(model, batch, actions)
    const { effects, left } = model.feed(time, happenings, actions)
    const fed: Outcome = { ...base, effects, cancelledTimers: model.takeCancelled(actions) }
    const refused = effects.find((effect) => effect.kind === 'refused')
    if (refused !== undefined) return failed(instance, base, failure('NotSupportedError', refused.reason))
    if (run.error !== undefined) return failed(instance, fed, orchestratorFailure(run.result, run.error))
    if (effects.some((effect) => effect.kind === 'continueAsNew'))
      return { ...fed, status: 'ContinuedAsNew', carriedOver: left }
    if (run.result.isDone) return { ...fed, status: 'Completed', output: run.result.output ?? 'null' }
    return fed
  } catch (error) {
    if (error instanceof NonDeterministicError) return failed(instance, base, describeError(error))
    throw error
  }
}

/** Follows a stored batch again; it must schedule what it scheduled then. */
function follow(model: ReplayModel, batch: RecordedBatch, actions: OrchestratorResult['actions']): void {
  if (batch.actions > actions.length)
    throw new NonDeterministicError(
      `Non-deterministic orchestrator: it had scheduled ${batch.actions} actions and schedules ${actions.length} when replayed.`,
    )
  const { effects } = model.feed(batch.time, batch.happenings, actions, batch.actions)
  const scheduled = effects.flatMap((effect) =>
    effect.kind === 'activity' || effect.kind === 'sub' || effect.kind === 'timer'
      ? `${effect.kind}:${effect.taskId}`
      : [],
  )
  if (scheduled.join() !== batch.scheduled.join())
    throw new NonDeterministicError(
      `Non-deterministic orchestrator: it had scheduled [${batch.scheduled.join()}] and schedules [${scheduled.join()}] when replayed.`,
    )
}

function orchestratorFailure(result: OrchestratorResult, error: unknown): FailureDetails {
  const inner = result.failureDetails
  return {
    ...failure('OrchestrationFailureException', result.error ?? describeError(error).ErrorMessage),
    ...(typeof inner === 'object' && inner !== null ? { InnerFailure: inner as FailureDetails } : {}),
  }
}

function failed(instance: Instance, outcome: Outcome, details: FailureDetails): Outcome {
  const message = `Orchestrator function '${instance.name}' failed: ${details.ErrorMessage}`
  return {
    ...outcome,
    status: 'Failed',
    output: JSON.stringify(message),
    failure: { ...details, ErrorMessage: message },
  }
}

function scheduledEvent(instance: Instance, at: string, effect: Effect): string | undefined {
  switch (effect.kind) {
    case 'activity':
      return taskScheduled(at, effect.taskId, effect.name, effect.input)
    case 'timer':
      return timerCreated(at, effect.taskId, effect.fireAt)
    case 'sub':
      return subOrchestrationCreated(at, effect.taskId, effect.name, childId(instance, effect), effect.input)
    case 'respell':
    case 'warning':
    case 'continueAsNew':
    case 'refused':
      return undefined
  }
}

/** A sub-orchestration without an id of its own is named by its parent's execution, as Durable Task does. */
export const childId = (
  parent: Instance,
  effect: { readonly instanceId: string | undefined; readonly taskId: number },
): string =>
  effect.instanceId ?? `${parent.executionId}:${effect.taskId.toString(16).toUpperCase().padStart(8, '0')}`
