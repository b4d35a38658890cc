import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { createHeartbeats, type Heartbeat } from '../../../../functions/adapters/tables/heartbeats.ts'
import { clientOf, CommandId, ServerId } from '../../../../orchestrations/domain/ids.ts'
import { startTables, type TablesRig } from '../../../support/tables.ts'

let rig: TablesRig
beforeAll(async () => {
  rig = await startTables()
})
afterAll(() => rig.close())
// Only these: the requests to the table are real.
beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const start = Date.UTC(2026, 10, 28)
const command = CommandId.parse('c1.inspect')

const beat = (id: string, seconds: number, more: Partial<Heartbeat> = {}): Heartbeat => ({
  serverId: ServerId.parse(id),
  at: start + seconds * 1_000,
  bootedAt: start - 1_000,
  open: [],
  epoch: 0,
  connected: false,
  version: '1',
  skewMs: 0,
  ...more,
})

function open() {
  const failures: unknown[] = []
  return { heartbeats: createHeartbeats(rig.tables.Heartbeats, (error) => failures.push(error)), failures }
}

/** As another process finds it. */
const stored = (id: string) => open().heartbeats.last(ServerId.parse(id))

test('What a heartbeat says anew is in the table once it is recorded', async () => {
  const { heartbeats } = open()
  await heartbeats.record(beat('c1.new', 0))
  expect(await stored('c1.new')).toEqual(beat('c1.new', 0))
  await heartbeats.record(beat('c1.new', 1, { open: [command] }))
  expect(await stored('c1.new')).toEqual(beat('c1.new', 1, { open: [command] }))
})

test("What says nothing new is written with its client's others, in one request", async () => {
  const { heartbeats } = open()
  const hosts = Array.from({ length: 120 }, (_, at) => `c2.host${at}`)
  for (const host of hosts) await heartbeats.record(beat(host, 0))
  const transactions = vi.spyOn(rig.tables.Heartbeats, 'submitTransaction')
  const single = vi.spyOn(rig.tables.Heartbeats, 'upsertEntity')
  for (const host of hosts) await heartbeats.record(beat(host, 60))
  expect((await heartbeats.last(ServerId.parse('c2.host7')))?.at).toBe(start + 60_000)
  await vi.advanceTimersByTimeAsync(10_000)
  await vi.waitFor(async () => {
    const found = await open().heartbeats.of(
      clientOf(ServerId.parse('c2.host0')),
      hosts.map((host) => ServerId.parse(host)),
      start + 60_000,
    )
    expect(found.size).toBe(120)
  })
  expect(transactions.mock.calls.map(([actions]) => actions.length)).toEqual([100, 20])
  expect(single).not.toHaveBeenCalled()
})

test('What waits is not written over something newer', async () => {
  const { heartbeats } = open()
  await heartbeats.record(beat('c3.a', 0))
  await heartbeats.record(beat('c3.b', 0))
  await heartbeats.record(beat('c3.a', 60))
  await heartbeats.record(beat('c3.b', 60))
  await heartbeats.record(beat('c3.a', 62, { open: [command] }))
  await vi.advanceTimersByTimeAsync(10_000)
  await vi.waitFor(async () => expect((await stored('c3.b'))?.at).toBe(start + 60_000))
  expect(await stored('c3.a')).toEqual(beat('c3.a', 62, { open: [command] }))
})

test('What is sent already is waited for by what is newer', async () => {
  const { heartbeats } = open()
  await heartbeats.record(beat('c4.a', 0))
  await heartbeats.record(beat('c4.a', 60))
  const { promise, resolve } = Promise.withResolvers<void>()
  const submit = rig.tables.Heartbeats.submitTransaction.bind(rig.tables.Heartbeats)
  vi.spyOn(rig.tables.Heartbeats, 'submitTransaction').mockImplementation(async (...args) => {
    await promise
    return submit(...args)
  })
  await vi.advanceTimersByTimeAsync(10_000)
  const newer = heartbeats.record(beat('c4.a', 71, { open: [command] }))
  resolve()
  await newer
  expect(await stored('c4.a')).toEqual(beat('c4.a', 71, { open: [command] }))
})

test('What could not be written is told, and written with the next one', async () => {
  const { heartbeats, failures } = open()
  await heartbeats.record(beat('c5.a', 0))
  await heartbeats.record(beat('c5.a', 60))
  vi.spyOn(rig.tables.Heartbeats, 'submitTransaction').mockRejectedValueOnce(new Error('no answer'))
  await vi.advanceTimersByTimeAsync(10_000)
  expect(failures).toHaveLength(1)
  expect((await stored('c5.a'))?.at).toBe(start)
  await heartbeats.record(beat('c5.a', 61))
  await vi.advanceTimersByTimeAsync(10_000)
  await vi.waitFor(async () => expect((await stored('c5.a'))?.at).toBe(start + 61_000))
})

test('That an agent has taken its first command on is in the table before its report is taken: the process may die', async () => {
  const { heartbeats } = open()
  const journal = (sequence: number) => ({ id: 'journal-a', sequence })
  await heartbeats.record(beat('c9.first', 0, { journal: journal(0) }))
  const told = { journal: journal(1), reportedAt: start + 500 }
  await heartbeats.noteJournal(ServerId.parse('c9.first'), told)
  expect(await stored('c9.first')).toEqual(beat('c9.first', 0, told))
  // What comes after is told by heartbeats too: no request more for each report.
  const single = vi.spyOn(rig.tables.Heartbeats, 'upsertEntity')
  await heartbeats.noteJournal(ServerId.parse('c9.first'), { ...told, journal: journal(2) })
  expect(single).not.toHaveBeenCalled()
  expect((await heartbeats.last(ServerId.parse('c9.first')))?.journal).toEqual(journal(2))
})
