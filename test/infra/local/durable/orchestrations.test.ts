import { RetryOptions } from 'durable-functions'
import { describe, expect, it } from 'vitest'
import { ended, later, run, startHub, until } from './harness.ts'

describe('activities', () => {
  it('chains activities and hands every kind of value through unchanged', async () => {
    const values = ['text', '"quoted"', 7, 0, false, null, { a: [1, 'é'] }, [], '2026-01-03T00:00:00Z']
    const { engine } = await startHub({
      orchestrators: {
        *chain(context) {
          const seen: unknown[] = []
          for (const value of values) seen.push(yield context.df.callActivity('echo', value))
          return seen
        },
      },
      activities: { echo: (input: unknown) => input },
    })
    expect((await run(engine, 'chain')).result).toEqual(values)
  })

  it('fans out to 200 activities of which some fail, and reports each outcome', async () => {
    const { engine } = await startHub({
      orchestrators: {
        *fan(context) {
          const tasks = Array.from({ length: 200 }, (_, n) => context.df.callActivity('odd', n))
          try {
            yield context.df.Task.all(tasks)
          } catch {
            // The first failure; the others are settled one by one below.
          }
          const outcomes: unknown[] = []
          for (const task of tasks)
            try {
              outcomes.push(yield task)
            } catch {
              outcomes.push('failed')
            }
          return outcomes
        },
      },
      activities: {
        odd: async (n: number) => {
          await Promise.resolve()
          if (n % 2 === 0) throw new RangeError(`even ${n}`)
          return n
        },
      },
    })
    const { result } = await run(engine, 'fan')
    expect(result).toEqual(Array.from({ length: 200 }, (_, n) => (n % 2 === 0 ? 'failed' : n)))
  })

  it('reports an activity error with its type and message to the orchestrator', async () => {
    const { engine } = await startHub({
      orchestrators: {
        *asks(context) {
          try {
            yield context.df.callActivity('fails')
          } catch (error) {
            return String(error)
          }
          return 'no error'
        },
      },
      activities: {
        fails: () => {
          throw new RangeError('out of disks')
        },
      },
    })
    expect((await run(engine, 'asks')).result).toContain('RangeError: out of disks')
  })

  it('retries with growing pauses, numbering the tasks around them as the SDK does', async () => {
    const attempts: number[] = []
    const { engine, clock } = await startHub({
      orchestrators: {
        *retries(context) {
          const options = new RetryOptions(10_000, 4)
          options.backoffCoefficient = 2
          const flaky = context.df.callActivityWithRetry('flaky', options, 'x')
          const both: unknown[] = yield context.df.Task.all([
            flaky,
            context.df.callActivity('echo', 'beside'),
          ])
          return [...both, yield context.df.callActivity('echo', 'after')]
        },
      },
      activities: {
        echo: (input: unknown) => input,
        flaky: () => {
          if (attempts.push(clock.now()) < 3) throw new Error('not yet')
          return attempts.length
        },
      },
    })
    expect((await run(engine, 'retries')).result).toEqual([3, 'beside', 'after'])
    const [first = 0, second = 0, third = 0] = attempts
    expect(second - first).toBeGreaterThanOrEqual(10_000)
    expect(third - second).toBeGreaterThanOrEqual(20_000)
  })

  it('gives up after the last attempt with the last error', async () => {
    let calls = 0
    const { engine } = await startHub({
      orchestrators: {
        *gives(context) {
          return yield context.df.callActivityWithRetry('never', new RetryOptions(1, 3))
        },
      },
      activities: {
        never: () => {
          throw new Error(`attempt ${++calls}`)
        },
      },
    })
    const status = await run(engine, 'gives')
    expect(status).toMatchObject({ runtimeStatus: 'Failed', result: expect.stringContaining('attempt 3') })
    expect(calls).toBe(3)
  })
})

describe('replay', () => {
  it('is told from the first run of each stretch of code, and sees the same time and ids again', async () => {
    const firstRuns: string[] = []
    const seen = new Map<number, Set<string>>()
    const { engine } = await startHub({
      orchestrators: {
        *steps(context) {
          for (let step = 0; step < 4; step++) {
            if (!context.df.isReplaying) firstRuns.push(`before ${step}`)
            const moment = `${context.df.currentUtcDateTime.toISOString()} ${context.df.newGuid('x')}`
            seen.set(step, (seen.get(step) ?? new Set()).add(moment))
            yield step % 2 === 0
              ? context.df.callActivity('echo', step)
              : context.df.createTimer(later(context, 1_000))
          }
        },
      },
      activities: { echo: (input: unknown) => input },
    })
    await run(engine, 'steps')
    expect(firstRuns).toEqual(['before 0', 'before 1', 'before 2', 'before 3'])
    expect([...seen.values()].map((moments) => moments.size)).toEqual([1, 1, 1, 1])
  })
})

describe('sub-orchestrations', () => {
  const app = {
    orchestrators: {
      *parent(context) {
        const own = yield context.df.callSubOrchestrator('child', { n: 1 }, 'the-child')
        const named = yield context.df.callSubOrchestrator('child', { n: 2 })
        return [own, named]
      },
      *child(context) {
        return [
          context.df.parentInstanceId,
          context.df.getInput(),
          yield context.df.callActivity('echo', 'deep'),
        ]
      },
      *guarded(context) {
        try {
          return yield context.df.callSubOrchestrator(String(context.df.getInput()), undefined, 'c')
        } catch (error) {
          return String(error)
        }
      },
      *throws() {
        throw new Error('child broke')
      },
      *retried(context) {
        return yield context.df.callSubOrchestratorWithRetry(
          'secondTime',
          new RetryOptions(1_000, 3),
          undefined,
          'again',
        )
      },
      *secondTime(context) {
        return yield context.df.callActivity('count')
      },
    },
    activities: { echo: (input: unknown) => input, count: counter() },
  } satisfies Parameters<typeof startHub>[0]

  function counter() {
    let calls = 0
    return () => {
      if (++calls < 2) throw new Error('first time')
      return calls
    }
  }

  it('runs children under given and derived ids, with their parent known', async () => {
    const { engine } = await startHub(app)
    const { result } = await run(engine, 'parent', undefined, 'p')
    expect(result).toEqual([
      ['p', { n: 1 }, 'deep'],
      ['p', { n: 2 }, 'deep'],
    ])
    expect(engine.getStatus('the-child')).toMatchObject({ runtimeStatus: 'Completed', name: 'child' })
  })

  it('reports a failed and an unknown child to the parent', async () => {
    const { engine } = await startHub(app)
    expect((await run(engine, 'guarded', 'throws')).result).toContain('child broke')
    expect((await run(engine, 'guarded', 'nonsense')).result).toContain("'nonsense' doesn't exist")
  })

  it('retries a child under its own id', async () => {
    const { engine } = await startHub(app)
    expect((await run(engine, 'retried')).result).toBe(2)
  })
})

describe('timers', () => {
  it('fire in the order of their times at speed 600, with orchestration time not before them', async () => {
    const { engine } = await startHub(
      {
        orchestrators: {
          *timers(context) {
            const start = context.df.currentUtcDateTime.getTime()
            const order: number[] = []
            const timers = [30, 10, 20].map((minutes) => ({
              minutes,
              task: context.df.createTimer(later(context, minutes * 60_000)),
            }))
            const [long, short, middle] = timers
            if (long === undefined || short === undefined || middle === undefined) return []
            yield context.df.Task.any([long.task, short.task, middle.task])
            for (const timer of [short, middle, long]) {
              if (!timer.task.isCompleted) yield timer.task
              order.push(
                (context.df.currentUtcDateTime.getTime() - start) / 60_000 >= timer.minutes
                  ? timer.minutes
                  : -1,
              )
            }
            return order
          },
        },
      },
      { speed: 60_000 },
    )
    expect((await run(engine, 'timers')).result).toEqual([10, 20, 30])
  })

  it('waits on a timer of four hundred days without splitting it', async () => {
    const days = 400 * 86_400_000
    const { engine } = await startHub(
      {
        orchestrators: {
          *long(context) {
            const start = context.df.currentUtcDateTime.getTime()
            yield context.df.createTimer(later(context, days))
            return context.df.currentUtcDateTime.getTime() - start >= days
          },
        },
      },
      { speed: 1e12 },
    )
    const status = await run(engine, 'long')
    expect(status.result).toBe(true)
  })

  it('forgets cancelled timers and those of ended instances', async () => {
    const { engine } = await startHub({
      orchestrators: {
        *race(context) {
          const timer = context.df.createTimer(later(context, 9e9))
          const forgotten = context.df.createTimer(later(context, 9e9))
          const go = context.df.waitForExternalEvent('go')
          const winner = yield context.df.Task.any([go, timer, forgotten])
          timer.cancel()
          yield context.df.waitForExternalEvent('end')
          return winner === go
        },
      },
    })
    const id = await engine.startInstance({ name: 'race' })
    await until(() => engine.stats().timers === 2)
    await engine.raiseEvent(id, 'go', undefined)
    await until(() => engine.stats().timers === 1)
    await engine.raiseEvent(id, 'end', undefined)
    expect((await ended(engine, id)).result).toBe(true)
    expect(engine.stats()).toMatchObject({ timers: 0, unfinishedInstances: 0, cachedHistoryBytes: 0 })
  })
})
