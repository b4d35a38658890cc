import type { InstanceStatus } from './contract.ts'
import { EventType } from './history.ts'
import type { StoredEvent } from './recorded.ts'

const eventNames = new Map<number, string>(Object.entries(EventType).map(([name, type]) => [type, name]))

/** A JSON text as a value; other text as it is, as the extension shows it. */
export function jsonOrText(text: string | undefined): unknown {
  if (text === undefined) return null
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const seconds = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`

export interface StatusDetail {
  readonly showInput: boolean
  readonly showOutput: boolean
  /** JSON text of the history, if it is to be shown. */
  readonly history: string | undefined
}

/** An instance as the management API answers it. */
export function statusPayload(status: InstanceStatus, detail: StatusDetail): Record<string, unknown> {
  return {
    name: status.name,
    instanceId: status.instanceId,
    runtimeStatus: status.runtimeStatus,
    input: detail.showInput ? jsonOrText(status.input) : null,
    customStatus: jsonOrText(status.customStatus),
    output: jsonOrText(status.output),
    createdTime: seconds(status.createdTime),
    lastUpdatedTime: seconds(status.lastUpdatedTime),
    ...(detail.history === undefined ? {} : { historyEvents: historyView(detail.history, detail) }),
  }
}

/** The history as the extension shows it: ends of tasks carry the name and time of their beginning. */
function historyView(history: string, detail: StatusDetail): Record<string, unknown>[] {
  const events = JSON.parse(history) as StoredEvent[]
  const begun = new Map<number, StoredEvent>()
  const ended = new Set(events.flatMap((event) => event.TaskScheduledId ?? []))
  for (const event of events)
    if (
      event.EventType === EventType.TaskScheduled ||
      event.EventType === EventType.SubOrchestrationInstanceCreated
    )
      begun.set(event.EventId, event)
  return events.flatMap((event) => {
    if (
      event.EventType === EventType.OrchestratorStarted ||
      event.EventType === EventType.OrchestratorCompleted
    )
      return []
    if (begun.get(event.EventId) === event && ended.has(event.EventId)) return []
    return [eventView(event, begun, detail)]
  })
}

function eventView(
  event: StoredEvent,
  begun: ReadonlyMap<number, StoredEvent>,
  detail: StatusDetail,
): Record<string, unknown> {
  const beginning = event.TaskScheduledId === undefined ? undefined : begun.get(event.TaskScheduledId)
  const { Name, Input, Result, FailureDetails: _details, ...rest } = event
  const { EventId: _id, TaskScheduledId: _task, TimerId: _timer, Version: _version, ...shown } = rest
  const name = beginning?.Name ?? Name
  return {
    ...without(shown, 'IsPlayed'),
    EventType: eventNames.get(event.EventType) ?? String(event.EventType),
    ...(event.EventType === EventType.EventRaised
      ? { Name }
      : name === undefined
        ? {}
        : { FunctionName: name }),
    ...(beginning === undefined ? {} : { ScheduledTime: beginning.Timestamp }),
    ...(detail.showInput ? { Input: jsonOrText(beginning?.Input ?? Input ?? undefined) } : {}),
    ...(detail.showOutput && Result !== undefined ? { Result: jsonOrText(Result) } : {}),
  }
}

const without = (fields: object, name: string): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([key]) => key !== name))
