import { beforeEach, describe, expect, test } from 'vitest'
import { issueCommand } from '../../../functions/activities/issueCommand.ts'
import { peek } from '../../../functions/activities/peek.ts'
import { markUnknown } from '../../../functions/activities/servers.ts'
import { quarantine } from '../../../functions/control/quarantine.ts'
import { reason } from '../../../orchestrations/domain/reasons.ts'
import { commanded, enrolled, imported, serverAt } from './agentRig.ts'
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

const unknown = ({ campaignId, clientId, server }: World) =>
  markUnknown(rig.services, {
    campaignId,
    clientId,
    ring,
    serverId: server.serverId,
    round: 0,
    step: 'inspect',
    reason: reason('noAnswer'),
  })

describe('A server that is retried', () => {
  test('gets its place back, in another instance, by a story of its own; twice is once', async () => {
    const world = await commanded(rig, 0)
    await answered(world)
    await end(world, 'failed')
    expect(await turn(world, '0.2')).toEqual({ kind: 'finish' })
    const answer = await ofServer('retryServer', world.server.serverId)
    expect(answer).toMatchObject({ status: 202, body: { state: { kind: 'pending' } } })
    expect((await ofServer('retryServer', world.server.serverId)).status).toBe(202)
    expect(rig.started.filter((id) => id.includes(':s'))).toHaveLength(1)
    const started = await turn(world, 's9-0.1')
    expect(started).toMatchObject({
      kind: 'start',
      server: { round: 1, instanceId: `${world.campaignId}:p0r1:${world.server.serverId}` },
    })
  })

  test('is refused in quarantine, with what to do about it; trusted again, it gets its place', async () => {
    const world = await commanded(rig, 0)
    await answered(world)
    await end(world, 'failed')
    const { serverId } = world.server
    await quarantine(rig.services, serverId, reason('keyUsedTwice'))
    const refused = await ofServer('retryServer', serverId)
    expect(refused).toMatchObject({ status: 409, body: { params: { reason: { code: 'keyUsedTwice' } } } })
    expect(refused.body['fix']).toContain('trust')
    expect(await stateOf(world)).toMatchObject({ kind: 'ended', outcome: 'failed' })
    expect(await ofServer('trustServer', serverId)).toMatchObject({ status: 200 })
    expect(await ofServer('retryServer', serverId)).toMatchObject({ status: 202 })
  })

  test('is not touched any more by its older story: no command, no unknown, no end', async () => {
    const world = await commanded(rig, 0)
    await answered(world)
    await end(world, 'failed')
    await ofServer('retryServer', world.server.serverId)
    await turn(world, 's9-0.1')
    expect(await issueCommand(rig.services, world.specOf(2))).toMatchObject({ kind: 'fenced' })
    await unknown(world)
    await end(world, 'succeeded')
    expect(await stateOf(world)).toMatchObject({ kind: 'running' })
    await end(world, 'rolledBack', 1)
    expect(await stateOf(world)).toMatchObject({ outcome: 'rolledBack' })
  })

  test('after it succeeds, those skipped because of it go on', async () => {
    const { world, serverId, appear } = await withSecond()
    await answered(world)
    await end(world, 'failed')
    await turn(world, '0.2')
    expect(await stateOf(world, serverId)).toMatchObject({ reason: { code: 'clientStoppedAfterFailure' } })
    await appear()
    await ofServer('retryServer', world.server.serverId)
    await turn(world, 's9-0.1')
    expect(await turn(world, 's9-0.2')).toEqual({ kind: 'hold' })
    await end(world, 'succeeded', 1)
    expect(await turn(world, 's9-0.3')).toMatchObject({ kind: 'start', server: { serverId } })
  })

  test('still tells what its first attempt installed, unless the second one took it back', async () => {
    const world = await commanded(rig, 0)
    await answered(world)
    const one = (id: string, result: 'succeeded' | 'failed') => ({ id, kb: `KB${id}`, title: id, result })
    await end(world, 'needsOperator', 0, [one('1', 'succeeded'), one('2', 'failed')])
    const { clientId, campaignId } = world
    const updates = () =>
      rig.services.clients.read(
        clientId,
        { campaign: campaignId },
        (partition) => partition.run(campaignId, world.server.serverId)?.updates,
      )
    await ofServer('retryServer', world.server.serverId)
    await turn(world, 's9-0.1')
    await end(world, 'failed', 1, [one('2', 'succeeded')])
    expect(await updates()).toEqual([one('1', 'succeeded'), one('2', 'succeeded')])
    await ofServer('retryServer', world.server.serverId)
    await turn(world, 's9-0.3')
    await end(world, 'rolledBack', 2)
    expect(await updates()).toEqual([])
  })

  test('though another failed and the client stopped: an operator wants this one', async () => {
    const { world, serverId, appear } = await withSecond()
    await end(world, 'failed')
    await turn(world, '0.2')
    await appear()
    rig.time.plan = saturday + 60_000
    expect((await ofServer('retryServer', serverId)).status).toBe(202)
    expect(await turn(world, 's9-0.1')).toMatchObject({ kind: 'start', server: { serverId } })
  })

  test('starts also while its ring’s gate holds: the gate waits for it, and the ring for nobody else', async () => {
    const world = await commanded(rig, 0)
    await answered(world)
    await end(world, 'failed')
    await turn(world, '0.2')
    const held = { kind: 'gateHeld', reason: reason('successRateTooLow') } as const
    await rig.services.campaigns.changeRing(world.campaignId, ring, (row) => ({ ...row, state: held }))
    await ofServer('retryServer', world.server.serverId)
    expect(await turn(world, 's9-0.1')).toMatchObject({ kind: 'start' })
    const { campaignId } = world
    const gate = { campaignId, subject: { kind: 'gate', ring }, instanceId: 'waits' } as const
    expect(await peek(rig.services, gate)).toMatchObject({ kind: 'hold' })
    const rows = await rig.services.campaigns.rings(campaignId)
    expect(rows.find((row) => row.ring === ring)?.state).toEqual({ kind: 'running' })
  })

  test('is refused while a command may be at work there, and its agent is asked', async () => {
    const world = await commanded(rig, 0)
    await end(world, 'needsOperator')
    const answer = await ofServer('retryServer', world.server.serverId)
    expect(answer).toMatchObject({ status: 409, body: { detail: world.commandId } })
    expect(rig.sent.at(-1)?.id).toMatch(/^inquire\./)
    await answered(world)
    expect((await ofServer('retryServer', world.server.serverId)).status).toBe(202)
  })

  test('is refused when it is under way, did well, is excluded or not enrolled, or its campaign is over', async () => {
    const world = await commanded(rig, 0)
    const { serverId } = world.server
    const retry = async (id: string = serverId) => (await ofServer('retryServer', id)).status
    expect(await retry()).toBe(409)
    await answered(world)
    await end(world, 'succeeded')
    expect(await retry()).toBe(409)
    await turn(world, '0.2')
    expect(await stateOf(world, serverAt(1).serverId)).toMatchObject({ outcome: 'notEnrolled' })
    expect(await retry(serverAt(1).serverId)).toBe(409)
    expect(await retry('client-0001.nobody')).toBe(404)
    await rig.services.campaigns.changeHead(world.campaignId, (head) => ({
      ...head,
      state: { kind: 'ended' },
    }))
    await enrolled(rig, serverAt(1))
    expect(await retry(serverAt(1).serverId)).toBe(409)
  })
})

describe('A server that is resolved', () => {
  test('while it was unknown ends so for good: its story hears of it, and nothing it says counts', async () => {
    const world = await commanded(rig, 0)
    await unknown(world)
    const { campaignId, clientId, commandId } = world
    const subject = { kind: 'command', clientId, commandId, until: saturday + hour } as const
    const look = () => peek(rig.services, { campaignId, subject, instanceId: 'waits' })
    expect(await look()).toMatchObject({ kind: 'hold' })
    const answer = await ofServer('resolveServer', world.server.serverId, { outcome: 'rolledBack' })
    expect(answer.body).toMatchObject({
      state: { outcome: 'rolledBack', reason: { code: 'resolvedByOperator', params: { actor: 'anna' } } },
    })
    expect(rig.events).toContain('waits wake')
    expect(await look()).toEqual({ kind: 'go' })
    expect(await issueCommand(rig.services, world.specOf(2))).toMatchObject({ kind: 'fenced' })
    await end(world, 'needsOperator')
    await answered(world)
    expect(await stateOf(world)).toMatchObject({ outcome: 'rolledBack' })
    expect(await turn(world, '0.2')).toEqual({ kind: 'finish' })
  })

  test.each(['succeeded', 'rolledBack', 'skipped'] as const)(
    'as %s lets its client go on with who was skipped because of it',
    async (outcome) => {
      const { world, serverId } = await withSecond()
      await end(world, 'needsOperator')
      await turn(world, '0.2')
      await ofServer('resolveServer', world.server.serverId, { outcome })
      expect(await stateOf(world, serverId)).toMatchObject({ kind: 'pending' })
      expect(rig.started.at(-1)).toMatch(`${world.campaignId}:p0:${world.clientId}:s`)
    },
  )

  test('as failed keeps its client stopped', async () => {
    const { world, serverId } = await withSecond()
    await end(world, 'needsOperator')
    await turn(world, '0.2')
    await ofServer('resolveServer', world.server.serverId, { outcome: 'failed' })
    expect(await stateOf(world, serverId)).toMatchObject({ outcome: 'skipped' })
  })

  test('is one that needs it: nothing else is resolved', async () => {
    const world = await commanded(rig, 0)
    const resolve = () => ofServer('resolveServer', world.server.serverId, { outcome: 'succeeded' })
    expect((await resolve()).status).toBe(409)
    await end(world, 'failed')
    expect((await resolve()).status).toBe(409)
    const ledger = await rig.services.history.read(world.clientId, 0, 1000)
    expect(ledger.map(({ action }) => action)).not.toContain('server.resolved')
  })
})
