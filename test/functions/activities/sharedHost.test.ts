import * as fc from 'fast-check'
import { beforeEach, expect, test } from 'vitest'
import { peek } from '../../../functions/activities/peek.ts'
import { startRing } from '../../../functions/activities/rings.ts'
import { endServer } from '../../../functions/activities/servers.ts'
import { reserve } from '../../../functions/activities/sharedHost.ts'
import { takeTurn } from '../../../functions/activities/takeTurn.ts'
import { createClientStore } from '../../../functions/adapters/tables/clientStore.ts'
import { watch } from '../../../functions/control/watchdog.ts'
import { writeInventoryCsv } from '../../../orchestrations/contracts/inventory.ts'
import { RingNumber, type CampaignId, type ServerId } from '../../../orchestrations/domain/ids.ts'
import type { OutcomeKind } from '../../../orchestrations/domain/outcomes.ts'
import { reason } from '../../../orchestrations/domain/reasons.ts'
import { asHost, beat, enrolled, inventory, running, serverAt } from '../http/agentRig.ts'
import { startRig, type Rig } from '../http/rig.ts'

/** One host of client 0001 that carries a server of each of three clients. */
const [host, own, second, third] = [0, 1, 11, 21].map(serverAt) as [Server, Server, Server, Server]
type Server = ReturnType<typeof serverAt>
const guests = [own, second, third]
const servers = [host, ...guests.map((guest) => ({ ...guest, runsOn: host.serverId }))]
const settings = { onFailure: 'continue', breakerCount: 1000, breakerShare: 1 }
const ring = RingNumber.parse(2)
let rig: Rig
let campaignId: CampaignId
beforeEach(async () => {
  rig = await startRig()
  const csv = writeInventoryCsv({ ...inventory, servers })
  const imported = await rig.byName('importInventory', { who: 'anna', body: csv })
  if (imported.status !== 200) throw new Error(imported.text)
  const campaign = await running(rig, settings)
  campaignId = campaign.campaignId
  for (const server of servers) await asHost(rig, await enrolled(rig, server), 'heartbeat', beat())
  await startRing(rig.services, { campaignId, ring })
  return () => rig.close()
})

let turns = 0
const turnOf = ({ clientId }: Server, turn = `0.${++turns}`) =>
  takeTurn(rig.services, { campaignId, clientId, ring, pass: 0, turn })
const run = ({ serverId, clientId }: Pick<Server, 'serverId' | 'clientId'>) =>
  rig.services.clients.read(clientId, { campaign: campaignId }, (partition) => {
    return partition.run(campaignId, serverId)
  })
const ends = async (server: Server, outcome: OutcomeKind = 'failed') => {
  const { serverId, clientId } = server
  const end = { outcome, reason: reason('commandFailed'), updates: [], attempts: 1 } as const
  const round = (await run(server))?.round ?? 0
  await endServer(rig.services, { campaignId, clientId, ring, serverId, round, end })
}
const updated = async (server: Server) => {
  expect(await turnOf(server)).toMatchObject({ kind: 'start', server: { serverId: server.serverId } })
  await ends(server)
}
const retried = (serverId: ServerId) =>
  rig.byName('retryServer', { who: 'anna', params: { serverId }, body: { reason: 'again' } })
const reserved = ({ clientId }: Server) =>
  rig.services.clients.read(clientId, {}, (partition) => partition.reservations())
const heldFor = ({ clientId }: Server) => rig.services.live.holdOf(campaignId, clientId)?.reason.code
const looks = ({ clientId }: Server) => {
  const subject = { kind: 'client', clientId, ring, lane: '0' } as const
  return peek(rig.services, { campaignId, subject, instanceId: 'x' })
}

test('A host waits until the guests of all its clients are back, and then none of them starts beside it', async () => {
  await updated(own)
  expect(await turnOf(host)).toEqual({ kind: 'hold' })
  expect(heldFor(host)).toBe('waitsForOtherClients')
  await updated(second)
  expect(await turnOf(third)).toMatchObject({ kind: 'start' })
  expect(await turnOf(host)).toEqual({ kind: 'hold' })
  expect(await looks(host)).toMatchObject({ kind: 'hold' })
  expect(await reserved(second)).toEqual([])

  await ends(third)
  expect(await looks(host)).toEqual({ kind: 'go' })
  expect(await turnOf(host)).toMatchObject({ kind: 'start', server: { serverId: host.serverId } })
  for (const guest of [second, third])
    expect(await reserved(guest)).toMatchObject([{ hostServerId: host.serverId, campaignId }])
  // Another process, that has seen nothing yet, knows it as well.
  const { clocks } = rig.services
  const elsewhere = createClientStore({ table: rig.tables.Clients, clocks, random: () => 0 })
  const seen = await elsewhere.read(second.clientId, {}, (partition) => ({
    lock: partition.lock(),
    reservations: partition.reservations(),
  }))
  expect(seen).toMatchObject({ lock: { fence: 1 }, reservations: [{ hostServerId: host.serverId }] })

  expect((await retried(second.serverId)).status).toBe(202)
  expect(await turnOf(second)).toEqual({ kind: 'hold' })
  expect(heldFor(second)).toBe('hostUnderWay')
  await ends(host, 'needsOperator')
  expect(await reserved(second)).toEqual([])
  expect(await turnOf(second)).toMatchObject({ kind: 'start' })
})

test('A client that is paused keeps the host of its server back, and nothing stays reserved with the others', async () => {
  for (const guest of guests) await updated(guest)
  const params = { clientId: third.clientId }
  await rig.byName('pauseClient', { who: 'anna', params, body: { reason: 'open day' } })
  expect(await turnOf(host)).toEqual({ kind: 'hold' })
  expect(await reserved(second)).toEqual([])
  await rig.byName('resumeClient', { who: 'anna', params, body: { reason: 'closed' } })
  expect(await turnOf(host)).toMatchObject({ kind: 'start' })
})

test('A turn that died after it had reserved finds its own reservations; another turn takes none of them', async () => {
  for (const guest of guests) await updated(guest)
  const claim = { campaignId, hostServerId: host.serverId, round: 0, turn: 'p0.9.1' }
  expect(await reserve(rig.services, claim, [second.clientId])).toBeUndefined()
  expect(await turnOf(host, '9.2')).toEqual({ kind: 'hold' })
  expect(await reserved(second)).toHaveLength(1)
  expect(await turnOf(host, '9.1')).toMatchObject({ kind: 'start' })
  expect(await turnOf(host, '9.1')).toMatchObject({ kind: 'start' })
  for (const guest of [second, third]) expect(await reserved(guest)).toMatchObject([{ turn: 'p0.9.1' }])
})

test('A turn that decides otherwise when it is repeated takes its reservations back', async () => {
  for (const guest of guests) await updated(guest)
  const claim = { campaignId, hostServerId: host.serverId, round: 0, turn: 'p0.9.1' }
  await reserve(rig.services, claim, [second.clientId, third.clientId])
  const params = { clientId: host.clientId }
  await rig.byName('pauseClient', { who: 'anna', params, body: { reason: 'not now' } })
  expect(await turnOf(host, '9.1')).toEqual({ kind: 'hold' })
  for (const guest of [second, third]) expect(await reserved(guest)).toEqual([])
})

test('What a campaign that is over has reserved is given back by the watchdog', async () => {
  for (const guest of guests) await updated(guest)
  expect(await turnOf(host)).toMatchObject({ kind: 'start' })
  await watch(rig.services, rig.durable)
  expect(await reserved(second)).toHaveLength(1)
  const failed = { ...rig.durable, getStatus: () => Promise.resolve({ runtimeStatus: 'Failed' } as never) }
  await watch(rig.services, failed)
  expect(await run(host)).toMatchObject({ state: { kind: 'ended', outcome: 'needsOperator' } })
  for (const guest of [second, third]) expect(await reserved(guest)).toEqual([])
})

test('Whoever takes turns, ends and is tried again in whatever order: host and guest are never under way together', async () => {
  const underWay = async () => {
    const runs = await Promise.all(servers.map(run))
    return runs.flatMap((one) => (one?.state.kind === 'running' ? [one.serverId] : []))
  }
  let hosts = 0
  let besides = 0
  const step = fc.record({
    what: fc.constantFrom('turn', 'turn', 'turn', 'turn', 'end', 'end', 'end', 'retry'),
    who: fc.nat({ max: 3 }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(step, step), { minLength: 60, maxLength: 60 }), async (pairs) => {
      for (const pair of pairs) {
        // Two at once, so that turns of several clients meet.
        await Promise.all(
          pair.map(async ({ what, who }) => {
            const server = servers[who] ?? host
            if (what === 'turn') await turnOf(server)
            else if (what === 'retry') await retried(server.serverId)
            else if ((await run(server))?.state.kind === 'running') await ends(server)
          }),
        )
        const busy = await underWay()
        if (!busy.includes(host.serverId)) continue
        hosts++
        const states = await Promise.all([second, third].map(run))
        if (states.some((one) => one?.state.kind === 'pending')) besides++
        expect(busy).toEqual([host.serverId])
        expect(await reserved(second)).toHaveLength(1)
      }
    }),
    { numRuns: 3, seed: 7, endOnFailure: true },
  )
  expect(hosts).toBeGreaterThan(0)
  // Guests did wait beside it: otherwise this would have shown nothing.
  expect(besides).toBeGreaterThan(0)
}, 60_000)
