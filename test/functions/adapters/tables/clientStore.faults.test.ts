import * as fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { StoreUnavailable, type Decision } from '../../../../functions/adapters/tables/clientStore.ts'
import type { Partition } from '../../../../functions/adapters/tables/partition.ts'
import { pass, type Fault } from '../../../support/faultyProxy.ts'
import { startTables, type TablesRig } from '../../../support/tables.ts'
import { counted, newClient, storeOn, truthOf } from './storeRig.ts'

let rig: TablesRig
beforeAll(async () => {
  rig = await startTables()
  // An answer that doesn't come counts as lost after 15 s; here after half a second: a busy machine is no fault.
  const timeout = AbortSignal.timeout.bind(AbortSignal)
  vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => timeout(ms / 30))
})
afterEach(() => {
  rig.proxy.plan = () => pass
  rig.proxy.forget()
})
afterAll(async () => {
  vi.restoreAllMocks()
  await rig.close()
})

/** Befalls the transactions from now on, in order; later ones pass. */
function breakTransactions(...faults: Fault[]): void {
  rig.proxy.plan = ({ isTransaction }) => (isTransaction ? (faults.shift() ?? pass) : pass)
}

const faultsOnce: readonly (readonly [name: string, fault: Fault])[] = [
  ['the connection breaks before the request is sent', { kind: 'resetBefore' }],
  ['the answer is lost after the commit', { kind: 'loseAnswer' }],
  ['half of the answer arrives', { kind: 'truncateAnswer' }],
  ['a middlebox answers 200 in place of the service', { kind: 'replaceAnswer', status: 200, body: '<html>' }],
  ['a middlebox answers 202 with nonsense', { kind: 'replaceAnswer', status: 202, body: 'hello' }],
  ['a middlebox answers 502 to what was committed', { kind: 'replaceAnswer', status: 502, body: '' }],
  ['the service answers 500', { kind: 'answer', status: 500 }],
  ['the service answers 503', { kind: 'answer', status: 503 }],
  ['the service throttles with 429', { kind: 'answer', status: 429 }],
  ['the request is never answered', { kind: 'hold' }],
]

describe.each(faultsOnce)('When %s', (_, fault) => {
  test('a transaction is applied once and reported as what it is', async () => {
    const clientId = newClient()
    const heard: number[] = []
    const store = storeOn(rig.through.Clients, ({ ledger }) => heard.push(ledger.sequence))
    await store.transact(clientId, {}, counted)
    breakTransactions(fault)

    expect(await store.transact(clientId, {}, counted)).toBe(2)

    expect(await truthOf(rig.tables.Clients, clientId)).toMatchObject({ count: 2, head: 2, chain: 'intact' })
    expect(heard).toEqual([1, 2])
    expect(await store.transact(clientId, {}, counted)).toBe(3)
  })

  test("a client's very first transaction is applied once", async () => {
    const clientId = newClient()
    breakTransactions(fault)

    expect(await storeOn(rig.through.Clients).transact(clientId, {}, counted)).toBe(1)

    expect(await truthOf(rig.tables.Clients, clientId)).toMatchObject({ count: 1, head: 1, chain: 'intact' })
  })
})

test('A commit whose answer was lost keeps its own result, also when others wrote since', async () => {
  const clientId = newClient()
  const other = storeOn(rig.tables.Clients)
  let lost = false
  rig.proxy.plan = ({ isTransaction }) => {
    if (isTransaction && !lost) {
      lost = true
      return { kind: 'loseAnswer' }
    }
    return pass
  }
  const slow = storeOn(rig.through.Clients, undefined, () => 1)

  const mine = slow.transact(clientId, {}, counted)
  while ((await truthOf(rig.tables.Clients, clientId)).head === 0);
  await other.transact(clientId, {}, counted)

  expect(await mine).toBe(1)
  expect(await truthOf(rig.tables.Clients, clientId)).toMatchObject({ count: 2, head: 2, chain: 'intact' })
})

test('A request that was delayed past its time-out and commits later is found, not repeated', async () => {
  const clientId = newClient()
  const store = storeOn(rig.through.Clients)
  await store.transact(clientId, {}, counted)
  let held = false
  let released: Promise<void> | undefined
  rig.proxy.plan = ({ isTransaction }) => {
    if (!isTransaction) return pass
    if (!held) {
      held = true
      return { kind: 'hold' }
    }
    // The repetition is on its way: now the first one arrives, before it.
    released ??= rig.proxy.release()
    return { kind: 'resetBefore' }
  }

  expect(await store.transact(clientId, {}, counted)).toBe(2)

  await released
  expect(await truthOf(rig.tables.Clients, clientId)).toMatchObject({ count: 2, head: 2, chain: 'intact' })
})

test('A request that arrives after its repetition has committed changes nothing', async () => {
  const clientId = newClient()
  const store = storeOn(rig.through.Clients)
  breakTransactions({ kind: 'hold' })

  expect(await store.transact(clientId, {}, counted)).toBe(1)

  await rig.proxy.release()
  expect(await truthOf(rig.tables.Clients, clientId)).toMatchObject({ count: 1, head: 1, chain: 'intact' })
})

const changesItsMind = (then: () => Decision<string>) => {
  let asked = 0
  return (partition: Partition): Decision<string> =>
    asked++ === 0 ? { ...counted(partition), value: 'written' } : then()
}
const nothing = (): Decision<string> => ({ kind: 'nothing', value: 'nothing' })

test('Who decides to write nothing after a delayed request can rely on it never arriving', async () => {
  const clientId = newClient()
  const store = storeOn(rig.through.Clients)
  await store.transact(clientId, {}, counted)
  breakTransactions({ kind: 'hold' })

  expect(await store.transact(clientId, {}, changesItsMind(nothing))).toBe('nothing')

  await rig.proxy.release()
  const { count, chain, ledger } = await truthOf(rig.tables.Clients, clientId)
  expect({ count, chain }).toEqual({ count: 1, chain: 'intact' })
  expect(ledger.map((row) => row.action)).toEqual(['count', 'write.abandoned'])
})

test('Who refuses after a delayed request can rely on it never arriving', async () => {
  const clientId = newClient()
  const store = storeOn(rig.through.Clients)
  await store.transact(clientId, {}, counted)
  breakTransactions({ kind: 'hold' })
  const refuse = () => {
    throw new RangeError('too late')
  }

  await expect(store.transact(clientId, {}, changesItsMind(refuse))).rejects.toThrow('too late')

  await rig.proxy.release()
  expect(await truthOf(rig.tables.Clients, clientId)).toMatchObject({ count: 1, head: 2, chain: 'intact' })
})

test('A change of mind after a commit whose answer was lost is a commit all the same', async () => {
  const clientId = newClient()
  breakTransactions({ kind: 'loseAnswer' })

  expect(await storeOn(rig.through.Clients).transact(clientId, {}, changesItsMind(nothing))).toBe('written')

  expect(await truthOf(rig.tables.Clients, clientId)).toMatchObject({ count: 1, head: 1 })
})

test('An outage ends as StoreUnavailable, with nothing written and its cause named', async () => {
  const clientId = newClient()
  rig.proxy.plan = ({ isTransaction }) => (isTransaction ? { kind: 'answer', status: 503 } : pass)

  const failed = storeOn(rig.through.Clients).transact(clientId, {}, counted)

  await expect(failed).rejects.toThrow(StoreUnavailable)
  await expect(failed).rejects.toThrow(/503/)
  expect(await truthOf(rig.tables.Clients, clientId)).toMatchObject({ count: 0, head: 0 })
})

test('A commit in the very last attempt, its answer lost, is reported as done', async () => {
  const clientId = newClient()
  let transactions = 0
  rig.proxy.plan = ({ isTransaction }) => {
    if (!isTransaction) return pass
    return ++transactions === 12 ? { kind: 'loseAnswer' } : { kind: 'answer', status: 500 }
  }

  expect(await storeOn(rig.through.Clients).transact(clientId, {}, counted)).toBe(1)

  expect(await truthOf(rig.tables.Clients, clientId)).toMatchObject({ count: 1, head: 1 })
})

test('A read survives broken and garbled answers', async () => {
  const clientId = newClient()
  await storeOn(rig.tables.Clients).transact(clientId, {}, counted)
  const faults: Fault[] = [
    { kind: 'resetBefore' },
    { kind: 'truncateAnswer' },
    { kind: 'answer', status: 503 },
    { kind: 'hold' },
  ]
  rig.proxy.plan = () => faults.shift() ?? pass

  const seen = await storeOn(rig.through.Clients).read(clientId, {}, (partition) => partition.control().epoch)

  expect(seen).toBe(1)
})

const anyFault = fc.constantFrom<Fault>(
  ...faultsOnce.map(([, fault]) => fault).filter(({ kind }) => kind !== 'hold'),
)

test('Under any faults, what was reported as done is what is stored', async () => {
  const plan = fc.record({
    // Few enough that no call runs out of attempts, which would be an honest "I don't know".
    faults: fc.array(fc.tuple(fc.nat(4), anyFault), { maxLength: 7 }),
    stores: fc.integer({ min: 1, max: 3 }),
    each: fc.integer({ min: 1, max: 3 }),
  })
  await fc.assert(
    fc.asyncProperty(plan, async ({ faults, stores, each }) => {
      const clientId = newClient()
      const queue = faults.flatMap(([gap, fault]) => [...Array.from({ length: gap }, () => pass), fault])
      rig.proxy.plan = () => queue.shift() ?? pass
      const work = Array.from({ length: stores }, async () => {
        const store = storeOn(rig.through.Clients)
        const values: number[] = []
        for (let turn = 0; turn < each; turn++) values.push(await store.transact(clientId, {}, counted))
        return values
      })
      const values = (await Promise.all(work)).flat().sort((a, b) => a - b)

      const truth = await truthOf(rig.tables.Clients, clientId)
      expect(values).toEqual(Array.from({ length: stores * each }, (_, index) => index + 1))
      expect(truth).toMatchObject({ count: stores * each, head: stores * each, chain: 'intact' })
    }),
    { numRuns: 15 },
  )
})
