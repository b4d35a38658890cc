import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { Problem } from '../../../orchestrations/contracts/api.ts'
import { StopState } from '../../../orchestrations/contracts/board.ts'
import { CampaignId, ClientId, RingNumber } from '../../../orchestrations/domain/ids.ts'
import { releaseStop, settleStop } from '../../../functions/control/emergencyStop.ts'
import { commanded, csv, imported, inventory, planned, running } from './agentRig.ts'
import { startRig, type Rig } from './rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await startRig()
  await imported(rig)
})
afterAll(() => rig.close())

const [client] = inventory.clients.map(({ clientId }) => clientId)
const clientParams = { clientId: client ?? '' }
const ledgerOf = async (clientId = client ?? ''): Promise<Record<string, unknown>[]> =>
  (await rig.byName('showLedger', { who: 'olga', params: { clientId } })).body['lines'] as never

describe('An inventory', () => {
  const refused = (body: unknown) =>
    rig.byName('importInventory', { who: 'anna', body, query: { file: 'x.csv' } })

  test.each<[name: string, body: unknown]>([
    ['an empty file', new Uint8Array()],
    ['a binary file', new Uint8Array([0, 1, 2, 255, 254, 0])],
    ['two columns that mean the same', 'client;server;serveur\nA;A-S-DC01;A-S-DC02'],
    ['a missing column', 'client;ring\nA;1'],
    ['an unknown ring', csv.replace(';2;Europe', ';9;Europe')],
    ['a formula', csv.replace('C0001-LAB-HV01', '=cmd()')],
    [
      'one host twice, with another site',
      `${csv}${csv.split('\n').at(1)?.replace(';LAB;', ';Lyon;').toLowerCase() ?? ''}\n`,
    ],
  ])('with %s is refused whole, naming file, line, column and code', async (_, body) => {
    const before = await rig.byName('showInventory', { who: 'olga' })
    const answer = await refused(body)
    expect(answer).toMatchObject({ status: 422, type: 'application/problem+json' })
    const { errors = [] } = Problem.parse(answer.body)
    expect(errors).not.toEqual([])
    for (const fault of errors) expect(fault).toMatchObject({ file: 'x.csv' })
    expect(await rig.byName('showInventory', { who: 'olga' })).toEqual(before)
  })

  test('that is imported again changes nothing; a dry run never does', async () => {
    const again = await rig.byName('importInventory', { who: 'anna', body: csv })
    expect(again.body).toMatchObject({ added: 0, changed: 0, unchanged: 25, applied: true })
    const lines = (await ledgerOf()).length
    const dry = csv.replaceAll('Client 0001', 'Client 9999')
    const answer = await rig.byName('importInventory', { who: 'anna', body: dry, query: { dryRun: 'true' } })
    expect(answer.body).toMatchObject({ added: 10, applied: false })
    expect(await ledgerOf()).toHaveLength(lines)
    expect((await rig.byName('showInventory', { who: 'olga' })).body).toMatchObject({
      clients: 3,
      servers: 25,
    })
  })
})

describe('A plan', () => {
  const plan = (selection: unknown) =>
    rig.byName('planCampaign', {
      who: 'anna',
      body: { name: 'x', selection, updates: { ids: [], categories: [] } },
    })

  test.each(['driver', 'preview', 'featureUpgrade'])(
    'of the category %s is refused, which would approve nothing',
    async (category) => {
      const updates = { ids: [], categories: ['security', category] }
      const body = { name: 'x', selection: { kind: 'everything' }, updates }
      expect(await rig.byName('planCampaign', { who: 'anna', body })).toMatchObject({
        status: 400,
        body: { fix: expect.stringContaining('updates.ids') },
      })
    },
  )

  test.each<[name: string, selection: unknown]>([
    ['no selection', undefined],
    ['no clients', { kind: 'clients', clients: [] }],
    ['no rings', { kind: 'rings', rings: [] }],
    ['an unknown client', { kind: 'clients', clients: ['nobody'] }],
    ['a ring without servers', { kind: 'rings', rings: [3] }],
    ['a selection of another kind', { kind: 'all' }],
  ])('over %s is refused, never "all"', async (_, selection) => {
    expect([400, 422]).toContain((await plan(selection)).status)
    expect((await rig.byName('listCampaigns', { who: 'olga' })).body).toEqual({ campaigns: [] })
  })

  test('is not started without an approval, nor under another hash', async () => {
    const { params, planHash } = await planned(rig)
    const start = (hash: string) =>
      rig.byName('startCampaign', { who: 'anna', params, body: { planHash: hash } })
    const approve = (who: 'ada' | 'paul' | 'anna', hash = planHash) =>
      rig.byName('approveCampaign', { who, params, body: { planHash: hash } })

    expect((await start(planHash)).status).toBe(409)
    expect((await approve('paul', 'f'.repeat(64))).status).toBe(409)
    expect((await approve('paul')).body).toMatchObject({ state: { kind: 'approved', by: 'paul' } })
    expect((await approve('paul')).status).toBe(200)
    expect((await start('f'.repeat(64))).status).toBe(409)
    expect(rig.started).toEqual([])

    expect((await start(planHash)).status).toBe(202)
    expect((await start(planHash)).status).toBe(202)
    expect(new Set(rig.started)).toEqual(new Set([params.campaignId]))
  })

  test('is not approved by who made it, an administrator included', async () => {
    const made = await rig.byName('planCampaign', {
      who: 'ada',
      body: { name: 'x', selection: { kind: 'everything' }, updates: { ids: [], categories: [] } },
    })
    const { campaignId, planHash } = made.body['campaign'] as { campaignId: string; planHash: string }
    const answer = await rig.byName('approveCampaign', {
      who: 'ada',
      params: { campaignId },
      body: { planHash },
    })
    expect(answer.status).toBe(403)
  })
})

describe('Controls', () => {
  test.each(['holdRing', 'promoteRing', 'pauseCampaign', 'resumeCampaign', 'showCampaign', 'showPlan'])(
    '%s of a campaign that is not there is a 404',
    async (name) => {
      const params = { campaignId: '2026-01-01-none', ring: '2' }
      expect(await rig.byName(name, { who: 'ada', params, body: {} })).toMatchObject({ status: 404 })
    },
  )

  test('a ring is held, promoted, and neither when the campaign has none such', async () => {
    const { params } = await running(rig)
    const ask = (name: string, ring: string) =>
      rig.byName(name, { who: 'anna', params: { ...params, ring }, body: { reason: 'wait' } })
    expect((await ask('holdRing', '2')).body).toMatchObject({
      state: { kind: 'held', reason: 'wait', actor: 'anna' },
    })
    expect((await ask('promoteRing', '2')).body).toMatchObject({
      state: { kind: 'waiting' },
      promotedBy: 'anna',
    })
    for (const ring of ['1', '7', 'two']) {
      expect((await ask('holdRing', ring)).status).toBe(404)
      expect((await ask('promoteRing', ring)).status).toBe(404)
    }
  })

  test('a client whose ring has not begun shows its servers, and on the board that it is paused', async () => {
    const alone = await startRig()
    onTestFinished(() => alone.close())
    await imported(alone)
    const { params } = await running(alone)
    const show = () => alone.byName('showClient', { who: 'olga', params: { ...params, ...clientParams } })
    const before = (await show()).body as { servers: unknown[]; row: { state: unknown } }
    expect(before.servers.length).toBeGreaterThan(0)
    expect(before.row.state).toEqual({ kind: 'waiting' })
    await alone.byName('pauseClient', { who: 'anna', params: clientParams, body: { reason: 'stocktaking' } })
    await alone.services.live.flush(
      CampaignId.parse(params.campaignId),
      ClientId.parse(clientParams.clientId),
    )
    const board = (await alone.byName('showCampaign', { who: 'olga', params })).body as { clients: object[] }
    expect(board.clients).toContainEqual(
      expect.objectContaining({
        clientId: clientParams.clientId,
        state: expect.objectContaining({ kind: 'paused', reason: 'stocktaking' }) as unknown,
      }),
    )
  })

  test('a hold that is taken back promotes nothing: the gates decide as if it had not been', async () => {
    const { params } = await running(rig)
    const ask = (name: string) =>
      rig.byName(name, { who: 'anna', params: { ...params, ring: '2' }, body: { reason: 'sales day' } })
    await ask('holdRing')
    const resumed = await ask('resumeRing')
    expect(resumed.body).toMatchObject({ state: { kind: 'waiting' } })
    expect(resumed.body).not.toHaveProperty('promotedBy')
    expect((await ask('resumeRing')).status).toBe(200)
  })

  test('a ring that runs is not promoted, and says so: nothing would come of it', async () => {
    const { params } = await running(rig)
    const campaignId = CampaignId.parse(params.campaignId)
    await rig.services.campaigns.changeRing(campaignId, RingNumber.parse(2), (row) => ({
      ...row,
      state: { kind: 'running' },
      startedAt: rig.time.plan,
    }))
    const answer = await rig.byName('promoteRing', {
      who: 'anna',
      params: { ...params, ring: '2' },
      body: { reason: 'the others lack backups' },
    })
    expect(answer).toMatchObject({
      status: 409,
      body: { title: 'Ring 2 runs: nothing of it waits to be promoted' },
    })
    expect(await rig.services.campaigns.ring(campaignId, RingNumber.parse(2))).not.toHaveProperty(
      'promotedBy',
    )
  })

  test('a campaign is paused and resumed, twice over, and not when it only is a plan', async () => {
    const { params } = await running(rig)
    const pause = () => rig.byName('pauseCampaign', { who: 'anna', params, body: { reason: 'lunch' } })
    expect((await pause()).body).toMatchObject({ state: { kind: 'paused', reason: 'lunch' } })
    expect((await pause()).status).toBe(200)
    const resumed = await rig.byName('resumeCampaign', { who: 'anna', params, body: {} })
    expect(resumed.body).toMatchObject({ state: { kind: 'running' } })
    const plan = await planned(rig)
    const early = await rig.byName('pauseCampaign', { who: 'anna', params: plan.params, body: {} })
    expect(early.status).toBe(409)
  })

  test('a client is paused until a time that is still to come, and its ledger says who and why', async () => {
    const pause = (body: object) => rig.byName('pauseClient', { who: 'anna', params: clientParams, body })
    expect((await pause({ reason: 'x', until: rig.time.plan })).status).toBe(400)
    expect((await pause({ reason: 'stocktaking', caller: 'M. Ancay' })).body).toMatchObject({
      control: { kind: 'paused', reason: 'stocktaking (M. Ancay)', actor: 'anna' },
    })
    expect((await pause({ caller: 'M. Ancay' })).body).toMatchObject({ control: { reason: 'M. Ancay' } })
    expect((await ledgerOf()).at(-1)).toMatchObject({ actor: 'anna', action: 'client.paused' })
    const resumed = await rig.byName('resumeClient', { who: 'anna', params: clientParams, body: {} })
    expect(resumed.body).toMatchObject({ control: { kind: 'running' } })
    const nobody = await rig.byName('pauseClient', { who: 'anna', params: { clientId: 'nobody' }, body: {} })
    expect(nobody.status).toBe(404)
  })
})

describe('The emergency stop', () => {
  const stop = async () =>
    StopState.parse((await rig.byName('stop', { who: 'paul', body: { reason: 'bad update' } })).body)
  const release = async () => StopState.parse((await rig.byName('release', { who: 'anna', body: {} })).body)
  const controlOf = (clientId: typeof client) => {
    if (!clientId) throw new Error('No client')
    return rig.services.clients.read(clientId, {}, (partition) => partition.control())
  }

  test('reaches every client and every host with an open command, and is raised once however often', async () => {
    const { server, issue, commandId } = await commanded(rig, 0)
    const first = await stop()
    expect(first).toMatchObject({
      kind: 'raised',
      actor: 'paul',
      reason: 'bad update',
      open: 1,
      clientsToGo: 1,
    })
    expect((await stop()).epoch).toBe(first.epoch)
    for (const { clientId } of inventory.clients)
      expect(await controlOf(clientId)).toMatchObject({ emergency: true, epoch: first.epoch })
    expect(
      rig.sent.filter(({ id }) => id === `stop.${server.serverId}.${first.epoch}`).length,
    ).toBeGreaterThan(0)
    await expect(issue(2)).rejects.toThrow('stopped')
    expect(commandId).toContain('inspect.1')
  })

  test('starts nothing while it is raised', async () => {
    const { params, planHash } = await planned(rig)
    await rig.byName('approveCampaign', { who: 'paul', params, body: { planHash } })
    const start = await rig.byName('startCampaign', { who: 'anna', params, body: { planHash } })
    expect(start.status).toBe(409)
  })

  test('is released once however often, keeps its epoch, and the next one is higher', async () => {
    const raised = await stop()
    const released = await release()
    expect(released).toEqual({ kind: 'clear', epoch: raised.epoch })
    expect(await release()).toEqual(released)
    expect(await controlOf(client)).toMatchObject({ emergency: false, epoch: raised.epoch })
    expect((await stop()).epoch).toBe(raised.epoch + 1)
    await release()
  })

  test('a slow release takes back no newer stop, and a slow stop does not come back after its release', async () => {
    const old = await rig.services.fleet.control()
    const { epoch } = await stop()
    const raised = await rig.services.fleet.control()
    await settleStop(rig.services, old, 'slow', '')
    expect(await controlOf(client)).toMatchObject({ emergency: true, epoch })
    await release()
    await settleStop(rig.services, raised)
    expect(await controlOf(client)).toMatchObject({ emergency: false, epoch })
  })

  test('reaches the clients also after the fleet table was restored from an old backup', async () => {
    const before = await rig.services.fleet.control()
    await rig.services.fleet.changeControl(() => ({ epoch: 1, settled: true }))
    const raised = await stop()
    expect(raised.epoch).toBeGreaterThan(before.epoch)
    for (const { clientId } of inventory.clients)
      expect(await controlOf(clientId)).toMatchObject({ emergency: true, epoch: raised.epoch })
    await releaseStop(rig.services, rig.durable, 'anna', '')
    expect(await controlOf(client)).toMatchObject({ emergency: false })
  })
})

test('The ledger of a client verifies after all this, and is read in pieces', async () => {
  const verdict = await rig.byName('verifyLedger', { who: 'olga', params: clientParams })
  expect(verdict.body).toMatchObject({ kind: 'intact', clientId: client })
  const pieces = (query: Record<string, string>) =>
    rig.byName('showLedger', { who: 'olga', params: clientParams, query })
  expect((await pieces({ after: '1', limit: '2' })).body['lines']).toMatchObject([
    { sequence: 2 },
    { sequence: 3 },
  ])
  expect((await pieces({ limit: '0' })).body['lines']).toEqual([])
  expect((await pieces({ after: '-1' })).status).toBe(400)
  expect((await pieces({ limit: 'all' })).status).toBe(400)
})
