import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createCampaignStore } from '../../../../functions/adapters/tables/campaignStore.ts'
import { ClientRow } from '../../../../orchestrations/contracts/board.ts'
import { CampaignId } from '../../../../orchestrations/domain/ids.ts'
import { startTables, type TablesRig } from '../../../support/tables.ts'

let rig: TablesRig
beforeAll(async () => {
  rig = await startTables()
})
afterAll(() => rig.close())

const row = (clientId: string, revision: number, cells = 'p') =>
  ClientRow.parse({
    clientId,
    name: clientId,
    ring: 1,
    revision,
    cells,
    state: { kind: 'waiting' },
    now: [],
    spentMs: 0,
    measured: 0,
  })
const store = () => createCampaignStore(rig.tables.Campaigns, () => 0)
const revisions = async (id: CampaignId) =>
  Object.fromEntries((await store().clients(id)).map(({ clientId, revision }) => [clientId, revision]))

test('Of two processes that write one line the newer stays, whoever comes last', async () => {
  const id = CampaignId.parse('two-processes')
  const [one, two] = [store(), store()]
  await one.putClients(id, [row('a', 1), row('b', 1)])
  await two.putClients(id, [row('a', 5), row('b', 2)])
  await one.putClients(id, [row('a', 3), row('b', 4)])
  expect(await revisions(id)).toEqual({ a: 5, b: 4 })
})

test('Many processes at once leave the newest of each client', async () => {
  const id = CampaignId.parse('many-processes')
  await Promise.all(
    Array.from({ length: 12 }, (_, index) =>
      store().putClients(id, [row('a', 1 + ((index * 7) % 12)), row('b', 12 - index)]),
    ),
  )
  expect(await revisions(id)).toEqual({ a: 12, b: 12 })
})

test('The same revision is written again: why a client waits changes without one', async () => {
  const id = CampaignId.parse('same-revision')
  const one = store()
  await one.putClients(id, [row('a', 1, 'p')])
  await one.putClients(id, [row('a', 1, 'r')])
  expect((await one.clients(id)).map(({ cells }) => cells)).toEqual(['r'])
})

test('A process that writes alone needs one transaction for all that is due, and reads nothing', async () => {
  const id = CampaignId.parse('alone')
  const one = store()
  await one.putClients(id, [row('a', 1), row('b', 1)])
  const transactions = vi.spyOn(rig.tables.Campaigns, 'submitTransaction')
  const reads = vi.spyOn(rig.tables.Campaigns, 'listEntities')
  await one.putClients(id, [row('a', 2), row('b', 2)])
  expect([transactions.mock.calls.length, reads.mock.calls.length]).toEqual([1, 0])
  vi.restoreAllMocks()
})
