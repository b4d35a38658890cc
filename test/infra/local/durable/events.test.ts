import { describe, expect, it } from 'vitest'
import { ended, later, run, startHub, until } from './harness.ts'

const app = {
  orchestrators: {
    *collects(context) {
      yield context.df.callActivity('gate')
      const got: unknown[] = []
      for (let n = 0; n < 3; n++) got.push(yield context.df.waitForExternalEvent('Item'))
      return got
    },
    *holds(context) {
      const wait = context.df.waitForExternalEvent('done')
      let rounds = 0
      while (!wait.isCompleted) {
        const timer = context.df.createTimer(later(context, 60_000))
        yield context.df.Task.any([wait, timer])
        if (!timer.isCompleted) timer.cancel()
        rounds++
      }
      return [wait.result, rounds > 1, yield context.df.callActivity('echo', 'after')]
    },
    *both(context) {
      return yield context.df.Task.all([
        context.df.waitForExternalEvent('a'),
        context.df.waitForExternalEvent('b'),
      ])
    },
    *eternal(context) {
      const { round, sum } = context.df.getInput<{ round: number; sum: number }>()
      context.df.setCustomStatus({ round })
      const amount: number = yield context.df.waitForExternalEvent('add')
      if (round === 4) return sum + amount
      context.df.continueAsNew({ round: round + 1, sum: sum + amount })
      return undefined
    },
  },
  activities: { echo: (input: unknown) => input, gate: () => gate.open },
} satisfies Parameters<typeof startHub>[0]

let gate = { open: Promise.resolve() }
function closedGate(): () => void {
  let open: () => void = () => undefined
  gate = {
    open: new Promise((resolve) => {
      open = resolve
    }),
  }
  return open
}

describe('external events', () => {
  it('keeps events that come before the listener, in order, whatever the case of their name', async () => {
    const open = closedGate()
    const { engine } = await startHub(app)
    const id = await engine.startInstance({ name: 'collects' })
    for (const [name, n] of [
      ['Item', 1],
      ['ITEM', 2],
      ['item', 3],
    ] as const)
      expect(await engine.raiseEvent(id, name, String(n))).toBe('accepted')
    open()
    const { result } = await ended(engine, id)
    expect(result).toEqual([1, 2, 3])
  })

  it('serves one wait that is held across many rounds of timers', async () => {
    const { engine } = await startHub(app, { speed: 60_000 })
    const id = await engine.startInstance({ name: 'holds' })
    await until(() => engine.stats().batches > 4)
    await engine.raiseEvent(id, 'DONE', '"x"')
    expect((await ended(engine, id)).result).toEqual(['x', true, 'after'])
  })

  it('waits for several events at once', async () => {
    const { engine } = await startHub(app)
    const id = await engine.startInstance({ name: 'both' })
    await engine.raiseEvent(id, 'b', '2')
    await engine.raiseEvent(id, 'a', '1')
    expect((await ended(engine, id)).result).toEqual([1, 2])
  })

  it('refuses events to ended and unknown instances', async () => {
    const { engine } = await startHub(app)
    const id = await engine.startInstance({ name: 'both' })
    await engine.terminate(id, 'enough')
    await ended(engine, id)
    expect(await engine.raiseEvent(id, 'a', undefined)).toBe('gone')
    expect(await engine.raiseEvent('nobody', 'a', undefined)).toBe('notFound')
  })
})

describe('continue as new', () => {
  it('starts afresh with the new input and an empty history', async () => {
    const { engine } = await startHub(app)
    const id = await engine.startInstance({ name: 'eternal', input: '{"round":0,"sum":0}' })
    for (let round = 0; round < 5; round++) {
      await until(() => engine.getStatus(id)?.customStatus === `{"round":${round}}`)
      await engine.raiseEvent(id, 'add', '10')
    }
    const status = await ended(engine, id)
    expect(status).toMatchObject({ runtimeStatus: 'Completed', result: 50, input: '{"round":4,"sum":40}' })
    expect(engine.history(id)?.match(/"EventType":15/g)).toHaveLength(1)
  })

  it('drops the results that the old execution was waiting for', async () => {
    const open = closedGate()
    const { engine } = await startHub({
      orchestrators: {
        *restless(context) {
          if (context.df.getInput() === 1) return yield context.df.callActivity('echo', 'second')
          const slow = context.df.callActivity('slow')
          yield context.df.Task.any([slow, context.df.callActivity('echo', 'first')])
          context.df.continueAsNew(1)
          return undefined
        },
      },
      activities: {
        echo: async (input: unknown) => {
          if (input === 'second') await gate.open
          return input
        },
        slow: async () => {
          open()
          await gate.open
          return 'stale'
        },
      },
    })
    expect((await run(engine, 'restless', 0)).result).toBe('second')
  })
})
