import { monitorEventLoopDelay } from 'node:perf_hooks'

/** Milliseconds by which the event loop was late. */
export interface LoopDelay {
  readonly p50: number
  readonly p99: number
  readonly p999: number
  readonly max: number
}

const resolutionMs = 10

/** Watches the event loop until it is stopped. */
export function watchEventLoop(): { read(): LoopDelay; reset(): void; stop(): void } {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs })
  histogram.enable()
  // The histogram holds the time from one sample to the next, in nanoseconds.
  const late = (nanoseconds: number): number =>
    Math.round(Math.max(0, nanoseconds / 1e6 - resolutionMs) * 1_000) / 1_000
  return {
    read: () =>
      histogram.count === 0
        ? { p50: 0, p99: 0, p999: 0, max: 0 }
        : {
            p50: late(histogram.percentile(50)),
            p99: late(histogram.percentile(99)),
            p999: late(histogram.percentile(99.9)),
            max: late(histogram.max),
          },
    reset: () => histogram.reset(),
    stop: () => histogram.disable(),
  }
}
