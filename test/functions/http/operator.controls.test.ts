import { beforeEach, describe, expect, test } from 'vitest'
import { issueCommand } from '../../../functions/activities/issueCommand.ts'
import { peek } from '../../../functions/activities/peek.ts'
import { endCampaign, openCampaign, startRing } from '../../../functions/activities/rings.ts'
import { releaseStop } from '../../../functions/control/emergencyStop.ts'
import { clientOf } from '../../../orchestrations/domain/ids.ts'
import { commanded, imported, planned, running, serverAt } from './agentRig.ts'
import { nightOf, ring, type World } from './nightRig.ts'
import { saturday, startRig, type Rig } from './rig.ts'

/** The clients of the test inventory are 0001 (servers 0 to 9), 0002 (10 to 19) and 0003. */
let rig: Rig
beforeEach(async () => {
  rig = await startRig()
  await imported(rig)
  return () => rig.close()
})

const hour = 3_600_000
const { stateOf, ofServer, turn, end, withSecond, answered } = nightOf(() => rig)

const controlOf = ({ clientId }: World) =>
  rig.services.clients.read(clientId, {}, (partition) => partition.control())
const ofClient = (name: string, world: World, body: object = {}) =>
  rig.byName(name, { who: 'anna', params: { clientId: world.clientId }, body: { reason: 'why', ...body } })
const cancel = (campaignId: string) =>
  rig.byName('cancelCampaign', { who: 'anna', params: { campaignId }, body: { reason: 'bad night' } })

describe('A campaign that is cancelled', () => {
  test('lets what is under way finish, skips what waits, and ends', async () => {
    const { world, serverId } = await withSecond()
    expect((await cancel(world.campaignId)).body).toMatchObject({
      state: { kind: 'cancelled', reason: 'bad night', actor: 'anna' },
    })
    expect(await turn(world, '0.2')).toEqual({ kind: 'hold' })
    expect(await stateOf(world)).toMatchObject({ kind: 'running' })
    expect(await stateOf(world, serverId)).toMatchObject({
      outcome: 'skipped',
      reason: { code: 'campaignCancelled' },
    })
    await end(world, 'succeeded')
    expect(await turn(world, '0.3')).toEqual({ kind: 'finish' })
    expect(await endCampaign(rig.services, world)).toEqual({ kind: 'ended' })
    const head = await rig.services.campaigns.head(world.campaignId)
    expect(head).toMatchObject({ state: { kind: 'cancelled' }, endedAt: saturday })
  })

  test('waits at no ring and no gate, and begins none', async () => {
    const { campaignId } = await running(rig)
    await cancel(campaignId)
    for (const kind of ['ring', 'gate'] as const)
      expect(await peek(rig.services, { campaignId, subject: { kind, ring }, instanceId: 'x' })).toEqual({
        kind: 'go',
      })
    await startRing(rig.services, { campaignId, ring })
    expect((await rig.services.campaigns.ring(campaignId, ring)).startedAt).toBeUndefined()
  })

  test('does not wait for the next window of what it carried over: that is skipped in a pass of its own', async () => {
    const world = await commanded(rig, 0)
    await end(world, 'carriedOver')
    const opened = await endCampaign(rig.services, world)
    expect(opened).toMatchObject({ kind: 'carryOver' })
    await cancel(world.campaignId)
    const subject = { kind: 'window', until: saturday + 100 * hour } as const
    const { campaignId } = world
    expect(await peek(rig.services, { campaignId, subject, instanceId: 'x' })).toEqual({ kind: 'go' })
    expect(await turn(world, '0.1', 1)).toEqual({ kind: 'finish' })
    expect(await stateOf(world)).toMatchObject({ outcome: 'skipped' })
    expect(await endCampaign(rig.services, world)).toEqual({ kind: 'ended' })
  })

  test('is not one that has ended; one that was only planned is over at once; twice is once', async () => {
    const plan = await planned(rig)
    expect((await cancel(plan.campaignId)).body).toMatchObject({ endedAt: saturday })
    expect((await cancel(plan.campaignId)).status).toBe(200)
    const { campaignId } = await running(rig)
    await rig.services.campaigns.changeHead(campaignId, (head) => ({ ...head, state: { kind: 'ended' } }))
    expect((await cancel(campaignId)).status).toBe(409)
  })
})

test('A further pass is a campaign that runs: it can be paused, and a pause outlasts the wait before it', async () => {
  const world = await commanded(rig, 0)
  await end(world, 'carriedOver')
  await endCampaign(rig.services, world)
  await openCampaign(rig.services, world)
  const pause = await rig.byName('pauseCampaign', {
    who: 'anna',
    params: { campaignId: world.campaignId },
    body: { reason: 'x' },
  })
  expect(pause.body).toMatchObject({ state: { kind: 'paused' } })
  expect(await endCampaign(rig.services, world)).toMatchObject({ kind: 'carryOver' })
  expect((await rig.services.campaigns.head(world.campaignId))?.state.kind).toBe('paused')
})

describe('A client that is stopped', () => {
  test('gets a new epoch of the fleet, and hosts with open commands are told; others keep theirs', async () => {
    const world = await commanded(rig, 0)
    const other = await commanded(rig, 10)
    const before = await controlOf(other)
    const answer = await ofClient('stopClient', world)
    expect(answer).toMatchObject({ status: 200, body: { control: { kind: 'stopped', actor: 'anna' } } })
    const control = await controlOf(world)
    expect(control.epoch).toBeGreaterThan(before.epoch)
    expect(await controlOf(other)).toEqual(before)
    expect(rig.sent.at(-1)).toMatchObject({
      to: world.server.serverId,
      id: `stop.${world.server.serverId}.${control.epoch}`,
    })
    expect(await issueCommand(rig.services, world.specOf(2))).toEqual({ kind: 'stopped' })
  })

  test('goes on when it is resumed; its epoch stays, and what waited for that is woken', async () => {
    const world = await commanded(rig, 0)
    await ofClient('stopClient', world)
    const { epoch } = await controlOf(world)
    const subject = { kind: 'stop', clientId: world.clientId } as const
    for (const instanceId of ['first', 'second'])
      await peek(rig.services, { campaignId: world.campaignId, subject, instanceId })
    await ofClient('resumeClient', world)
    expect(rig.events).toEqual(expect.arrayContaining(['first wake', 'second wake']))
    expect(await controlOf(world)).toMatchObject({ control: { kind: 'running' }, epoch })
    expect(await issueCommand(rig.services, world.specOf(2))).toMatchObject({ kind: 'open' })
  })

  test('is not paused: that would let it go on', async () => {
    const world = await commanded(rig, 0)
    await ofClient('stopClient', world)
    expect((await ofClient('pauseClient', world)).status).toBe(409)
  })

  test('during an emergency stop stays under it, and is released with the fleet but not resumed', async () => {
    const world = await commanded(rig, 0)
    await rig.byName('stop', { who: 'anna', body: {} })
    await ofClient('stopClient', world)
    expect(await controlOf(world)).toMatchObject({ emergency: true, control: { kind: 'stopped' } })
    await releaseStop(rig.services, rig.durable, 'anna', 'over')
    expect(await controlOf(world)).toMatchObject({ emergency: false, control: { kind: 'stopped' } })
  })
})

describe('An exclusion', () => {
  test('of a server or its client keeps it out of the turn, and taken back gives it its place', async () => {
    const { world, serverId, appear } = await withSecond()
    await end(world, 'succeeded')
    await appear()
    const answer = await ofServer('excludeServer', serverId, { caller: 'Mme Brun' })
    expect(answer.body).toMatchObject({ excluded: { reason: 'why (Mme Brun)', actor: 'anna' } })
    expect(await turn(world, '0.2')).toEqual({ kind: 'finish' })
    expect(await stateOf(world, serverId)).toMatchObject({ outcome: 'excluded' })
    const back = await ofServer('includeServer', serverId)
    expect(back.body).toMatchObject({ state: { kind: 'pending', reason: { code: 'retriedByOperator' } } })
    expect(back.body).not.toHaveProperty('excluded')
    expect(rig.started.at(-1)).toMatch(`${world.campaignId}:p0:${world.clientId}:s`)
    expect(await turn(world, 's1-0.1')).toMatchObject({ kind: 'start', server: { serverId, round: 1 } })
  })

  test('of a client leaves what is under way alone, and stands on its page', async () => {
    const { world, serverId } = await withSecond()
    const until = saturday + 500 * 24 * hour
    const answer = await ofClient('excludeClient', world, { until })
    expect(answer.body).toMatchObject({ excluded: { until, actor: 'anna' } })
    expect(await turn(world, '0.2')).toEqual({ kind: 'hold' })
    expect(await stateOf(world)).toMatchObject({ kind: 'running' })
    expect(await stateOf(world, serverId)).toMatchObject({
      outcome: 'excluded',
      reason: { code: 'clientExcluded', params: { untilAt: until } },
    })
    expect((await ofClient('includeClient', world)).body).not.toHaveProperty('excluded')
    expect(await stateOf(world, serverId)).toMatchObject({ kind: 'pending' })
  })

  test('that would be over already, or is of nobody, is refused', async () => {
    const { serverId } = serverAt(0)
    expect((await ofServer('excludeServer', serverId, { until: saturday })).status).toBe(400)
    expect((await ofServer('excludeServer', 'client-0001.nobody')).status).toBe(404)
    expect((await ofServer('includeServer', 'client-0001.nobody')).status).toBe(404)
  })
})

describe('A lock', () => {
  const lockOf = ({ clientId }: World) =>
    rig.services.clients.read(clientId, {}, (partition) => partition.lock())

  test('is taken from a campaign only when nothing it commanded may be at work; the fence goes up', async () => {
    const world = await commanded(rig, 0)
    const refused = await ofClient('unlockClient', world)
    expect(refused).toMatchObject({ status: 409, body: { detail: expect.stringContaining(world.commandId) } })
    expect(rig.sent.at(-1)?.id).toMatch(/^inquire\./)
    await answered(world)
    const answer = await ofClient('unlockClient', world)
    expect(answer.body).toMatchObject({ lock: { fence: 2 } })
    expect(await lockOf(world)).toEqual({ fence: 2 })
    expect(await issueCommand(rig.services, world.specOf(2))).toEqual({ kind: 'fenced', fence: 2 })
    expect((await ofClient('unlockClient', world)).status).toBe(200)
    expect(await lockOf(world)).toEqual({ fence: 2 })
  })
})

test('A server that left the inventory is not started: its place ends as excluded', async () => {
  const { world, serverId } = await withSecond()
  await rig.services.clients.transact(world.clientId, {}, () => ({
    kind: 'write',
    rows: [{ rowKey: `server:${serverId}`, value: undefined, mode: 'delete' }],
    ledger: { actor: 'anna', action: 'inventory.imported', object: serverId },
    value: undefined,
  }))
  await turn(world, '0.2')
  expect(await stateOf(world, serverId)).toMatchObject({ outcome: 'excluded' })
})

test('Everything that an operator does to a client or server stands in the ledger of the client', async () => {
  const world = await commanded(rig, 0)
  await answered(world)
  await end(world, 'needsOperator')
  const before = (await rig.services.history.read(world.clientId, 0, 1000)).length
  const { serverId } = world.server
  await ofServer('resolveServer', serverId, { outcome: 'failed' })
  await ofServer('retryServer', serverId)
  await ofServer('excludeServer', serverId)
  await ofServer('includeServer', serverId)
  for (const name of ['excludeClient', 'includeClient', 'unlockClient', 'stopClient', 'resumeClient'])
    await ofClient(name, world)
  const lines = (await rig.services.history.read(world.clientId, before, 1000)).filter(
    ({ actor }) => actor === 'anna',
  )
  expect(lines.map(({ action }) => action)).toEqual([
    'server.resolved',
    'server.retried',
    'exclusion.excluded',
    'exclusion.included',
    'client.excluded',
    'client.included',
    'lock.taken',
    'client.stopped',
    'client.resumed',
  ])
  expect(lines.map(({ detail }) => detail?.['reason'])).toEqual([...Array<string>(8).fill('why'), undefined])
})

test('The client of a server decides who may act on it', async () => {
  const { serverId } = serverAt(10)
  expect(clientOf(serverId)).toBe('client-0002')
  for (const name of ['excludeServer', 'includeServer', 'retryServer', 'resolveServer']) {
    const body = { reason: 'x', outcome: 'failed' }
    expect(await rig.byName(name, { who: 'sam', params: { serverId }, body })).toMatchObject({ status: 404 })
  }
})
