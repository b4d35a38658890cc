import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Journal } from '../../agent/journal/journal.ts'
import { Agent } from '../../agent/loop.ts'
import { createServerTime } from '../../agent/serverTime.ts'
import { ApiRefused } from '../../agent/transport/transport.ts'
import { commandFor, createWorld, install, signEnvelope, start, until } from './fakes.ts'

const day = 24 * 3_600_000

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atlas-clock-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe.each([
  ['a day ahead', day],
  ['a day behind', -day],
])('a host whose clock is %s', (_name, skew) => {
  test('judges commands by the server’s time, and tells how wrong it is', async () => {
    const world = createWorld()
    world.windows.endAtOnce = true
    const wireNow = (): number => start + skew
    const serverTime = createServerTime(wireNow, () => performance.now())
    const journal = new Journal(join(folder, 'journal.ndjson'))
    const planNow = (): number => serverTime.now()
    const agent = new Agent({ ...world.dependencies(journal), serverTime, wireNow, planNow })
    await agent.start()
    await until(() => agent.connected, 'connected')

    await world.queue.deliver(signEnvelope(commandFor('fresh', install)))
    const old = { startBy: start - 60_000 }
    await world.queue.deliver(signEnvelope(commandFor('expired', install, old)))
    const late = { notAfter: start - 60_000 }
    await world.queue.deliver(signEnvelope(commandFor('late', install, late)))
    const ends = () => world.server.reports.filter(({ type }) => type !== 'accepted')
    await until(() => ends().length === 3, 'all are reported')
    const types = ends()
      .map(({ type, commandId }) => `${type} ${commandId}`)
      .toSorted()
    expect(types).toEqual(['refused expired', 'refused late', 'succeeded fresh'])
    for (const { at } of ends()) expect(Math.abs(at - start)).toBeLessThan(day / 2)
    expect(world.server.heartbeats[0]?.now).toBe(start + skew)

    agent.stop()
    await journal.close()
  })
})

/** A server that lets no assertion pass that is more than two minutes off, and tells the time with its refusal. */
function strict(world: ReturnType<typeof createWorld>, agentNow: () => number) {
  const { server } = world
  const refusals: number[] = []
  const pass = <T>(answer: () => Promise<T>): Promise<T> => {
    const now = server.now()
    if (Math.abs(agentNow() - now) < 120_000) return answer()
    refusals.push(agentNow() - now)
    return Promise.reject(new ApiRefused(401, 'made at another time', Math.floor(now / 1000) * 1000))
  }
  const api = {
    heartbeat: (body: Parameters<typeof server.heartbeat>[0]) =>
      pass(async () => ({ ...(await server.heartbeat(body)), nextHeartbeatSeconds: 0.01 })),
    report: (body: Parameters<typeof server.report>[0]) => pass(() => server.report(body)),
  }
  return { api, refusals }
}

test.each([
  ['a day ahead', day],
  ['a day behind', -day],
])(
  'a clock that is %s from the start signs nothing valid: one refusal tells it the time',
  async (_, skew) => {
    const world = createWorld()
    const wireNow = (): number => start + skew
    const serverTime = createServerTime(wireNow, () => performance.now())
    const { api, refusals } = strict(world, () => serverTime.now())
    const journal = new Journal(join(folder, 'journal.ndjson'))
    const agent = new Agent({ ...world.dependencies(journal), api, serverTime, wireNow })
    await agent.start()
    await until(() => agent.connected, 'connected')
    expect(refusals).toEqual([expect.closeTo(skew, -4)])
    agent.stop()
    await journal.close()
  },
)

test('a guest that its host saved for a day has clocks that stood still, and is heard again all the same', async () => {
  const world = createWorld()
  let saved = 0
  const standing = (): number => start
  world.server.now = () => start + saved
  const serverTime = createServerTime(standing, () => 0)
  const { api, refusals } = strict(world, () => serverTime.now())
  const journal = new Journal(join(folder, 'journal.ndjson'))
  const agent = new Agent({ ...world.dependencies(journal), api, serverTime, wireNow: standing })
  await agent.start()
  await until(() => agent.connected, 'connected')
  saved = day
  const heard = world.server.heartbeats.length
  await until(() => world.server.heartbeats.length > heard, 'heard again')
  expect(refusals.length).toBeGreaterThan(0)
  agent.stop()
  await journal.close()
})

describe('what waits behind other work', () => {
  /** Two commands, of which the second may begin within the hour; the clocks move while the first runs. */
  async function afterTheFirst(move: (clocks: { wire: number; monotonic: number }) => void) {
    const world = createWorld()
    const clocks = { wire: start, monotonic: 0 }
    const serverTime = createServerTime(
      () => clocks.wire,
      () => clocks.monotonic,
    )
    const journal = new Journal(join(folder, 'journal.ndjson'))
    const now = (): number => serverTime.now()
    const agent = new Agent({
      ...world.dependencies(journal),
      serverTime,
      wireNow: () => clocks.wire,
      planNow: now,
    })
    await agent.start()
    await until(() => agent.connected, 'connected')
    await world.queue.deliver(signEnvelope(commandFor('first', install)))
    await world.queue.deliver(signEnvelope(commandFor('second', install)))
    await until(() => world.windows.begun.includes('first'), 'the first begins')
    move(clocks)
    world.windows.endAtOnce = true
    world.windows.end('first')
    const ends = () => world.server.reports.filter(({ type }) => type !== 'accepted')
    await until(() => ends().length === 2, 'both are reported')
    agent.stop()
    await journal.close()
    const second = ends().find(({ commandId }) => commandId === 'second')
    return second?.type === 'refused' ? second.reason : second?.type
  }

  test('begins within its hour', async () => {
    expect(await afterTheFirst((clocks) => (clocks.monotonic += 1_000_000))).toBe('succeeded')
  })

  test('begins no more once its hour is over, though the clock was set back', async () => {
    const move = (clocks: { wire: number; monotonic: number }) => {
      clocks.monotonic += day
      clocks.wire -= day
    }
    expect(await afterTheFirst(move)).toBe('pastLatestStart')
  })

  test('begins no more in a guest that was saved over its hour, whose monotonic clock stood still', async () => {
    expect(await afterTheFirst((clocks) => (clocks.wire += day))).toBe('pastLatestStart')
  })
})
