import type { Failure, Remedy } from '../../orchestrations/domain/failures.ts'
import type { Unusable } from '../powershell/scriptHost.ts'

/** What a read that gave no answer is called, and what helps. Effects are interrupted instead. */
const failures: Readonly<Record<Unusable, { readonly code: string; readonly remedy: Remedy }>> = {
  timedOut: { code: 'scriptTimedOut', remedy: 'retry' },
  cancelled: { code: 'scriptCancelled', remedy: 'retry' },
  crashed: { code: 'scriptCrashed', remedy: 'retry' },
  truncated: { code: 'outputTruncated', remedy: 'retry' },
  tooLarge: { code: 'outputTooLarge', remedy: 'giveUp' },
  chatty: { code: 'outputChatty', remedy: 'giveUp' },
  notUtf8: { code: 'outputNotUtf8', remedy: 'giveUp' },
  notJson: { code: 'outputNotJson', remedy: 'giveUp' },
  wrongShape: { code: 'outputWrongShape', remedy: 'giveUp' },
  wrongVersion: { code: 'outputWrongVersion', remedy: 'giveUp' },
  hashMismatch: { code: 'scriptChanged', remedy: 'giveUp' },
  cannotStart: { code: 'scriptNotStarted', remedy: 'retry' },
  diskFull: { code: 'diskFull', remedy: 'giveUp' },
}

export function unusableFailure(why: Unusable, message: string): Failure {
  return { ...failures[why], message: message.slice(0, 2000) }
}
