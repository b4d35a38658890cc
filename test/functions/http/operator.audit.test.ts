import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import type { LedgerLine } from '../../../orchestrations/contracts/board.ts'
import { ClientList } from '../../../orchestrations/contracts/api.ts'
import { fleetLedger } from '../../../orchestrations/domain/ids.ts'
import { csv, enrolled, imported, inventory, planned, running, serverAt } from './agentRig.ts'
import { startRig, type Rig } from './rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await startRig()
  await imported(rig)
})
afterAll(() => rig.close())
afterEach(() => vi.restoreAllMocks())

const params = { clientId: fleetLedger }
const lines = async (): Promise<LedgerLine[]> =>
  (await rig.byName('showLedger', { who: 'olga', params })).body['lines'] as LedgerLine[]
const added = async (act: () => Promise<unknown>): Promise<LedgerLine[]> => {
  const before = (await lines()).length
  await act()
  return (await lines()).slice(before)
}

test('An import stands in the ledger of the fleet with file and size, a dry run does not', async () => {
  const ask = (query: Record<string, string>) => () =>
    rig.byName('importInventory', { who: 'anna', body: csv, query: { file: 'x.csv', ...query } })
  expect(await added(ask({}))).toMatchObject([
    { actor: 'anna', action: 'inventory.imported', detail: { file: 'x.csv', clients: 3, servers: 25 } },
  ])
  expect(await added(ask({ dryRun: 'true' }))).toEqual([])
})

test('Plan, approval and start are written down under the hash that they are about', async () => {
  let hash = ''
  let campaignId = ''
  const written = await added(async () => {
    ;({ planHash: hash, campaignId } = await running(rig))
  })
  const about = { object: campaignId, detail: { planHash: hash } }
  expect(written).toMatchObject([
    {
      actor: 'anna',
      action: 'campaign.planned',
      object: campaignId,
      detail: { name: 'November', planHash: hash },
    },
    { actor: 'paul', action: 'campaign.approved', ...about },
    { actor: 'anna', action: 'campaign.started', ...about },
  ])
})

test('Pause, resume, hold and promote are written down with their reasons, once', async () => {
  const { params: campaign } = await running(rig)
  const ask = (name: string, reason: string) =>
    rig.byName(name, { who: 'paul', params: { ...campaign, ring: '2' }, body: { reason } })
  const written = await added(async () => {
    await ask('pauseCampaign', 'lunch')
    await ask('pauseCampaign', 'again')
    await ask('resumeCampaign', 'back')
    await ask('holdRing', 'looks odd')
    await ask('resumeRing', 'is cleared')
    await ask('holdRing', 'odd again')
    await ask('promoteRing', 'was nothing')
  })
  expect(written.map(({ action, detail }) => [action, detail])).toEqual([
    ['campaign.paused', { reason: 'lunch' }],
    ['campaign.resumed', { reason: 'back' }],
    ['ring.held', { ring: 2, reason: 'looks odd' }],
    ['ring.resumed', { ring: 2, reason: 'is cleared' }],
    ['ring.held', { ring: 2, reason: 'odd again' }],
    ['ring.promoted', { ring: 2, reason: 'was nothing' }],
  ])
})

test('What is refused is not written down as done', async () => {
  const { params: campaign, planHash } = await planned(rig)
  const written = await added(async () => {
    const body = { planHash, reason: 'x' }
    for (const name of ['startCampaign', 'pauseCampaign', 'approveCampaign', 'resumeCampaign'])
      expect((await rig.byName(name, { who: 'anna', params: campaign, body })).status).toBeGreaterThan(400)
  })
  expect(written).toEqual([])
})

test('Enrolment tokens are written down, without the tokens', async () => {
  const body = { clients: ['client-0002'], hosts: 3 }
  const written = await added(() => rig.byName('issueEnrolmentTokens', { who: 'anna', body }))
  expect(written).toMatchObject([
    { action: 'enrolmentTokens.issued', object: 'client-0002', detail: { clients: 1, hosts: 3, hours: 168 } },
  ])
})

test('What cannot be written down is not done; an emergency stop is', async () => {
  const { params: campaign } = await running(rig)
  const transact = rig.services.clients.transact.bind(rig.services.clients)
  vi.spyOn(rig.services.clients, 'transact').mockImplementation((clientId, ...more) =>
    clientId === fleetLedger ? Promise.reject(new Error('no ledger')) : transact(clientId, ...more),
  )
  const pause = await rig.byName('pauseCampaign', { who: 'anna', params: campaign, body: {} })
  expect(pause.status).toBe(500)
  expect((await rig.services.campaigns.head(campaign.campaignId as never))?.state.kind).toBe('running')
  const stop = await rig.byName('stop', { who: 'anna', body: { reason: 'now' } })
  expect(stop).toMatchObject({ status: 200, body: { kind: 'raised' } })
  expect(rig.logged.at(-1)).toContain('no ledger')
  expect((await rig.byName('release', { who: 'anna', body: {} })).status).toBe(500)
})

test('A stop does not wait for a ledger that does not answer', async () => {
  const transact = rig.services.clients.transact.bind(rig.services.clients)
  vi.spyOn(rig.services.clients, 'transact').mockImplementation((clientId, ...more) =>
    clientId === fleetLedger ? new Promise(() => undefined) : transact(clientId, ...more),
  )
  expect((await rig.byName('stop', { who: 'anna', body: { reason: 'now' } })).status).toBe(200)
})

test('Stop and release stand in the ledger of the fleet', async () => {
  const written = await added(async () => {
    await rig.byName('stop', { who: 'paul', body: { reason: 'bad update' } })
    await rig.byName('release', { who: 'anna', body: { reason: 'update withdrawn' } })
  })
  expect(written.map(({ actor, action, detail }) => [actor, action, detail?.['reason']])).toEqual([
    ['paul', 'stop.raised', 'bad update'],
    ['anna', 'stop.released', 'update withdrawn'],
  ])
})

test('The ledger of the fleet verifies, and is there only for who sees the whole fleet', async () => {
  expect((await rig.byName('verifyLedger', { who: 'olga', params })).body).toMatchObject({ kind: 'intact' })
  for (const name of ['showLedger', 'verifyLedger'])
    expect((await rig.byName(name, { who: 'sam', params })).status).toBe(404)
})

test('No client can take the name of the ledger of the fleet', async () => {
  const body = csv.replaceAll('Client 0001', 'ATLAS Fleet')
  const answer = await rig.byName('importInventory', { who: 'anna', body })
  expect(answer).toMatchObject({ status: 422 })
  expect(answer.body['errors']).toContainEqual(
    expect.objectContaining({ code: 'reservedClient', line: 2, params: { client: 'ATLAS Fleet' } }),
  )
})

test('The clients of the inventory are listed with their servers and what was said about them', async () => {
  await enrolled(rig, serverAt(0))
  await rig.byName('pauseClient', { who: 'anna', params: { clientId: 'client-0001' }, body: { reason: 'x' } })
  const list = async (who: 'olga' | 'sam') =>
    ClientList.parse((await rig.byName('listClients', { who })).body).clients
  expect((await list('olga')).map(({ clientId }) => clientId)).toEqual(
    inventory.clients.map(({ clientId }) => clientId),
  )
  expect(await list('sam')).toMatchObject([
    { clientId: 'client-0001', ring: 2, servers: 10, enrolled: 1, control: { kind: 'paused', reason: 'x' } },
  ])
})
