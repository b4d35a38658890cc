import { Failure } from '../failure.ts'

/** For `.catch`: what the server doesn't know (404) is absent; any other failure stays one. */
export function absent(error: unknown): undefined {
  if (error instanceof Failure && error.details.problem?.status === 404) return undefined
  throw error
}
