import { beforeEach, describe, expect, test } from 'vitest'
import { EnrolmentList } from '../../../orchestrations/contracts/api.ts'
import { takeTurn } from '../../../functions/activities/takeTurn.ts'
import { startRing } from '../../../functions/activities/rings.ts'
import { RingNumber, ServerId } from '../../../orchestrations/domain/ids.ts'
import {
  commanded,
  enrolBody,
  imported,
  newHost,
  running,
  serverAt,
  tokenFor,
  type Host,
} from './agentRig.ts'
import { startRig, type Rig } from './rig.ts'

let rig: Rig
beforeEach(async () => {
  rig = await startRig()
  await imported(rig)
  return () => rig.close()
})

const { clientId } = serverAt(0)
const named = (host: string): Host =>
  newHost({ ...serverAt(0), host, serverId: ServerId.parse(`${clientId}.${host.toLowerCase()}`) })
const stranger = () => named('C0001-LAB-SQL07')
const ask = (host: Host, token: string) => rig.askAgent('enrol', enrolBody(host, token))
const waiting = async (who: 'olga' | 'sam' = 'olga') =>
  EnrolmentList.parse((await rig.byName('listEnrolments', { who })).body).enrolments
const act = (name: string, host: Host, who: 'anna' | 'sam' = 'anna') =>
  rig.byName(name, {
    who,
    params: { enrolmentId: host.server.serverId },
    body: { reason: 'checked' },
  })

test('A token never begins with a dash: the agent’s command line would take it for an option', async () => {
  for (let asked = 0; asked < 40; asked++) expect(await tokenFor(rig, clientId)).toMatch(/^[A-Za-z]/)
})

describe('A host that is not in the inventory', () => {
  test('waits, is listed with its thumbprint, and is enrolled once an operator approves it', async () => {
    const [host, token] = [stranger(), await tokenFor(rig, clientId)]
    for (let times = 0; times < 2; times++)
      expect(await ask(host, token)).toMatchObject({ status: 202, body: { kind: 'waitingForApproval' } })
    const [row, ...others] = await waiting()
    expect(others).toEqual([])
    expect(row).toMatchObject({
      clientId,
      host: host.server.host,
      thumbprint: expect.stringMatching(/^[\w-]{43}$/),
    })
    expect(JSON.stringify(row)).not.toContain(token)
    expect((await act('approveEnrolment', host)).status).toBe(204)
    expect(await ask(host, token)).toMatchObject({
      status: 200,
      body: { kind: 'enrolled', serverId: host.server.serverId },
    })
    expect(await waiting()).toEqual([])
    const stored = await rig.services.clients.read(clientId, {}, (partition) =>
      partition.server(host.server.serverId),
    )
    expect(stored?.server).toMatchObject({ role: 'sql', site: 'LAB', kind: 'physical' })
    const [line] = (await rig.services.history.read(clientId, 0, 1000)).slice(-1)
    expect(line).toMatchObject({ actor: 'anna', action: 'enrolment.approved', detail: { reason: 'checked' } })
  })

  test('hears that it was refused, and why', async () => {
    const [host, token] = [stranger(), await tokenFor(rig, clientId)]
    await ask(host, token)
    expect((await act('refuseEnrolment', host)).status).toBe(204)
    expect(await ask(host, token)).toMatchObject({ status: 403, body: { detail: 'checked' } })
    expect(await waiting()).toEqual([])
  })

  test('does not get the place of another that waits under its name', async () => {
    const token = await tokenFor(rig, clientId)
    const first = stranger()
    await ask(first, token)
    expect((await ask(stranger(), token)).status).toBe(409)
    await act('approveEnrolment', first)
    expect((await ask(stranger(), token)).status).toBe(409)
    expect((await ask(first, token)).status).toBe(200)
  })

  test('waits with as many others as its token is for, no more', async () => {
    const token = await tokenFor(rig, clientId, 2)
    for (const name of ['A-B-DC01', 'A-B-DC02']) expect((await ask(named(name), token)).status).toBe(202)
    expect((await ask(named('A-B-DC03'), token)).status).toBe(403)
  })

  test('waits no more once it was imported and enrolled', async () => {
    const [host, token] = [stranger(), await tokenFor(rig, clientId)]
    await ask(host, token)
    const row = `Client 0001;${host.server.host};2`
    await rig.byName('importInventory', {
      who: 'anna',
      body: `client;host;ring\n${row}\n`,
      query: { file: 'x.csv' },
    })
    expect((await ask(host, token)).status).toBe(201)
    expect(await waiting()).toEqual([])
  })

  test('with a token that nobody issued, or a name that is none, does not even wait', async () => {
    expect((await ask(stranger(), 'x'.repeat(32))).status).toBe(403)
    const token = await tokenFor(rig, clientId)
    expect((await ask(newHost({ ...serverAt(0), host: '../x y' }), token)).status).toBe(400)
    expect(await waiting()).toEqual([])
  })

  test('of another client is nobody to an operator of one', async () => {
    const token = await tokenFor(rig, 'client-0002')
    const host = newHost({
      ...serverAt(10),
      host: 'X-Y-DC09',
      serverId: ServerId.parse('client-0002.x-y-dc09'),
    })
    await ask(host, token)
    expect(await waiting('sam')).toEqual([])
    for (const name of ['approveEnrolment', 'refuseEnrolment'])
      expect((await act(name, host, 'sam')).status).toBe(404)
    expect(await waiting()).toHaveLength(1)
  })
})

describe('A late joiner', () => {
  const ring = RingNumber.parse(2)
  const runOf = (campaignId: Awaited<ReturnType<typeof running>>['campaignId'], host: Host) =>
    rig.services.clients.read(clientId, { campaign: campaignId }, (partition) =>
      partition.run(campaignId, host.server.serverId),
    )

  test('gets a place after the others, and a story when its client may have ended', async () => {
    const { campaignId } = await commanded(rig, 0)
    const [host, token] = [stranger(), await tokenFor(rig, clientId)]
    await ask(host, token)
    await act('approveEnrolment', host)
    expect(await runOf(campaignId, host)).toMatchObject({
      order: 11,
      state: { kind: 'pending', reason: { code: 'joinedLate' } },
    })
    expect(rig.started.at(-1)).toMatch(`${campaignId}:p0:${clientId}:s`)
    expect((await rig.services.campaigns.ring(campaignId, ring)).servers).toBe(26)
    await ask(host, token)
    expect((await rig.services.campaigns.ring(campaignId, ring)).servers).toBe(26)
  })

  test('enters with its client when that has not begun', async () => {
    const { campaignId } = await running(rig)
    const [host, token] = [stranger(), await tokenFor(rig, clientId)]
    await ask(host, token)
    await act('approveEnrolment', host)
    expect(rig.started).toEqual([campaignId])
    await startRing(rig.services, { campaignId, ring })
    await takeTurn(rig.services, { campaignId, clientId, ring, pass: 0, turn: '0.1' })
    const runs = await rig.services.clients.read(clientId, { campaign: campaignId }, (partition) =>
      partition.runs(campaignId),
    )
    expect(runs).toHaveLength(11)
    expect(runs.at(-1)?.serverId).toBe(host.server.serverId)
  })
})
