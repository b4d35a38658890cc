import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Journal } from '../../agent/journal/journal.ts'
import { Agent } from '../../agent/loop.ts'
import { createServerTime } from '../../agent/serverTime.ts'
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
