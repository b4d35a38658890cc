import { setTimeout as delay } from 'node:timers/promises'

/** How a child shows that it can be used. */
export type Readiness =
  | { readonly kind: 'started' }
  | { readonly kind: 'line'; readonly matches: (line: string) => boolean }
  /** Any answer below 500. */
  | { readonly kind: 'http'; readonly url: string }

export type ReadyOutcome =
  /** `line` is the one that matched, or undefined. */
  | { readonly kind: 'ready'; readonly line: string | undefined }
  | { readonly kind: 'exited'; readonly how: string }
  | { readonly kind: 'timeout' }

export type ReadyWatch = {
  readonly onLine: (line: string) => void
  readonly outcome: (exited: Promise<string>, timeoutMs: number) => Promise<ReadyOutcome>
}

/** Watches one run for its readiness: feed it the lines of standard output. */
export const watchReadiness = (readiness: Readiness): ReadyWatch => {
  const matched = Promise.withResolvers<ReadyOutcome>()
  return {
    onLine: (line) => {
      if (readiness.kind === 'line' && readiness.matches(line)) matched.resolve({ kind: 'ready', line })
    },
    outcome: async (exited, timeoutMs) => {
      const over = new AbortController()
      if (readiness.kind === 'started') matched.resolve({ kind: 'ready', line: undefined })
      if (readiness.kind === 'http') void poll(readiness.url, over.signal).then(matched.resolve)
      const outcome = await Promise.race([
        exited.then((how): ReadyOutcome => ({ kind: 'exited', how })),
        matched.promise,
        timeout(timeoutMs, over.signal),
      ])
      over.abort()
      return outcome
    },
  }
}

const probeEveryMs = 100

const poll = async (url: string, over: AbortSignal): Promise<ReadyOutcome> => {
  while (!over.aborted) {
    if (await answers(url)) break
    await delay(probeEveryMs)
  }
  return { kind: 'ready', line: undefined }
}

const answers = async (url: string): Promise<boolean> => {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) })
    await response.body?.cancel()
    return response.status < 500
  } catch {
    // Not listening yet, or too slow: the same as not ready, and the time-out ends it.
    return false
  }
}

const timeout = async (ms: number, over: AbortSignal): Promise<ReadyOutcome> => {
  await delay(ms, undefined, { signal: over }).catch(() => undefined)
  return { kind: 'timeout' }
}
