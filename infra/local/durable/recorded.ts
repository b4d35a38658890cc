import type { FailureDetails } from './failures.ts'
import { EventType, type Happening } from './history.ts'

/** A history event as we have stored it. */
export interface StoredEvent {
  readonly EventType: number
  readonly EventId: number
  readonly Timestamp: string
  readonly TaskScheduledId?: number
  readonly TimerId?: number
  readonly FireAt?: string
  readonly Name?: string
  readonly Input?: string | null
  readonly Version?: string
  readonly Result?: string
  readonly Reason?: string
  readonly Details?: string
  readonly InstanceId?: string
  readonly FailureDetails?: FailureDetails
  readonly OrchestrationStatus?: string
  readonly Actions?: number
  readonly Cancelled?: readonly number[]
}

export const parseBatch = (text: string): StoredEvent[] => JSON.parse(`[${text}]`) as StoredEvent[]

/** A batch read back: enough to follow it again with the model. */
export interface RecordedBatch {
  readonly time: number
  readonly happenings: readonly Happening[]
  readonly actions: number
  /** `kind:number` of what the batch scheduled, in order. */
  readonly scheduled: readonly string[]
}

/** Nothing for what was written without a replay (suspended, resumed). */
export function recordedBatch(events: readonly StoredEvent[]): RecordedBatch | undefined {
  const started = events.find((event) => event.EventType === EventType.OrchestratorStarted)
  if (started === undefined) return undefined
  return {
    time: Date.parse(started.Timestamp),
    happenings: events.flatMap((event) => toHappening(event) ?? []),
    actions: events.at(-1)?.Actions ?? 0,
    scheduled: events.flatMap((event) => scheduledKind(event) ?? []),
  }
}

function toHappening(event: StoredEvent): Happening | undefined {
  const taskId = event.TaskScheduledId ?? event.TimerId ?? -1
  switch (event.EventType) {
    case EventType.ExecutionStarted:
      return { kind: 'started' }
    case EventType.TaskCompleted:
      return { kind: 'taskCompleted', taskId, result: '' }
    case EventType.SubOrchestrationInstanceCompleted:
      return { kind: 'subCompleted', taskId, result: '' }
    case EventType.TaskFailed:
    case EventType.SubOrchestrationInstanceFailed:
      return {
        kind: event.EventType === EventType.TaskFailed ? 'taskFailed' : 'subFailed',
        taskId,
        failure: event.FailureDetails ?? { ErrorType: 'Error', ErrorMessage: '', IsNonRetriable: false },
      }
    case EventType.TimerFired:
      return { kind: 'timerFired', taskId, fireAt: Date.parse(event.FireAt ?? '') }
    case EventType.EventRaised:
      return { kind: 'eventRaised', name: event.Name ?? '', input: event.Input ?? undefined }
    default:
      return undefined
  }
}

function scheduledKind(event: StoredEvent): string | undefined {
  switch (event.EventType) {
    case EventType.TaskScheduled:
      return `activity:${event.EventId}`
    case EventType.SubOrchestrationInstanceCreated:
      return `sub:${event.EventId}`
    case EventType.TimerCreated:
      return `timer:${event.EventId}`
    default:
      return undefined
  }
}

/** The events that the SDK reads; the others are for people and for us. */
export const isForSdk = (event: StoredEvent): boolean =>
  scheduledKind(event) === undefined &&
  event.EventType !== EventType.OrchestratorCompleted &&
  event.EventType !== EventType.ExecutionSuspended &&
  event.EventType !== EventType.ExecutionResumed

export interface OpenWork {
  readonly activities: ReadonlyMap<number, { readonly name: string; readonly input: string | undefined }>
  readonly timers: ReadonlyMap<number, number>
}

/** What a history has scheduled and not seen end: activities to run again and timers (with their time) to set. */
export function openWork(events: readonly StoredEvent[]): OpenWork {
  const activities = new Map<number, { name: string; input: string | undefined }>()
  const timers = new Map<number, number>()
  for (const event of events) {
    if (event.EventType === EventType.TaskScheduled)
      activities.set(event.EventId, { name: event.Name ?? '', input: event.Input ?? undefined })
    else if (event.EventType === EventType.TimerCreated)
      timers.set(event.EventId, Date.parse(event.FireAt ?? ''))
    else if (event.TaskScheduledId !== undefined) activities.delete(event.TaskScheduledId)
    else if (event.TimerId !== undefined) timers.delete(event.TimerId)
    for (const taskId of event.Cancelled ?? []) timers.delete(taskId)
  }
  return { activities, timers }
}
