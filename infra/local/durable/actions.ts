/** Numbers of the actions that the SDK returns (its `ActionType`). */
export const ActionType = {
  CallActivity: 0,
  CallActivityWithRetry: 1,
  CallSubOrchestrator: 2,
  CallSubOrchestratorWithRetry: 3,
  ContinueAsNew: 4,
  CreateTimer: 5,
  WaitForExternalEvent: 6,
  CallEntity: 7,
  CallHttp: 8,
  SignalEntity: 9,
  WhenAny: 11,
  WhenAll: 12,
} as const

/** One action as the SDK's JSON has it: a bag of fields whose presence depends on `actionType`. */
export interface Action {
  readonly actionType: number
  readonly functionName?: string
  readonly input?: unknown
  readonly instanceId?: string
  readonly version?: string
  readonly retryOptions?: RetryOptions
  readonly fireAt?: string
  readonly isCanceled?: boolean
  readonly externalEventName?: string
  readonly compoundActions?: readonly Action[]
}

export interface RetryOptions {
  readonly firstRetryIntervalInMilliseconds: number
  readonly maxNumberOfAttempts: number
  readonly backoffCoefficient?: number
  readonly maxRetryIntervalInMilliseconds?: number
}

export interface OrchestratorResult {
  readonly isDone: boolean
  readonly actions: readonly Action[]
  /** JSON text. */
  readonly output: string | undefined
  readonly customStatus: string | undefined
  readonly error: string | undefined
  readonly failureDetails: unknown
}

/** The SDK hides the state of a failed orchestrator behind this label in the error's message. */
const outOfProcLabel = '$OutOfProcData$:'

/**
 * Reads what the SDK returned. Checked by hand: it happens at every replay, and a schema library would cost more than the replay.
 * @throws if the text isn't what an orchestrator returns
 */
export function parseResult(json: string): OrchestratorResult {
  const parsed: unknown = JSON.parse(json)
  if (
    typeof parsed !== 'object' ||
    parsed === null ||
    !('actions' in parsed) ||
    !Array.isArray(parsed.actions)
  )
    throw new TypeError('The orchestrator function did not return a Durable Functions result with actions.')
  const state = parsed as Record<string, unknown> & { actions: unknown[] }
  return {
    isDone: state['isDone'] === true,
    actions: (state.actions[0] ?? []) as readonly Action[],
    output: state['output'] === undefined ? undefined : JSON.stringify(state['output']),
    customStatus: state['customStatus'] === undefined ? undefined : JSON.stringify(state['customStatus']),
    error: typeof state['error'] === 'string' ? state['error'] : undefined,
    failureDetails: state['failureDetails'],
  }
}

/** The state that a failed orchestrator had, from its error; undefined if the error came from elsewhere. */
export function parseFailedResult(error: unknown): OrchestratorResult | undefined {
  const message = error instanceof Error ? error.message : ''
  const start = message.indexOf(outOfProcLabel)
  if (start < 0) return undefined
  // The state is one line; a host may have put the stack after it.
  const [data = ''] = message.slice(start + outOfProcLabel.length).split('\n', 1)
  try {
    return parseResult(data)
  } catch {
    return undefined
  }
}

/** An activity's input: the SDK has already encoded strings as JSON, everything else comes as a value. */
export const activityInput = (action: Action): string | undefined =>
  typeof action.input === 'string' ? action.input : valueText(action.input)

export const valueText = (value: unknown): string | undefined =>
  value === undefined ? undefined : JSON.stringify(value)

/** What must not change in an action from one replay to the next. */
export const signature = (action: Action): string =>
  `${action.actionType}:${action.functionName ?? action.externalEventName ?? action.instanceId ?? ''}`
