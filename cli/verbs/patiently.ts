import { isUnanswered } from '../failure.ts'
import type { Session } from '../session.ts'

/** Asks while something is waited for: a lost answer is told and leaves what was seen last. */
export async function patiently<T>({ io }: Session, last: T, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (!isUnanswered(error)) throw error
    if (!io.interrupted.aborted) io.err(`${error.message}\n`)
    return last
  }
}
