import { describe, expect, it } from 'vitest'
import { InstanceExistsError, InvalidStartError } from '../../../../infra/local/durable/engine.ts'
import { ended, run, startHub, until } from './harness.ts'

const app = {
  orchestrators: {
    *waits(context) {
      const got: unknown = yield context.df.waitForExternalEvent('go')
      return [got, yield context.df.callActivity('echo', 'after')]
    },
    *echoes(context) {
      return yield context.df.callActivity('echo', context.df.getInput())
    },
    *parent(context) {
      try {
        return yield context.df.callSubOrchestrator('waits', undefined, 'kid')
      } catch (error) {
        return String(error)
      }
    },
    *cyclic() {
      const ring: { self?: unknown } = {}
      ring.self = ring
      return ring
    },
    *http(context) {
      return yield context.df.callHttp({ method: 'GET', url: 'http://127.0.0.1/' })
    },
    *dated(context) {
      return yield context.df.createTimer(new Date(Number.NaN))
    },
    *yieldsNothing(): Generator<never, void, never> {
      yield undefined as never
    },
    *changes(context) {
      const name = replays++ === 0 ? 'echo' : 'other'
      yield context.df.callActivity(name, 1)
      return yield context.df.callActivity('echo', 2)
    },
    *cyclicActivity(context) {
      return yield context.df.callActivity('cyclic')
    },
    *unknownActivity(context) {
      return yield context.df.callActivity('nonsense')
    },
  },
  activities: {
    echo: (input: unknown) => input,
    other: () => 1,
    cyclic: () => {
      const ring: { self?: unknown } = {}
      ring.self = ring
      return ring
    },
  },
} satisfies Parameters<typeof startHub>[0]
let replays = 0

describe('starting', () => {
  it('refuses an id that is in use, and takes that of an ended instance', async () => {
    const { engine } = await startHub(app)
    await engine.startInstance({ name: 'waits', instanceId: 'one' })
    await expect(engine.startInstance({ name: 'waits', instanceId: 'one' })).rejects.toThrow(
      InstanceExistsError,
    )
    await engine.terminate('one', 'over')
    await ended(engine, 'one')
    expect((await run(engine, 'echoes', 5, 'one')).result).toBe(5)
  })

  it.each(['a/b', 'a?b', '@entity', 'x'.repeat(101), 'tab\t'])('refuses the id %j', async (instanceId) => {
    const { engine } = await startHub(app)
    await expect(engine.startInstance({ name: 'waits', instanceId })).rejects.toThrow(InvalidStartError)
  })

  it('refuses an unknown orchestrator', async () => {
    const { engine } = await startHub(app)
    await expect(engine.startInstance({ name: 'nonsense' })).rejects.toThrow("'nonsense' doesn't exist")
  })
})

describe('suspend, resume and terminate', () => {
  it('holds events and results while suspended, also across a restart', async () => {
    const first = await startHub(app)
    const id = await first.engine.startInstance({ name: 'waits' })
    await first.engine.suspend(id, 'lunch')
    await until(() => first.engine.getStatus(id)?.runtimeStatus === 'Suspended')
    await first.engine.raiseEvent(id, 'go', '1')
    const { engine } = await first.successor()
    expect(engine.getStatus(id)?.runtimeStatus).toBe('Suspended')
    await engine.resume(id, 'back')
    expect((await ended(engine, id)).result).toEqual([1, 'after'])
  })

  it('terminates with the reason as output and fails the waiting parent, not the child’s children', async () => {
    const { engine } = await startHub(app)
    const id = await engine.startInstance({ name: 'parent' })
    await until(() => engine.getStatus('kid')?.runtimeStatus === 'Running')
    await engine.terminate('kid', 'not needed')
    expect(await ended(engine, 'kid')).toMatchObject({ runtimeStatus: 'Terminated', result: 'not needed' })
    expect((await ended(engine, id)).result).toContain('Terminated: not needed')
  })

  it('leaves the child running when the parent is terminated', async () => {
    const { engine } = await startHub(app)
    const id = await engine.startInstance({ name: 'parent' })
    await until(() => engine.getStatus('kid')?.runtimeStatus === 'Running')
    await engine.terminate(id, 'stop')
    await ended(engine, id)
    await engine.raiseEvent('kid', 'go', '2')
    expect((await ended(engine, 'kid')).result).toEqual([2, 'after'])
  })
})

describe('failures of the app', () => {
  it.each([
    ['cyclic', 'circular'],
    ['cyclicActivity', 'circular'],
    ['unknownActivity', "'nonsense' doesn't exist"],
    ['http', 'callHttp is not supported'],
    ['dated', 'invalid date'],
    ['yieldsNothing', 'programming constraint violation'],
    ['changes', 'Non-deterministic'],
  ])('end %s as Failed, saying why, and leave the others alone', async (name, why) => {
    replays = 0
    const { engine } = await startHub(app)
    const status = await run(engine, name)
    expect(status.runtimeStatus).toBe('Failed')
    expect(String(status.result).toLowerCase()).toContain(why.toLowerCase())
    expect((await run(engine, 'echoes', 'fine')).result).toBe('fine')
  })
})

describe('queries and purge', () => {
  it('lists by prefix, status and time, page by page', async () => {
    const { engine, clock } = await startHub(app)
    for (let n = 0; n < 5; n++) await run(engine, 'echoes', n, `done-${n}`)
    const between = clock.now() + 1
    await until(() => clock.now() > between)
    await engine.startInstance({ name: 'waits', instanceId: 'open-1' })
    const first = engine.list({ instanceIdPrefix: 'done-' }, { top: 3 })
    const rest = engine.list(
      { instanceIdPrefix: 'done-' },
      { top: 3, continuationToken: first.continuationToken },
    )
    expect([...first.instances, ...rest.instances].map(({ instanceId }) => instanceId)).toEqual(
      [0, 1, 2, 3, 4].map((n) => `done-${n}`),
    )
    expect(rest.continuationToken).toBeUndefined()
    expect(engine.list({ createdTimeFrom: between }).instances.map(({ instanceId }) => instanceId)).toEqual([
      'open-1',
    ])
    expect(engine.list({ runtimeStatus: ['Completed'], createdTimeTo: between }).instances).toHaveLength(5)
  })

  it('purges ended instances, one or by filter, and never a running one', async () => {
    const { engine } = await startHub(app)
    for (let n = 0; n < 3; n++) await run(engine, 'echoes', n, `done-${n}`)
    await engine.startInstance({ name: 'waits', instanceId: 'open' })
    expect(await engine.purge('done-0')).toBe(1)
    expect(await engine.purge('done-0')).toBe(0)
    expect(await engine.purge('open')).toBe(0)
    expect(await engine.purgeBy({ createdTimeFrom: 0 })).toBe(2)
    expect(engine.getStatus('done-1')).toBeUndefined()
    expect(engine.history('done-1')).toBeUndefined()
    expect(engine.getStatus('open')).toBeDefined()
  })
})
