import { expect, test } from 'vitest'
import { watch } from '../../../functions/control/watchdog.ts'
import { writeInventoryCsv } from '../../../orchestrations/contracts/inventory.ts'
import type { Server } from '../../../orchestrations/domain/fleet.ts'
import { RingNumber } from '../../../orchestrations/domain/ids.ts'
import { until } from '../../infra/local/durable/harness.ts'
import { asHost, beat, enrolled, inventory, planned, serverAt } from '../http/agentRig.ts'
import { startHubRig } from './hubRig.ts'

function withoutTopology(server: Server): Server {
  const { runsOn, backupServer, partner, ...rest } = server
  void [runsOn, backupServer, partner]
  return { ...rest, kind: 'physical', role: 'application' }
}

/** One client with servers of one kind, of which the first two are enrolled and heard. */
async function twoServers() {
  const world = await startHubRig(1)
  const { rig } = world
  const body = writeInventoryCsv({
    clients: inventory.clients.slice(0, 1),
    servers: [1, 2].map((index) => withoutTopology(serverAt(index))),
  })
  await rig.byName('importInventory', { who: 'anna', body })
  const ids = [1, 2].map((index) => serverAt(index).serverId)
  for (const index of [1, 2]) await asHost(rig, await enrolled(rig, serverAt(index)), 'heartbeat', beat())
  const plan = await planned(rig)
  const hash = { planHash: plan.planHash }
  await rig.byName('approveCampaign', { who: 'paul', params: plan.params, body: hash })
  await rig.byName('startCampaign', { who: 'anna', params: plan.params, body: hash })
  const { clientId } = serverAt(1)
  const stateOf = (serverId: (typeof ids)[number]) =>
    rig.services.clients.read(clientId, { campaign: plan.campaignId }, (partition) => {
      return partition.run(plan.campaignId, serverId)?.state
    })
  const act = (name: string, serverId: string, more: object = {}) =>
    rig.byName(name, { who: 'anna', params: { serverId }, body: { reason: 'x', ...more } })
  const begun = async (...servers: string[]) => {
    await until(() => world.working().join() === servers.toSorted().join())
  }
  return { ...world, plan, ids, clientId, stateOf, act, begun }
}

const ended = async (check: () => Promise<boolean>) => {
  while (!(await check())) await new Promise((resolve) => setTimeout(resolve, 10))
}

test('A server that is retried after its client had ended is updated again, and only then the campaign ends', async () => {
  const { act, begun, finish, ids, plan, rig, hub, log, stateOf } = await twoServers()
  await until(() => log.length === 1)
  const [a, b] = log[0] === ids[0] ? ids : ids.toReversed()
  if (a === undefined || b === undefined) throw new Error('The inventory has no two servers')
  finish(a, 'failed')
  await ended(async () => (await stateOf(b))?.kind === 'ended')
  expect(await stateOf(b)).toMatchObject({ reason: { code: 'clientStoppedAfterFailure' } })
  expect((await act('retryServer', a)).status).toBe(202)
  await begun(a)
  const head = await rig.services.campaigns.head(plan.campaignId)
  expect(head?.state.kind).toBe('running')
  finish(a, 'succeeded')
  // Its failure is mended: who was skipped because of it goes on, in the same story.
  await begun(b)
  finish(b, 'succeeded')
  await ended(async () => (await stateOf(b))?.kind === 'ended')
  const ring = RingNumber.parse(2)
  await rig.byName('promoteRing', {
    who: 'anna',
    params: { ...plan.params, ring: String(ring) },
    body: { reason: 'x' },
  })
  await ended(async () => (await rig.services.campaigns.head(plan.campaignId))?.state.kind === 'ended')
  expect(log).toEqual([a, a, b])
  expect((await hub.engine.waitForEnd(plan.campaignId))?.runtimeStatus).toBe('Completed')
})

test('A place whose story was never started is taken up by the watchdog, once', async () => {
  const { act, begun, finish, ids, log, rig, stateOf, plan } = await twoServers()
  await until(() => log.length === 1)
  const [a = ''] = log
  const b = ids.find((id) => id !== a) ?? ids[0]
  finish(a, 'failed')
  await ended(async () => b !== undefined && (await stateOf(b))?.kind === 'ended')
  await ended(
    async () =>
      (await rig.services.campaigns.ring(plan.campaignId, RingNumber.parse(2))).endedAt !== undefined,
  )
  const startNew = rig.durable.startNew
  rig.durable.startNew = () => Promise.reject(new Error('the process died'))
  expect((await act('retryServer', a)).status).toBe(500)
  rig.durable.startNew = startNew
  expect(log).toHaveLength(1)
  await watch(rig.services, rig.durable)
  await watch(rig.services, rig.durable)
  await begun(a)
  expect(log).toEqual([a, a])
  finish(a, 'failed')
})

test('A campaign that is cancelled ends when what is under way has, whatever else waits', async () => {
  const { finish, ids, log, plan, rig, hub, stateOf } = await twoServers()
  await until(() => log.length === 1)
  await rig.byName('cancelCampaign', { who: 'anna', params: plan.params, body: { reason: 'enough' } })
  finish(log[0] ?? '', 'succeeded')
  expect((await hub.engine.waitForEnd(plan.campaignId))?.runtimeStatus).toBe('Completed')
  const states = await Promise.all(ids.map(stateOf))
  expect(new Set(states.map((state) => state?.kind === 'ended' && state.outcome))).toEqual(
    new Set(['skipped', 'succeeded']),
  )
  expect(await rig.services.campaigns.head(plan.campaignId)).toMatchObject({
    state: { kind: 'cancelled' },
    endedAt: expect.any(Number),
  })
})
