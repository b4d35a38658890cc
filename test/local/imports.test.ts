import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  ClientList,
  ImportProgress,
  InventoryAnswer,
  InventorySummary,
} from '../../orchestrations/contracts/api.ts'
import { generatedInventory } from '../../orchestrations/contracts/demo/index.ts'
import { writeInventoryCsv } from '../../orchestrations/contracts/inventory.ts'
import { startLiveHost, type LiveHost } from '../support/liveHost.ts'

const servers = 6_000
const clients = 300
const inventory = generatedInventory(servers, { oneRing: false, clients })
const csv = new TextEncoder().encode(writeInventoryCsv(inventory))

let host: LiveHost
beforeAll(async () => {
  host = await startLiveHost()
})
afterAll(() => host.remove())

const send = (query: string): Promise<Response> =>
  fetch(`${host.base}/api/inventory?importId=friday&${query}`, {
    method: 'POST',
    body: csv,
    headers: { authorization: `Bearer ${host.token}` },
  })

/** Of each client that has servers already, how many. */
async function serversByClient(): Promise<ReadonlyMap<string, number>> {
  const list = await host.api.get('clients', ClientList)
  return new Map(list.clients.map(({ clientId, servers: count }) => [clientId, count]))
}

it('an import whose host is killed leaves each client whole, goes on under its id and ends the same', async () => {
  const expected = InventoryAnswer.parse(await (await send('dryRun=true')).json())
  expect(expected).toMatchObject({ added: servers, clients })

  const broken = send('').then(
    () => 'answered',
    () => 'broken off',
  )
  await untilUnderWay()
  host.kill()
  expect(await broken).toBe('broken off')
  await host.answering()

  const before = await serversByClient()
  expect([...before.values()].reduce((sum, count) => sum + count, 0)).toBeLessThan(servers)
  for (const [clientId, count] of before)
    expect(count).toBe(inventory.servers.filter((server) => server.clientId === clientId).length)
  expect(await host.api.get('inventory/imports/friday', ImportProgress)).toMatchObject({ clients })

  const answer = await send('')
  expect(InventoryAnswer.parse(await answer.json())).toEqual({ ...expected, applied: true })
  expect(await host.api.get('inventory', InventorySummary)).toMatchObject({ clients, servers })
  expect(await host.api.get('inventory/imports/friday', ImportProgress)).toMatchObject({
    state: 'done',
    clientsDone: clients,
  })
}, 240_000)

/** Until the first client is stored. The host itself, asked how far it is, may answer only when it is done. */
async function untilUnderWay(): Promise<void> {
  const filter = "PartitionKey eq 'clients'"
  for (;;) {
    const first = await host.tables.Fleet.listEntities({ queryOptions: { filter } }).next()
    if (first.done !== true) return
    await delay(10)
  }
}
