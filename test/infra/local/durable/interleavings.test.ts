import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { OrchestrationHandler } from 'durable-functions'
import { ended, later, startHub, type TestHub } from './harness.ts'

type Step =
  | { readonly kind: 'activity'; readonly value: number }
  | { readonly kind: 'timer'; readonly seconds: number }
  | { readonly kind: 'event' }
  | { readonly kind: 'patientEvent' }
  | { readonly kind: 'fan'; readonly width: number }
  | { readonly kind: 'flaky'; readonly value: number }
  | { readonly kind: 'sub'; readonly value: number }

/** Interprets steps; what it returns depends on the steps alone, not on when things happen. */
const script: OrchestrationHandler = function* (context) {
  const steps = context.df.getInput<Step[]>()
  const seen: unknown[] = []
  for (const [index, step] of steps.entries())
    switch (step.kind) {
      case 'activity':
        seen.push(yield context.df.callActivity('echo', step.value))
        break
      case 'timer':
        yield context.df.createTimer(later(context, step.seconds * 1_000))
        seen.push('timer')
        break
      case 'event':
        seen.push(yield context.df.waitForExternalEvent(`event-${index}`))
        break
      case 'patientEvent': {
        const wait = context.df.waitForExternalEvent(`Event-${index}`)
        while (!wait.isCompleted) {
          const timer = context.df.createTimer(later(context, 20_000))
          yield context.df.Task.any([wait, timer])
          if (!timer.isCompleted) timer.cancel()
        }
        seen.push(wait.result)
        break
      }
      case 'fan':
        seen.push(
          yield context.df.Task.all(
            Array.from({ length: step.width }, (_, n) => context.df.callActivity('echo', n)),
          ),
        )
        break
      case 'flaky':
        seen.push(
          yield context.df.callActivityWithRetry(
            'flaky',
            { firstRetryIntervalInMilliseconds: 1_000, maxNumberOfAttempts: 50 } as never,
            step.value,
          ),
        )
        break
      case 'sub':
        seen.push(yield context.df.callSubOrchestrator('script', [{ kind: 'activity', value: step.value }]))
    }
  return seen
}

const expected = (steps: readonly Step[]): unknown[] =>
  steps.map((step, index) => {
    switch (step.kind) {
      case 'activity':
      case 'flaky':
        return step.value
      case 'timer':
        return 'timer'
      case 'event':
      case 'patientEvent':
        return `payload ${index}`
      case 'fan':
        return Array.from({ length: step.width }, (_, n) => n)
      case 'sub':
        return [step.value]
    }
  })

const number = fc.nat(1_000)
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('activity' as const), value: number }),
  fc.record({ kind: fc.constant('timer' as const), seconds: fc.nat(30) }),
  fc.record({ kind: fc.constant('event' as const) }),
  fc.record({ kind: fc.constant('patientEvent' as const) }),
  fc.record({ kind: fc.constant('fan' as const), width: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ kind: fc.constant('flaky' as const), value: number }),
  fc.record({ kind: fc.constant('sub' as const), value: number }),
)

/** Between raising events: let the engine run for some turns, or put another engine in its place. */
const disturbance = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('turns' as const), count: fc.nat(6) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
)

describe('random interleavings of events, timers and restarts', () => {
  it.each([undefined, 0])(
    'give the result that the steps alone decide (history cache of %s bytes)',
    async (cache) => {
      let calls = 0
      const app = {
        orchestrators: { script },
        activities: {
          echo: (input: unknown) => input,
          flaky: (input: unknown) => {
            if (++calls % 3 !== 0) throw new Error('flaky')
            return input
          },
        },
      }
      await fc.assert(
        fc.asyncProperty(
          fc.array(step, { minLength: 1, maxLength: 8 }),
          fc.array(disturbance, { minLength: 8, maxLength: 8 }),
          fc.boolean(),
          async (steps, disturbances, backwards) => {
            const limits = cache === undefined ? {} : { historyCacheBytes: cache }
            let hub: TestHub = await startHub(app, { speed: 20_000, limits })
            const id = await hub.engine.startInstance({ name: 'script', input: JSON.stringify(steps) })
            const events = [...steps.entries()].filter(
              ([, { kind }]) => kind === 'event' || kind === 'patientEvent',
            )
            if (backwards) events.reverse()
            for (const [turn, what] of disturbances.entries()) {
              const event = events[turn]
              if (event !== undefined)
                await hub.engine.raiseEvent(id, `event-${event[0]}`, JSON.stringify(`payload ${event[0]}`))
              if (what.kind === 'restart') hub = await hub.successor()
              else for (let n = 0; n < what.count; n++) await turnOfTheLoop()
            }
            expect((await ended(hub.engine, id)).result).toEqual(expected(steps))
            expect(hub.engine.stats()).toMatchObject({ unfinishedInstances: 0, timers: 0 })
          },
        ),
        { numRuns: 40 },
      )
    },
  )
})

const turnOfTheLoop = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve)
  })
