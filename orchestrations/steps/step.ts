import type { OrchestrationContext, Task, TimerTask } from 'durable-functions'
import * as df from 'durable-functions'

/**
 * An activity as orchestrators know it: a name and two types. Retry is for infrastructure faults only (the
 * store is out of reach, a host restarts); refusals by the domain are values. Intervals are plan time.
 */
export interface Step<I, O> {
  readonly name: string
  readonly attempts: number
  readonly firstRetryMs: number
  /** Never present: carries the types. */
  readonly types?: (input: I) => O
}

/** What an orchestrator's helper is: it yields durable tasks and returns a value. Call it with `yield*`. */
export type Story<T> = Generator<Task, T, unknown>

/** Declares a step: ten attempts from 5 s, doubling, at most 5 minutes apart, about half an hour of outage. */
export const step = <I, O>(name: string): Step<I, O> => ({ name, attempts: 10, firstRetryMs: 5_000 })

/** Runs a step to its end. Throws what the activity threw last, once its retries are used up. */
export function* call<I, O>(context: OrchestrationContext, callee: Step<I, O>, input: I): Story<O> {
  const retry = new df.RetryOptions(callee.firstRetryMs, callee.attempts)
  retry.backoffCoefficient = 2
  retry.maxRetryIntervalInMilliseconds = 300_000
  return (yield context.df.callActivityWithRetry(callee.name, retry, input)) as O
}

/** Plan time of this replay, epoch ms. */
export const planNow = (context: OrchestrationContext): number => context.df.currentUtcDateTime.getTime()

/** A durable timer that fires at a plan time (epoch ms); one that lies in the past fires at once. */
export function timerAt(context: OrchestrationContext, at: number): TimerTask {
  const fireAt = structuredClone(context.df.currentUtcDateTime)
  fireAt.setTime(Math.max(at, planNow(context)))
  return context.df.createTimer(fireAt)
}
