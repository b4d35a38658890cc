import { parseTaskResult } from '../contracts/tasks.ts'
import type { Failure } from '../domain/failures.ts'
import type { Story } from '../steps/step.ts'
import type { Ask } from './command.ts'
import { heard, inWindow, timeoutOf, type Work } from './work.ts'

export type Repaired =
  | { readonly kind: 'repaired'; readonly rebootRequired: boolean }
  /** `failed`: what it failed with; absent when its window had closed. */
  | { readonly kind: 'inVain'; readonly failed?: { readonly ask: Ask; readonly failure: Failure } }

/**
 * Repairs the store that updates are installed from, once per server and only inside its window: it is as new a
 * change as any. Not tried again; whether it helped, the next installation tells. Nothing undoes it.
 */
export function* repairStore(work: Work): Story<Repaired> {
  work.repaired = true
  const ask: Ask = {
    step: 'repair',
    on: work.job.serverId,
    task: { kind: 'repair', params: {} },
    timeoutSeconds: timeoutOf(work, 'repair'),
    ...inWindow(work),
  }
  const answer = yield* work.commander.ask(ask)
  if (answer.kind === 'tooLate') return { kind: 'inVain' }
  const told = heard(ask, answer)
  switch (told.kind) {
    case 'succeeded':
      return { kind: 'repaired', ...parseTaskResult('repair', told.result) }
    case 'failed':
      return { kind: 'inVain', failed: { ask, failure: told.failure } }
    case 'interrupted': {
      const failure: Failure = { code: 'interrupted', message: told.message, remedy: 'giveUp' }
      return { kind: 'inVain', failed: { ask, failure } }
    }
  }
}
