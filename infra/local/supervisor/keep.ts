import { setTimeout as delay } from 'node:timers/promises'
import { launch, type ChildSpec, type Run } from './child.ts'
import { LocalError } from './errors.ts'
import { openLog } from './log.ts'
import { watchReadiness } from './readiness.ts'
import { afterDeath, type Deaths, noDeaths, type RestartPolicy } from './restarts.ts'
import type { ReadyChild, SupervisorEvent } from './events.ts'

/** One child kept running: each run in turn until it is stopped or given up. */
export type Kept = {
  readonly firstReady: Promise<ReadyChild>
  readonly pid: () => number | undefined
  /** From now on its end is no death: it isn't started again. */
  readonly retire: () => void
  readonly stop: () => Promise<void>
  readonly kill: () => void
}

export type KeepOptions = {
  readonly now: () => number
  readonly policy: RestartPolicy
  readonly graceMs: number
  readonly logFile: string
  readonly logBytes: number | undefined
  readonly onEvent: (event: SupervisorEvent) => void
  readonly onGiveUp: (error: LocalError) => void
}

const defaultReadyTimeoutMs = 60_000
const quotedLines = 5

export const keepRunning = (spec: ChildSpec, options: KeepOptions): Kept => {
  const { name } = spec
  const log = openLog(options.logFile, options.logBytes === undefined ? {} : { maxBytes: options.logBytes })
  const firstReady = Promise.withResolvers<ReadyChild>()
  const stop = new AbortController()
  const lastErrors: string[] = []
  let run: Run | undefined

  const note = (line: string): void => log.write(`${new Date(options.now()).toISOString()} [${name}] ${line}`)
  const onError = (line: string): void => {
    note(line)
    lastErrors.push(line)
    if (lastErrors.length > quotedLines) lastErrors.shift()
  }

  const runOnce = async (): Promise<{ how: string; ready: ReadyChild | undefined }> => {
    const watch = watchReadiness(spec.ready)
    const onLine = (line: string): void => {
      watch.onLine(line)
      options.onEvent({ kind: 'line', name, line })
    }
    const current = launch(spec, { onLine, onError })
    run = current
    const outcome = await watch.outcome(current.exited, spec.readyTimeoutMs ?? defaultReadyTimeoutMs)
    if (outcome.kind === 'timeout' && !stop.signal.aborted) current.kill()
    const ready =
      outcome.kind === 'ready' && current.pid !== undefined
        ? { pid: current.pid, line: outcome.line }
        : undefined
    if (ready !== undefined) {
      note(`ready as process ${ready.pid}`)
      options.onEvent({ kind: 'ready', name, pid: ready.pid })
      firstReady.resolve(ready)
    }
    const how = await current.exited
    await current.drained
    run = undefined
    return { how: outcome.kind === 'timeout' ? `not ready in time, ${how}` : how, ready }
  }

  const live = async (): Promise<void> => {
    let deaths: Deaths = noDeaths
    let everReady = false
    while (!stop.signal.aborted) {
      const { how, ready } = await runOnce()
      everReady ||= ready !== undefined
      note(`ended: ${how}`)
      if (stop.signal.aborted) break
      if (!everReady) return firstReady.reject(notReady(spec, how, lastErrors, options.logFile))
      const verdict = afterDeath(deaths, ready !== undefined, options.now(), options.policy)
      if (verdict.kind === 'giveUp') {
        return options.onGiveUp(keepsDying(name, verdict.deathsInLastMinute, how, options.logFile))
      }
      deaths = verdict.deaths
      options.onEvent({ kind: 'died', name, how, restartInMs: verdict.delayMs })
      await pause(verdict.delayMs, stop.signal)
    }
    firstReady.reject(new LocalError('childNotReady', `${name} was stopped before it was ready.`))
  }

  const over = live()
    .catch((error: unknown) => {
      const fault = cannotRun(name, error)
      firstReady.reject(fault)
      options.onGiveUp(fault)
    })
    .finally(() => log.close())
  return {
    firstReady: firstReady.promise,
    pid: () => run?.pid,
    kill: () => run?.kill(),
    retire: () => stop.abort(),
    stop: async () => {
      stop.abort()
      await run?.stop(options.graceMs)
      await over
      options.onEvent({ kind: 'stopped', name })
    },
  }
}

// Cut short by a stop: the abort is not an error here.
const pause = (ms: number, stopped: AbortSignal): Promise<void> =>
  delay(ms, undefined, { signal: stopped }).catch(() => undefined)

const cannotRun = (name: string, error: unknown): LocalError =>
  new LocalError(
    'childNotReady',
    `${name} can't be run: ${error instanceof Error ? error.message : String(error)}`,
    {
      cause: error,
    },
  )

const notReady = (spec: ChildSpec, how: string, errors: readonly string[], logFile: string): LocalError =>
  new LocalError(
    'childNotReady',
    `${spec.name} did not start (${how})${errors.length === 0 ? '' : `: ${errors.join(' | ')}`}. Its log: ${logFile}`,
  )

const keepsDying = (name: string, times: number, how: string, logFile: string): LocalError =>
  new LocalError(
    'childKeepsDying',
    `${name} died ${times} times within a minute, last with ${how}: everything is stopped. Read its log: ${logFile}`,
  )
