import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Decision, Write } from '../../../../functions/adapters/tables/clientStore.ts'
import { rowKeys } from '../../../../functions/adapters/tables/rows.ts'
import { CommandId, ServerId, type ClientId } from '../../../../orchestrations/domain/ids.ts'
import { storedRows, startTables, type TablesRig } from '../../../support/tables.ts'
import { counted, newClient, storeOn, truthOf } from './storeRig.ts'

let rig: TablesRig
beforeAll(async () => {
  rig = await startTables()
})
afterAll(() => rig.close())

const entry = { actor: 'test', action: 'write', object: 'rows' }
const write = (...rows: Write[]): Decision<undefined> => ({
  kind: 'write',
  rows,
  ledger: entry,
  value: undefined,
})
const config = (clientId: ClientId, name: string) => ({
  clientId,
  name,
  ring: 2,
  zone: 'Europe/Paris',
  windows: [{ rrule: 'FREQ=WEEKLY;BYDAY=SA', start: '00:00', minutes: 60 }],
  freezeDates: [],
  maxParallelServers: 1,
  priority: 0,
})
const serverRow = (clientId: ClientId, name: string) => ({
  rowKey: rowKeys.server(ServerId.parse(`${clientId}.${name}`)),
  value: { server: { serverId: `${clientId}.${name}`, clientId, host: name, role: 'sql', kind: 'vm' } },
})

describe('Stores of several processes that change one client', () => {
  test('count each success once, keep the chain intact, and the head counts the changes', async () => {
    const shape = fc.record({ stores: fc.integer({ min: 2, max: 4 }), each: fc.integer({ min: 1, max: 4 }) })
    await fc.assert(
      fc.asyncProperty(shape, async ({ stores, each }) => {
        const clientId = newClient()
        const results = await Promise.all(
          Array.from({ length: stores }, () => storeOn(rig.tables.Clients, undefined, Math.random)).flatMap(
            (store) => Array.from({ length: each }, () => store.transact(clientId, {}, counted)),
          ),
        )
        const all = stores * each
        expect(results.sort((a, b) => a - b)).toEqual(Array.from({ length: all }, (_, index) => index + 1))
        expect(await truthOf(rig.tables.Clients, clientId)).toMatchObject({
          count: all,
          head: all,
          chain: 'intact',
        })
      }),
      { numRuns: 8 },
    )
  })

  test('judge "nothing to do" on what the others have written meanwhile', async () => {
    const clientId = newClient()
    const [here, there] = [storeOn(rig.tables.Clients), storeOn(rig.tables.Clients)]
    await here.transact(clientId, {}, counted)
    await there.transact(clientId, {}, counted)

    const seen = await here.transact(clientId, {}, (partition) => ({
      kind: 'nothing',
      value: partition.control().epoch,
    }))

    expect(seen).toBe(2)
  })

  test('refuse only for what is true now, not for what was true when they looked last', async () => {
    const clientId = newClient()
    const [here, there] = [storeOn(rig.tables.Clients), storeOn(rig.tables.Clients)]
    await here.transact(clientId, {}, counted)
    await there.transact(clientId, {}, () =>
      write({ rowKey: rowKeys.config, value: config(clientId, 'New') }),
    )

    const name = await here.transact(clientId, {}, (partition) => {
      const known = partition.config()
      if (!known) throw new Error('There is no such client')
      return { kind: 'nothing', value: known.name }
    })

    expect(name).toBe('New')
  })

  test('never look at rows of which some are newer than the others', async () => {
    const clientId = newClient()
    const writer = storeOn(rig.tables.Clients)
    const reader = storeOn(rig.tables.Clients)
    const both = (generation: number) =>
      write(
        { rowKey: rowKeys.config, value: config(clientId, `g${generation}`) },
        {
          rowKey: rowKeys.control,
          value: { control: { kind: 'running' }, epoch: generation, emergency: false },
        },
      )
    await writer.transact(clientId, {}, () => both(0))
    const busy = (async () => {
      for (let generation = 1; generation <= 60; generation++) {
        await writer.transact(clientId, {}, () => both(generation))
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
    })()

    const torn: string[] = []
    for (let looks = 0; looks < 100; looks++) {
      const look = reader.read(clientId, {}, (partition) => [
        partition.config()?.name,
        partition.control().epoch,
      ])
      // Under so many writes a look may run out of rounds: that is a refusal, not a wrong answer.
      const [name, epoch] = await look.catch(() => ['g0', 0])
      if (name !== `g${epoch}`) torn.push(`${name} beside ${epoch}`)
    }
    await busy
    expect(torn).toEqual([])
  })
})

describe('A transaction', () => {
  test('takes 98 rows beside head and ledger, and is refused whole with one more', async () => {
    const clientId = newClient()
    const store = storeOn(rig.tables.Clients)
    const rows = Array.from({ length: 99 }, (_, index) => serverRow(clientId, `srv${index}`))

    await store.transact(clientId, {}, () => write(...rows.slice(0, 98)))
    await expect(store.transact(clientId, {}, () => write(...rows))).rejects.toThrow(/99 rows; 98 fit/)

    const stored = [...(await storedRows(rig.tables.Clients, clientId)).keys()]
    expect(stored.filter((key) => key.startsWith('server:'))).toHaveLength(98)
    expect(stored).toHaveLength(100)
  })

  test('round-trips rows of more than 32 Ki characters, of any characters, also when they shrink', async () => {
    const clientId = newClient()
    const store = storeOn(rig.tables.Clients)
    const commandId = CommandId.parse('c.p0.x.y.install.1')
    const text = fc.string({ unit: 'grapheme', minLength: 0, maxLength: 20 })
    const longTexts = fc
      .tuple(fc.nat(9), text, fc.integer({ min: 1, max: 4_000 }))
      .map(([shift, part, times]) => 'x'.repeat(shift) + `${part}😀`.repeat(times).slice(0, 90_000))
    await fc.assert(
      fc.asyncProperty(longTexts, async (jws) => {
        const value = { ...commandRow(clientId), commandId, jws }
        await store.transact(clientId, {}, () => write({ rowKey: rowKeys.command(commandId), value }))
        const fresh = storeOn(rig.tables.Clients)
        const seen = await fresh.read(clientId, { commands: [commandId] }, (partition) =>
          partition.command(commandId),
        )
        expect(seen?.jws === jws).toBe(true)
      }),
      { numRuns: 12, examples: [['😀'.repeat(40_000)], ['x' + '😀'.repeat(40_000)], ['short']] },
    )
  })

  test('inserts, replaces and deletes', async () => {
    const clientId = newClient()
    const store = storeOn(rig.tables.Clients)
    const row = serverRow(clientId, 'srv1')
    await store.transact(clientId, {}, () => write({ ...row, mode: 'insert' }))
    await expect(
      store.transact(clientId, {}, () => write({ rowKey: 'server:none', value: {}, mode: 'delete' })),
    ).rejects.toThrow('does not exist')
    await store.transact(clientId, {}, () => write({ ...row, mode: 'delete' }))

    expect(await store.read(clientId, {}, (partition) => partition.servers())).toEqual([])
    expect([...(await storedRows(rig.tables.Clients, clientId)).keys()]).not.toContain(row.rowKey)
  })

  test('that fails leaves no trace in what the store believes', async () => {
    const clientId = newClient()
    const store = storeOn(rig.tables.Clients)
    await store.transact(clientId, {}, counted)
    const twice = {
      rowKey: rowKeys.control,
      value: { control: { kind: 'running' }, epoch: 9, emergency: true },
    }
    await expect(store.transact(clientId, {}, () => write(twice, twice))).rejects.toThrow(
      'already present in the batch',
    )

    expect(await store.read(clientId, {}, (partition) => partition.control().epoch)).toBe(1)
    expect(await store.transact(clientId, {}, counted)).toBe(2)
  })
})

test('A glance sees a whole client or nothing: never one whose rows are only being read', async () => {
  const clientId = newClient()
  const [here, there] = [storeOn(rig.through.Clients), storeOn(rig.tables.Clients)]
  await here.transact(clientId, {}, counted)
  await there.transact(clientId, {}, counted)
  const epochs = new Set<number | undefined>()
  rig.proxy.plan = () => {
    epochs.add(here.glance(clientId, (partition) => partition.control().epoch))
    return { kind: 'pass' }
  }

  await here.read(clientId, {}, () => undefined)

  expect([...epochs].filter((epoch) => epoch !== undefined && epoch < 1)).toEqual([])
  expect(here.glance(clientId, (partition) => partition.control().epoch)).toBe(2)
})

/** What a store that knows nothing asks the service for when it looks at a client. */
async function askedFor(clientId: ClientId) {
  const before = rig.proxy.seen.length
  await storeOn(rig.through.Clients).read(clientId, {}, () => undefined)
  const queries = rig.proxy.seen
    .slice(before)
    .flatMap(({ path }) => new URL(path, rig.proxy.url).searchParams.get('$filter') ?? [])
  const found: string[] = []
  for (const filter of queries)
    for await (const { rowKey } of rig.tables.Clients.listEntities({ queryOptions: { filter } }))
      found.push(String(rowKey))
  return { queries: queries.length, found: found.sort() }
}

test('A look at a client transfers none of its ledger, however long that has become', async () => {
  const clientId = newClient()
  const store = storeOn(rig.tables.Clients)
  const rows = [serverRow(clientId, 'srv1'), { rowKey: rowKeys.config, value: config(clientId, 'Client') }]
  await store.transact(clientId, {}, () => write(...rows))
  await store.transact(clientId, {}, () => write({ rowKey: rowKeys.lock, value: { fence: 1 } }))
  for (let change = 0; change < 3; change++) await store.transact(clientId, {}, counted)

  const { found } = await askedFor(clientId)

  expect(found).toEqual(['config', 'control', 'lock', `server:${clientId}.srv1`])
})

test('Of a client that does not exist nothing is listed, and its first rows are seen', async () => {
  const clientId = newClient()
  expect(await askedFor(clientId)).toEqual({ queries: 0, found: [] })
  const store = storeOn(rig.through.Clients)
  expect(await store.read(clientId, {}, (partition) => partition.servers())).toEqual([])
  await storeOn(rig.tables.Clients).transact(clientId, {}, () => write(serverRow(clientId, 'srv1')))
  expect(await store.read(clientId, {}, (partition) => partition.servers().length)).toBe(1)
})

test('A store that knows more clients than it keeps forgets the longest unused and still answers', async () => {
  const store = storeOn(rig.tables.Clients)
  const first = newClient()
  await store.transact(first, {}, counted)
  const others = Array.from({ length: 400 }, newClient)
  for (let from = 0; from < others.length; from += 50)
    await Promise.all(others.slice(from, from + 50).map((id) => store.read(id, {}, () => undefined)))

  expect(store.glance(first, (partition) => partition.control().epoch)).toBeUndefined()
  expect(await store.transact(first, {}, counted)).toBe(2)
  expect(store.glance(first, (partition) => partition.control().epoch)).toBe(2)
})

function commandRow(clientId: ClientId) {
  const on = ServerId.parse(`${clientId}.srv1`)
  return {
    commandId: 'c',
    campaignId: 'c',
    kind: 'install',
    step: 'install',
    attempt: 1,
    subject: on,
    on,
    epoch: 1,
    fence: 1,
    instanceId: 'c',
    issuedAt: 0,
    startBy: 0,
    issuedPlanAt: 0,
  }
}
