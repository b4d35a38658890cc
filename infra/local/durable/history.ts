import type { FailureDetails } from './failures.ts'

/** Numbers of the Durable Task history events, as the SDK's `HistoryEventType` has them. */
export const EventType = {
  ExecutionStarted: 0,
  ExecutionCompleted: 1,
  ExecutionTerminated: 3,
  TaskScheduled: 4,
  TaskCompleted: 5,
  TaskFailed: 6,
  SubOrchestrationInstanceCreated: 7,
  SubOrchestrationInstanceCompleted: 8,
  SubOrchestrationInstanceFailed: 9,
  TimerCreated: 10,
  TimerFired: 11,
  OrchestratorStarted: 12,
  OrchestratorCompleted: 13,
  EventRaised: 15,
  ExecutionSuspended: 19,
  ExecutionResumed: 20,
} as const

/** What can happen to a running orchestration. Results and inputs are JSON texts. */
export type Happening =
  | { readonly kind: 'started' }
  | { readonly kind: 'taskCompleted'; readonly taskId: number; readonly result: string }
  | { readonly kind: 'taskFailed'; readonly taskId: number; readonly failure: FailureDetails }
  | { readonly kind: 'subCompleted'; readonly taskId: number; readonly result: string }
  | { readonly kind: 'subFailed'; readonly taskId: number; readonly failure: FailureDetails }
  | { readonly kind: 'timerFired'; readonly taskId: number; readonly fireAt: number }
  | { readonly kind: 'eventRaised'; readonly name: string; readonly input: string | undefined }

/**
 * One history event in two spellings: `full` is stored and shown, `lean` goes to the SDK. The SDK looks at few
 * fields of few events and parses the whole history at every replay, so the rest is left out for it.
 */
export interface EventText {
  readonly full: string
  readonly lean: string
}

export const isoTime = (ms: number): string => new Date(ms).toISOString()

function event(type: number, at: string, eventId: number, fields: string): EventText {
  return {
    full: `{"EventType":${type},"EventId":${eventId},"IsPlayed":false,"Timestamp":"${at}"${fields}}`,
    lean: `{"EventType":${type},"EventId":${eventId},"IsPlayed":false${fields}}`,
  }
}

const text = (value: string): string => JSON.stringify(value)

export function orchestratorStarted(at: string): EventText {
  const { full } = event(EventType.OrchestratorStarted, at, -1, '')
  return { full, lean: full }
}

export function executionStarted(
  at: string,
  name: string,
  input: string | undefined,
  version: string | undefined,
) {
  const versionField = version === undefined ? '' : `,"Version":${text(version)}`
  const { full } = event(
    EventType.ExecutionStarted,
    at,
    -1,
    `,"Name":${text(name)},"Input":${input === undefined ? 'null' : text(input)}${versionField}`,
  )
  return { full, lean: `{"EventType":0,"EventId":-1,"IsPlayed":false,"Name":${text(name)}${versionField}}` }
}

/** The history event of a happening; `started` has an event of its own and none here. */
export function happeningEvent(at: string, happening: Exclude<Happening, { kind: 'started' }>): EventText {
  switch (happening.kind) {
    case 'taskCompleted':
      return event(EventType.TaskCompleted, at, -1, completed(happening.taskId, happening.result))
    case 'subCompleted':
      return event(
        EventType.SubOrchestrationInstanceCompleted,
        at,
        -1,
        completed(happening.taskId, happening.result),
      )
    case 'taskFailed':
      return event(EventType.TaskFailed, at, -1, failed(happening.taskId, happening.failure))
    case 'subFailed':
      return event(
        EventType.SubOrchestrationInstanceFailed,
        at,
        -1,
        failed(happening.taskId, happening.failure),
      )
    case 'timerFired':
      return event(
        EventType.TimerFired,
        at,
        -1,
        `,"TimerId":${happening.taskId},"FireAt":"${isoTime(happening.fireAt)}"`,
      )
    case 'eventRaised': {
      const input = happening.input === undefined ? '' : `,"Input":${text(happening.input)}`
      return event(EventType.EventRaised, at, -1, `,"Name":${text(happening.name)}${input}`)
    }
  }
}

const completed = (taskId: number, result: string): string =>
  `,"TaskScheduledId":${taskId},"Result":${text(result)}`

function failed(taskId: number, failure: FailureDetails): string {
  return `,"TaskScheduledId":${taskId},"Reason":${text(failure.ErrorMessage)},"Details":${text(
    failure.StackTrace ?? '',
  )},"FailureDetails":${JSON.stringify(failure)}`
}

export function taskScheduled(at: string, taskId: number, name: string, input: string | undefined): string {
  const inputField = input === undefined ? '' : `,"Input":${text(input)}`
  return event(EventType.TaskScheduled, at, taskId, `,"Name":${text(name)}${inputField}`).full
}

export function subOrchestrationCreated(
  at: string,
  taskId: number,
  name: string,
  instanceId: string,
  input: string | undefined,
): string {
  const inputField = input === undefined ? '' : `,"Input":${text(input)}`
  return event(
    EventType.SubOrchestrationInstanceCreated,
    at,
    taskId,
    `,"Name":${text(name)},"InstanceId":${text(instanceId)}${inputField}`,
  ).full
}

export function timerCreated(at: string, taskId: number, fireAt: number): string {
  return event(EventType.TimerCreated, at, taskId, `,"FireAt":"${isoTime(fireAt)}"`).full
}

/** Closes a batch. `actions` (how many the SDK had returned) and `cancelled` timers let a cold replay follow the batches. */
export function orchestratorCompleted(at: string, actions: number, cancelled: readonly number[]): string {
  const cancelledField = cancelled.length === 0 ? '' : `,"Cancelled":[${cancelled.join(',')}]`
  return event(EventType.OrchestratorCompleted, at, -1, `,"Actions":${actions}${cancelledField}`).full
}

export function executionCompleted(at: string, status: string, result: string | undefined): string {
  const resultField = result === undefined ? '' : `,"Result":${text(result)}`
  return event(EventType.ExecutionCompleted, at, -1, `,"OrchestrationStatus":${text(status)}${resultField}`)
    .full
}

export function executionControlled(
  kind: 'ExecutionTerminated' | 'ExecutionSuspended' | 'ExecutionResumed',
  at: string,
  reason: string,
): string {
  return event(EventType[kind], at, -1, `,"Input":${text(reason)},"Reason":${text(reason)}`).full
}
