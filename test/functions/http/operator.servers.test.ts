import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  ClientShow,
  ServerList,
  ServerShow,
  Waiver,
  WaiverList,
  type ServerLine,
} from '../../../orchestrations/contracts/api.ts'
import { dayMs } from '../../../orchestrations/domain/time.ts'
import { asHost, beat, commanded, imported, inventory, serverAt } from './agentRig.ts'
import { saturday, startRig, type Rig, type Who } from './rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await startRig()
  await imported(rig)
})
afterAll(() => rig.close())

const list = async (query: Record<string, string> = {}, who: Who = 'olga') =>
  ServerList.parse((await rig.byName('listServers', { who, query })).body)
const ids = (lines: readonly ServerLine[]) => lines.map(({ serverId }) => serverId)
const show = (serverId: string, who: Who = 'olga') => rig.byName('showServer', { who, params: { serverId } })

describe('The list of servers', () => {
  test('gives every server once, page by page', async () => {
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await list({ limit: '7', ...(cursor === undefined ? {} : { cursor }) })
      expect(page.servers.length).toBeLessThanOrEqual(7)
      seen.push(...ids(page.servers))
      cursor = page.next
    } while (cursor !== undefined)
    expect(seen).toEqual(inventory.servers.map(({ serverId }) => serverId).sort())
  })

  test('is narrowed by client, ring, state and part of a name', async () => {
    const { campaignId } = await commanded(rig, 0)
    const first = serverAt(0)
    const ofClient = await list({ client: first.clientId })
    expect(ofClient.servers.length).toBeGreaterThan(0)
    expect(ofClient.servers.every(({ clientId }) => clientId === first.clientId)).toBe(true)
    expect((await list({ ring: '3' })).servers).toEqual([])
    expect((await list({ ring: '2' })).servers).toHaveLength(inventory.servers.length)
    expect(ids((await list({ q: first.host.toLowerCase() })).servers)).toEqual([first.serverId])
    const running = await list({ state: 'running', campaign: campaignId })
    expect(ids(running.servers)).toEqual([first.serverId])
    expect(running.servers[0]).toMatchObject({ enrolled: true, heardAt: expect.any(Number) })
  })

  test('shows an operator of one client that client alone', async () => {
    const { servers } = await list({}, 'sam')
    expect(new Set(servers.map(({ clientId }) => clientId))).toEqual(new Set(['client-0001']))
    expect((await list({ client: 'client-0002' }, 'sam')).servers).toEqual([])
  })

  test.each([{ limit: '0' }, { cursor: 'x' }, { ring: '9' }, { state: 'tired' }, { client: '../x' }])(
    'refuses %o',
    async (query) => {
      expect(await rig.byName('listServers', { who: 'olga', query })).toMatchObject({ status: 400 })
    },
  )
})

test('A server is shown with its places in campaigns and what was commanded there', async () => {
  const { server, host, campaignId, commandId } = await commanded(rig, 12)
  await asHost(rig, host, 'heartbeat', beat())
  const shown = ServerShow.parse((await show(server.serverId)).body)
  expect(shown).toMatchObject({ host: server.host, enrolled: true, agentVersion: '1.0.0' })
  expect(shown.runs[0]).toMatchObject({ campaignId, state: { kind: 'running' }, steps: [{ commandId }] })
})

test('Of a server that is not there, or of another client, nothing is shown', async () => {
  const other = serverAt(24).serverId
  expect(await show('client-0001.nobody')).toMatchObject({ status: 404 })
  expect(await show('nobody.nobody')).toMatchObject({ status: 404 })
  expect(await show(other, 'sam')).toMatchObject({ status: 404 })
})

test('A client is shown with its windows of the next five weeks, its servers and its revision', async () => {
  const answer = await rig.byName('describeClient', { who: 'sam', params: { clientId: 'client-0001' } })
  const shown = ClientShow.parse(answer.body)
  expect(shown.servers).toHaveLength(10)
  expect(shown.nextWindows.length).toBeGreaterThan(3)
  expect(shown.nextWindows.every(({ end }) => end > saturday)).toBe(true)
  const head = await rig.services.clients.read(shown.clientId, {}, (partition) => partition.head)
  expect(shown.revision).toBe(head.sequence)
})

describe('A waiver', () => {
  const { serverId } = serverAt(3)
  const until = saturday + 3 * dayMs
  const add = (body: object, who: Who = 'anna') =>
    rig.byName('addWaiver', { who, body: { serverId, reason: 'tape robot broken', until, ...body } })
  const remove = (who: Who = 'anna') => rig.byName('removeWaiver', { who, params: { serverId } })
  const waivers = async (who: Who = 'olga') =>
    WaiverList.parse((await rig.byName('listWaivers', { who })).body).waivers

  test('is written with reason, actor and end, seen at once, and taken back', async () => {
    const added = await add({})
    expect(added.status).toBe(201)
    expect(Waiver.parse(added.body)).toMatchObject({ serverId, until, actor: 'anna', at: saturday })
    expect(await waivers()).toMatchObject([{ serverId, reason: 'tape robot broken' }])
    expect(ServerShow.parse((await show(serverId)).body).waiver).toMatchObject({ until })
    expect(await remove()).toMatchObject({ status: 204, text: '' })
    expect(await waivers()).toEqual([])
    expect(await remove()).toMatchObject({ status: 404 })
    const lines = await rig.services.history.read(serverAt(3).clientId, 0, 1000)
    expect(lines.map(({ action }) => action).slice(-2)).toEqual(['waiver.added', 'waiver.removed'])
  })

  test.each([
    ['is over already', { until: saturday }],
    ['lasts longer than 31 days', { until: saturday + 32 * dayMs }],
    ['has no reason', { reason: '' }],
    ['is of no server', { serverId: 'nobody' }],
  ])('that %s is refused', async (_, body) => {
    expect(await add(body)).toMatchObject({ status: 400 })
  })

  test('is given and seen only within one’s own clients', async () => {
    const other = serverAt(24).serverId
    expect(await add({ serverId: other }, 'sam')).toMatchObject({ status: 404 })
    expect(await add({ serverId: other })).toMatchObject({ status: 201 })
    expect(await waivers('sam')).toEqual([])
    expect(await waivers()).toHaveLength(1)
  })

  test('ends by itself', async () => {
    expect((await waivers()).length).toBe(1)
    rig.time.plan = until
    expect(await waivers()).toEqual([])
    rig.time.plan = saturday
  })
})
