import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Journal } from '../../agent/journal/journal.ts'
import { Agent } from '../../agent/loop.ts'
import { checkpoint, commandFor, createWorld, inspect, install, signEnvelope, start, until } from './fakes.ts'
import type { World } from './fakes.ts'
import { clientId, serverId } from './fakes.ts'
import { tasksVersion } from '../../orchestrations/contracts/tasks.ts'

let folder: string
let world: World
let agent: Agent
let journal: Journal

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'atlas-agent-'))
  world = createWorld()
  await live()
})

afterEach(async () => {
  agent.stop()
  await journal.close()
  rmSync(folder, { recursive: true })
})

/** Starts a life of the agent on the same journal. */
async function live(): Promise<void> {
  journal = new Journal(join(folder, 'journal.ndjson'))
  agent = new Agent(world.dependencies(journal))
  await agent.start()
  await until(() => agent.connected || world.server.connect === undefined, 'connected')
}

async function crash(): Promise<void> {
  agent.stop()
  await journal.close()
}

const reportTypes = (): string[] => world.server.reports.map(({ type, commandId }) => `${type} ${commandId}`)

describe('a command', () => {
  test('is journalled, settled, carried out and reported until it is acknowledged', async () => {
    world.windows.endAtOnce = true
    expect(await world.queue.deliver(signEnvelope(commandFor('c1', install)))).toEqual({ kind: 'complete' })
    await until(() => world.server.reports.length === 1, 'reported')
    expect(reportTypes()).toEqual(['succeeded c1'])
    await until(() => journalTypes().includes('acknowledged'), 'acknowledged')
    expect(journalTypes()).toEqual(['journal', 'accepted', 'begun', 'ended', 'acknowledged'])
  })

  test('that takes a while is reported as accepted first', async () => {
    await world.queue.deliver(signEnvelope(commandFor('c1', install)))
    await until(() => world.server.reports.length === 1, 'accepted')
    world.windows.end('c1')
    await until(() => world.server.reports.length === 2, 'ended')
    expect(reportTypes()).toEqual(['accepted c1', 'succeeded c1'])
  })

  test('delivered twice is carried out once and answered from the journal', async () => {
    world.windows.endAtOnce = true
    const message = signEnvelope(commandFor('c1', install))
    await world.queue.deliver(message)
    await until(() => world.server.reports.length === 1, 'first')
    await world.queue.deliver(message)
    await until(() => world.server.reports.length === 2, 'second')
    expect(world.windows.begun).toEqual(['c1'])
    expect(reportTypes()).toEqual(['succeeded c1', 'succeeded c1'])
  })

  test('waits for the one before it on the same machine, guests of a host run side by side', async () => {
    await world.queue.deliver(signEnvelope(commandFor('c1', install)))
    await world.queue.deliver(signEnvelope(commandFor('c2', inspect)))
    await world.queue.deliver(signEnvelope(commandFor('g1', checkpoint('VM1'))))
    await world.queue.deliver(signEnvelope(commandFor('g2', checkpoint('vm1'))))
    await world.queue.deliver(signEnvelope(commandFor('g3', checkpoint('VM2'))))
    await until(() => world.windows.begun.length === 3, 'three lanes')
    expect(world.windows.begun).toEqual(['c1', 'g1', 'g3'])
    world.windows.end('c1')
    world.windows.end('g1')
    await until(() => world.windows.begun.length === 5, 'the others')
    expect(world.windows.begun.slice(3).sort()).toEqual(['c2', 'g2'])
  })

  test('with a broken signature is dead-lettered and nothing is said of it', async () => {
    const message = signEnvelope(commandFor('c1', install))
    const forged = `${message.slice(0, -4)}${message.endsWith('AAAA') ? 'BBBB' : 'AAAA'}`
    expect(await world.queue.deliver(forged)).toMatchObject({ kind: 'deadLetter' })
    expect(world.server.reports).toEqual([])
    expect(journalTypes()).toEqual(['journal'])
  })
})

describe('a stop order', () => {
  test('refuses what is queued, lets the running work end, and is remembered by the next life', async () => {
    await world.queue.deliver(signEnvelope(commandFor('c1', install)))
    await world.queue.deliver(signEnvelope(commandFor('c2', install)))
    const stop = {
      type: 'stop',
      version: tasksVersion,
      audience: { clientId, serverId },
      epoch: 3,
      issuedAt: start,
    }
    await world.queue.deliver(signEnvelope(stop))
    world.windows.end('c1')
    await until(() => reportTypes().includes('succeeded c1'), 'c1 ended')
    await until(() => reportTypes().includes('refused c2'), 'c2 refused')
    await crash()
    await live()
    await world.queue.deliver(signEnvelope(commandFor('c3', install, { epoch: 2 })))
    await until(() => reportTypes().includes('refused c3'), 'c3 refused')
    expect(world.windows.begun).toEqual(['c1'])
    expect(world.server.reports.filter(({ type }) => type === 'refused')).toMatchObject([
      { commandId: 'c2', reason: 'staleEpoch' },
      { commandId: 'c3', reason: 'staleEpoch' },
    ])
  })
})

describe('an inquiry', () => {
  const inquiry = (commandId: string): string =>
    signEnvelope({
      type: 'inquire',
      version: tasksVersion,
      audience: { clientId, serverId },
      commandId,
      issuedAt: start,
    })

  test('for an id never seen leaves a tombstone that outlives the agent', async () => {
    await world.queue.deliver(inquiry('c1'))
    await until(() => reportTypes().includes('tombstone c1'), 'tombstone')
    await crash()
    await live()
    await world.queue.deliver(signEnvelope(commandFor('c1', install)))
    await until(() => world.server.reports.length === 2, 'refused')
    expect(world.server.reports[1]).toMatchObject({ type: 'refused', reason: 'tombstoned' })
    expect(world.windows.begun).toEqual([])
  })

  test('is answered with what the command has come to', async () => {
    await world.queue.deliver(signEnvelope(commandFor('c1', install)))
    await until(() => world.server.reports.length === 1, 'accepted')
    await world.queue.deliver(inquiry('c1'))
    await until(() => world.server.reports.length === 2, 'accepted again')
    world.windows.end('c1')
    await until(() => world.server.reports.length === 3, 'ended')
    await world.queue.deliver(inquiry('c1'))
    await until(() => world.server.reports.length === 4, 'ended again')
    expect(reportTypes()).toEqual(['accepted c1', 'accepted c1', 'succeeded c1', 'succeeded c1'])
  })
})

describe('reports', () => {
  test('that wait together go together', async () => {
    world.server.failing = true
    world.windows.endAtOnce = true
    for (const id of ['c1', 'c2', 'c3']) await world.queue.deliver(signEnvelope(commandFor(id, inspect)))
    await until(() => world.windows.begun.length === 3, 'all begun')
    await until(() => journalTypes().filter((type) => type === 'ended').length === 3, 'all ended')
    world.server.failing = false
    await until(() => world.server.reports.length === 3, 'all reported')
    expect(world.server.requests.map((batch) => batch.length)).toEqual([3])
  })

  test('of which the server can’t read one are all delivered but that one', async () => {
    world.server.unreadable = 'c1'
    world.windows.endAtOnce = true
    for (const id of ['c1', 'c2', 'c3']) await world.queue.deliver(signEnvelope(commandFor(id, inspect)))
    const succeeded = (): string[] => reportTypes().filter((report) => report.startsWith('succeeded'))
    await until(() => succeeded().length === 2, 'the others')
    expect(succeeded().sort()).toEqual(['succeeded c2', 'succeeded c3'])
  })
})

test('work whose outcome can’t be told is reported as interrupted, never as done', async () => {
  world.windows.run = () => {
    throw new Error('PowerShell is gone')
  }
  await world.queue.deliver(signEnvelope(commandFor('c1', install)))
  await until(() => reportTypes().includes('interrupted c1'), 'interrupted')
  expect(world.server.reports.at(-1)).toMatchObject({
    message: expect.stringContaining('PowerShell is gone'),
  })
})

describe('a journal that can’t be written', () => {
  test('refuses new work and says why', async () => {
    const file = join(folder, 'journal.ndjson')
    await world.queue.deliver(signEnvelope(commandFor('c1', install)))
    await until(() => world.windows.begun.length === 1, 'begun')
    await crash()
    writeFileSync(file, `damaged\n${readFileSync(file, 'utf8')}`)
    await live()
    await world.queue.deliver(signEnvelope(commandFor('c2', install)))
    await until(() => reportTypes().includes('refused c2'), 'refused')
    expect(world.server.reports.at(-1)).toMatchObject({ reason: 'journalUnwritable' })
    expect(world.windows.begun).toEqual(['c1'])
  })
})

describe('a connection', () => {
  test('that is lost is opened again', async () => {
    world.queue.lose(new Error('gone'))
    await until(() => world.queue.connects === 2, 'connected again')
    expect(world.events).toContainEqual({ kind: 'disconnected', why: 'gone' })
  })

  test('is not opened while the server doesn’t ask for it', async () => {
    await crash()
    world.server.connect = undefined
    await live()
    await until(() => world.server.heartbeats.length === 2, 'a heartbeat')
    expect(agent.connected).toBe(false)
  })
})

describe('after a crash', () => {
  test.each([
    ['neverBegun', ['c1', 'c1'], []],
    ['ended', ['c1'], ['succeeded c1']],
    ['cannotTell', ['c1'], ['interrupted c1']],
  ] as const)('work that the machine calls %s', async (kind, begun, reports) => {
    await world.queue.deliver(signEnvelope(commandFor('c1', install)))
    await until(() => world.windows.begun.length === 1, 'begun')
    await crash()
    world.server.reports.length = 0
    if (kind === 'ended')
      world.windows.found.set('c1', {
        kind,
        outcome: { kind: 'succeeded', result: { updates: [], rebootRequired: true } },
      })
    if (kind === 'cannotTell') world.windows.found.set('c1', { kind, message: 'no trace' })
    await live()
    if (reports.length > 0) await until(() => world.server.reports.length === 1, 'reported')
    else await until(() => world.windows.begun.length === 2, 'begun again')
    expect(world.windows.begun).toEqual(begun)
    expect(reportTypes().filter((report) => !report.startsWith('accepted'))).toEqual(reports)
  })

  test('a result that nobody acknowledged is reported again', async () => {
    world.windows.endAtOnce = true
    world.server.failing = true
    await world.queue.deliver(signEnvelope(commandFor('c1', install)))
    await until(() => journalTypes().includes('ended'), 'ended')
    await crash()
    world.server.failing = false
    await live()
    await until(() => world.server.reports.length === 1, 'reported')
    expect(reportTypes()).toEqual(['succeeded c1'])
  })

  test('a heartbeat goes out before the queue is opened', async () => {
    await crash()
    world.server.failing = true
    world.queue.connects = 0
    journal = new Journal(join(folder, 'journal.ndjson'))
    agent = new Agent(world.dependencies(journal))
    await agent.start()
    await until(() => world.events.some(({ kind }) => kind === 'requestFailed'), 'a failed heartbeat')
    expect(world.queue.connects).toBe(0)
    world.server.failing = false
    await until(() => agent.connected, 'connected')
  })
})

function journalTypes(): string[] {
  const copy = new Journal(join(folder, 'journal.ndjson'))
  return copy.records.map(({ type }) => type)
}
