import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { ClientId, ServerId } from '../../../orchestrations/domain/ids.ts'
import { imported, planned, serverAt } from './agentRig.ts'
import { saturday, startRig, type Rig, type Who } from './rig.ts'

describe('A second person', () => {
  let rig: Rig
  beforeAll(async () => {
    rig = await startRig({ ATLAS_SECOND_PERSON: JSON.stringify(['addWaiver', 'startCampaign']) })
    await imported(rig)
  })
  afterAll(() => rig.close())
  const waive = (who: Who = 'anna', reason = 'tape') =>
    rig.byName('addWaiver', {
      who,
      body: { serverId: serverAt(0).serverId, reason, until: saturday + 3_600_000 },
    })
  const judge = (verb: 'approveRequest' | 'refuseRequest', approvalId: unknown, who: Who = 'paul') =>
    rig.byName(verb, { who, params: { approvalId: String(approvalId) }, body: { reason: 'r' } })
  const waivers = async () =>
    ((await rig.byName('listWaivers', { who: 'olga' })).body['waivers'] as unknown[]).length

  test('is asked; once approved, the same call by the same person does it, once', async () => {
    const asked = await waive()
    expect(asked).toMatchObject({
      status: 202,
      body: { action: 'addWaiver', requestedBy: 'anna', state: { kind: 'waiting' } },
    })
    expect(asked.body['request']).toContain('POST /api/waivers')
    expect((await waive()).body).toEqual(asked.body)
    expect(await waivers()).toBe(0)
    const id = asked.body['approvalId']
    expect((await rig.byName('listTodo', { who: 'olga' })).text).toContain(`approvalWaiting.${String(id)}`)
    expect(await judge('approveRequest', id)).toMatchObject({
      body: { state: { kind: 'approved', by: 'paul' } },
    })
    expect(await waive('paul')).toMatchObject({ status: 202 })
    expect(await waive('anna', 'another reason')).toMatchObject({ status: 202 })
    expect(await waive()).toMatchObject({ status: 201 })
    expect(await waivers()).toBe(1)
    expect(await waive()).toMatchObject({ status: 202, body: { state: { kind: 'waiting' } } })
  })

  test('is another one, an administrator included, with the role, and sees the whole fleet', async () => {
    const { body: asked } = await waive('ada', 'by ada')
    const id = asked['approvalId']
    expect(await judge('approveRequest', id, 'ada')).toMatchObject({ status: 403 })
    expect(await judge('approveRequest', id, 'anna')).toMatchObject({ status: 403 })
    expect(await judge('approveRequest', id, 'sam')).toMatchObject({ status: 403 })
    expect(await judge('refuseRequest', id)).toMatchObject({
      body: { state: { kind: 'refused', by: 'paul' } },
    })
    expect(await judge('approveRequest', id)).toMatchObject({ status: 409 })
    expect(await judge('approveRequest', 'nothing')).toMatchObject({ status: 404 })
  })

  test('approves for half an hour', async () => {
    const { body: asked } = await waive('anna', 'late')
    await judge('approveRequest', asked['approvalId'])
    rig.time.wire += 31 * 60_000
    expect(await waive('anna', 'late')).toMatchObject({ status: 202 })
  })

  test('approved for nothing when the call is refused, and not twice: the approval is given back, then used', async () => {
    const other = (serverId: string) =>
      rig.byName('addWaiver', {
        who: 'anna',
        body: { serverId, reason: 'r', until: saturday + 3_600_000 },
      })
    const missing = 'client-0001.later'
    const { body: asked } = await other(missing)
    await judge('approveRequest', asked['approvalId'])
    expect(await other(missing)).toMatchObject({ status: 404 })
    const given = (await rig.services.approvals.list()).map(([, row]) => row)
    expect(given.find(({ approvalId }) => approvalId === asked['approvalId'])).toMatchObject({
      state: { kind: 'approved', by: 'paul' },
    })
    // The server is there now, and only one of three calls at one moment is allowed.
    await rig.services.clients.transact(ClientId.parse('client-0001'), {}, (partition) => {
      const known = partition.server(serverAt(0).serverId)
      if (!known) throw new Error('There is no such server')
      const serverId = ServerId.parse(missing)
      const value = { server: { ...known.server, serverId, host: 'LATER' } }
      const rows = [{ rowKey: `server:${missing}`, value }]
      return { kind: 'write', rows, ledger: { actor: 't', action: 't', object: missing }, value: undefined }
    })
    const statuses = (await Promise.all([other(missing), other(missing), other(missing)])).map(
      ({ status }) => status,
    )
    expect(statuses.sort((a, b) => a - b)).toEqual([201, 202, 202])
  })

  test('approved nothing further when nobody knows whether the call was done', async () => {
    const { body: asked } = await waive('anna', 'torn')
    await judge('approveRequest', asked['approvalId'])
    const { clients } = rig.services
    const transact = clients.transact.bind(clients)
    const torn = vi.spyOn(clients, 'transact').mockImplementation(async (...given) => {
      await transact(...given)
      throw new Error('the answer was lost')
    })
    expect((await waive('anna', 'torn')).status).toBe(500)
    torn.mockRestore()
    expect(await waive('anna', 'torn')).toMatchObject({ status: 202, body: { state: { kind: 'waiting' } } })
  })

  test('is not asked about what is malformed or of another client', async () => {
    expect(await rig.byName('addWaiver', { who: 'anna', body: {} })).toMatchObject({ status: 400 })
    const before = (await rig.services.approvals.list()).length
    await rig.byName('unlockClient', {
      who: 'sam',
      params: { clientId: 'client-0002' },
      body: { reason: 'x' },
    })
    expect(await rig.services.approvals.list()).toHaveLength(before)
  })

  test('lets a campaign start under its key once approved, and not twice', async () => {
    const { params: campaign, planHash } = await planned(rig)
    await rig.byName('approveCampaign', { who: 'paul', params: campaign, body: { planHash } })
    const start = () =>
      rig.byName('startCampaign', {
        who: 'anna',
        params: campaign,
        body: { planHash },
        headers: { 'idempotency-key': 's-1' },
      })
    const asked = await start()
    expect(asked.status).toBe(202)
    expect(rig.started).toEqual([])
    await judge('approveRequest', asked.body['approvalId'])
    expect((await start()).body).toMatchObject({ state: { kind: 'running' } })
    const again = await start()
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect(rig.started).toHaveLength(1)
  })

  test('and what was asked and judged stands in the ledger of the fleet', async () => {
    const { body: ledger } = await rig.byName('showLedger', {
      who: 'ada',
      params: { clientId: 'atlas-fleet' },
    })
    const actions = (ledger['lines'] as { action: string }[]).map(({ action }) => action)
    for (const action of ['approval.requested', 'approval.approved', 'approval.refused'])
      expect(actions).toContain(action)
  })
})
