/** A failure as the Durable SDK takes it in a history event (`FailureDetails`). */
export interface FailureDetails {
  readonly ErrorType: string
  readonly ErrorMessage: string
  readonly StackTrace?: string | undefined
  readonly IsNonRetriable: boolean
  readonly Properties?: unknown
  readonly InnerFailure?: FailureDetails | undefined
}

/** The details of what a function threw, whatever it threw. */
export function describeError(error: unknown): FailureDetails {
  if (!(error instanceof Error)) return failure('Error', typeof error === 'string' ? error : safeText(error))
  const stack = error.stack
  return (
    fromPropertiesProvider(error.message) ?? {
      ...failure(error.name || 'Error', error.message),
      ...(typeof stack === 'string' ? { StackTrace: stack } : {}),
    }
  )
}

export function failure(type: string, message: string): FailureDetails {
  return { ErrorType: type, ErrorMessage: message, IsNonRetriable: false }
}

/** With an exception properties provider, the SDK throws an error whose message is the failure as JSON. */
function fromPropertiesProvider(message: string): FailureDetails | undefined {
  if (!message.startsWith('{"errorType"')) return undefined
  try {
    const parsed = JSON.parse(message) as Record<string, unknown>
    return {
      ErrorType: String(parsed['errorType']),
      ErrorMessage: String(parsed['errorMessage']),
      IsNonRetriable: parsed['isNonRetriable'] === true,
      ...(typeof parsed['stackTrace'] === 'string' ? { StackTrace: parsed['stackTrace'] } : {}),
      Properties: parsed['properties'],
    }
  } catch {
    return undefined
  }
}

function safeText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value)
  } catch {
    return String(value)
  }
}
