import type { Report } from '../../orchestrations/contracts/report.ts'
import { taskResults, type TaskKind } from '../../orchestrations/contracts/tasks.ts'
import type { CommandEnd } from '../../orchestrations/steps/catalogue.ts'

/** Whether a report ends its command; `accepted` doesn't. */
export const endsCommand = (report: Report): boolean => report.type !== 'accepted'

/** What a stored report means to the story that waits. A result that isn't its kind's is a failure. */
export function commandEndOf(kind: TaskKind, report: Report): CommandEnd {
  switch (report.type) {
    case 'succeeded': {
      const parsed = taskResults[kind].safeParse(report.result)
      if (parsed.success) return { kind: 'succeeded', result: parsed.data }
      const message = `The agent's result of ${kind} has another shape: ${parsed.error.message}`.slice(
        0,
        2000,
      )
      return { kind: 'failed', failure: { code: 'resultMalformed', message, remedy: 'giveUp' } }
    }
    case 'failed':
      return { kind: 'failed', failure: report.failure }
    case 'interrupted':
      return { kind: 'interrupted', message: report.message }
    case 'refused':
      return { kind: 'refused', reason: report.reason, message: report.message }
    case 'tombstone':
      return { kind: 'tombstone' }
    case 'accepted':
      throw new Error('An acceptance ends no command')
  }
}
