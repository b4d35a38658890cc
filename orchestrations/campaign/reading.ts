import type { OrchestrationContext } from 'durable-functions'
import { issueReading, lookAtCommand, type CommandEnd, type Read, type Reading } from '../steps/catalogue.ts'
import type { TaskResult } from '../contracts/tasks.ts'
import { call, timerAt, type Story } from '../steps/step.ts'

/** Looks at one command before it is given up, however fast plan time runs; a preparation can be repeated. */
const rounds = 60

/** Issues a command that changes nothing and waits for its end. Whatever goes wrong is an answer. */
export function* read(context: OrchestrationContext, reading: Reading): Story<Read<TaskResult>> {
  const issued = yield* call(context, issueReading, reading)
  switch (issued.kind) {
    case 'stopped':
      return { kind: 'none', message: 'stopped' }
    case 'quarantined':
      return { kind: 'none', message: issued.reason.code }
    case 'ended':
      return answerOf(issued.end)
    case 'open':
      return yield* awaitEnd(context, reading, issued.pollAt)
  }
}

/** One wait per command, created once: its event is a hint, the row is the truth. */
function* awaitEnd(
  context: OrchestrationContext,
  { clientId, commandId, timeoutSeconds, checkSeconds }: Reading,
  firstPollAt: number,
): Story<Read<TaskResult>> {
  const hint = context.df.waitForExternalEvent(commandId)
  let pollAt = firstPollAt
  let heard = false
  for (let round = 1; round <= rounds; round++) {
    if (heard || !hint.isCompleted) {
      const poll = timerAt(context, pollAt)
      yield hint.isCompleted ? poll : context.df.Task.any([hint, poll])
      if (!poll.isCompleted) poll.cancel()
    }
    heard = hint.isCompleted
    const look = { clientId, commandId, round, timeoutSeconds, checkSeconds }
    const looked = yield* call(context, lookAtCommand, look)
    if (looked.kind === 'ended') return answerOf(looked.end)
    if (looked.overdue) break
    pollAt = looked.pollAt
  }
  return { kind: 'none', message: 'no answer' }
}

function answerOf(end: CommandEnd): Read<TaskResult> {
  switch (end.kind) {
    case 'succeeded':
      return { kind: 'answer', result: end.result }
    case 'failed':
      return { kind: 'none', message: `${end.failure.code}: ${end.failure.message}`.slice(0, 500) }
    case 'interrupted':
      return { kind: 'none', message: end.message.slice(0, 500) }
    case 'refused':
      return { kind: 'none', message: `${end.reason}: ${end.message}`.slice(0, 500) }
    case 'tombstone':
      return { kind: 'none', message: 'the agent never received it' }
  }
}
