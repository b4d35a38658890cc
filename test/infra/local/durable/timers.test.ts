import * as fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { TimerQueue, type Timer } from '../../../../infra/local/durable/timers.ts'

function queueAt(time: { now: number }) {
  const fired: Timer[] = []
  const clock = { speed: 1, now: () => time.now, wireDelay: (ms: number) => Math.min(ms, 1) }
  let woken: () => void = () => undefined
  const queue = new TimerQueue(clock, (due) => {
    fired.push(...due)
    woken()
  })
  onTestFinished(() => queue.stop())
  const next = (): Promise<void> =>
    new Promise((resolve) => {
      woken = resolve
    })
  return { queue, fired, next }
}

describe('the timer queue', () => {
  it('fires what is due by time and then by creation, and nothing that was cancelled', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ at: fc.integer({ min: 1, max: 50 }), cancel: fc.boolean() }), {
          maxLength: 200,
        }),
        async (plans) => {
          const time = { now: 0 }
          const { queue, fired, next } = queueAt(time)
          const timers = plans.map(({ at }, taskId) => queue.add(1, taskId, at))
          for (const [index, timer] of timers.entries())
            if (plans[index]?.cancel === true) queue.cancel(timer)
          const expected = timers
            .filter((_, index) => plans[index]?.cancel === false)
            .toSorted((a, b) => a.fireAt - b.fireAt || a.taskId - b.taskId)
            .map(({ taskId }) => taskId)
          expect(queue.size).toBe(expected.length)
          time.now = 50
          if (expected.length > 0) await next()
          expect(fired.map(({ taskId }) => taskId)).toEqual(expected)
          expect(queue.size).toBe(0)
        },
      ),
      { numRuns: 30 },
    )
  })

  it('leaves what is not due, and takes an earlier timer that comes later', async () => {
    const time = { now: 0 }
    const { queue, fired, next } = queueAt(time)
    queue.add(1, 1, 1_000)
    queue.add(1, 2, 10)
    time.now = 10
    await next()
    expect(fired.map(({ taskId }) => taskId)).toEqual([2])
    expect(queue.size).toBe(1)
  })
})
