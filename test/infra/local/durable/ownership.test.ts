import { describe, expect, it } from 'vitest'
import { FencedError } from '../../../../infra/local/durable/engine.ts'
import { ended, startHub, until } from './harness.ts'

const app = {
  orchestrators: {
    *waits(context) {
      const got: unknown = yield context.df.waitForExternalEvent('go')
      return [got, yield context.df.callActivity('slow', got)]
    },
  },
  activities: { slow: (input: unknown) => calls.push(input) },
} satisfies Parameters<typeof startHub>[0]
let calls: unknown[] = []

describe('ownership of the store', () => {
  it('passes to the engine that starts last; commits of the one before fail', async () => {
    calls = []
    const first = await startHub(app)
    const id = await first.engine.startInstance({ name: 'waits' })
    await until(() => first.engine.getStatus(id)?.runtimeStatus === 'Running')
    const second = await first.successor()
    expect(second.engine.stats().fence).toBe(first.engine.stats().fence + 1)
    await expect(first.engine.raiseEvent(id, 'go', '"stale"')).rejects.toThrow(FencedError)
    await expect(first.engine.startInstance({ name: 'waits' })).rejects.toThrow(FencedError)
    expect(first.log.join('\n')).toContain('Another engine owns the Durable store')
    await second.engine.raiseEvent(id, 'go', '"fresh"')
    expect((await ended(second.engine, id)).result).toEqual(['fresh', 1])
    expect(calls).toEqual(['fresh'])
  })

  it('runs an activity again whose result was not committed, and sets timers again', async () => {
    let attempts = 0
    const first = await startHub({
      orchestrators: {
        *both(context) {
          const timer = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 60_000))
          return yield context.df.Task.all([timer, context.df.callActivity('hangs')])
        },
      },
      activities: { hangs: () => (++attempts === 1 ? new Promise(() => undefined) : 'second try') },
    })
    const id = await first.engine.startInstance({ name: 'both' })
    await until(() => attempts === 1)
    const second = await first.successor()
    expect((await ended(second.engine, id)).result).toEqual([null, 'second try'])
  })
})
